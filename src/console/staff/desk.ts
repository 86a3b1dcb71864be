// What a page is given, and what it gives back. A page lives until its signal fires: whatever it listens to or asks ends then.
import type { Api } from './api.ts';
import type { Live } from './live.ts';
import type { Keys } from './keys.ts';
import type { Place, Router } from './router.ts';
import type { DeskStore, Staff } from './store.ts';

export type Office = {
  api: Api;
  live: Live;
  router: Router;
  store: DeskStore;
  staff: Staff;
  /** Short sentences in the corner, read out by screen readers. */
  tell(text: string): void;
  /** The same for what went wrong; says nothing where a page was only left. */
  complain(error: unknown): void;
  /** Counts for the menu are read again. */
  recount(): void;
};
export type Page = { title: string; root: HTMLElement; keys?: Keys };
export type OpenPage = (office: Office, place: Place, signal: AbortSignal) => Page;
