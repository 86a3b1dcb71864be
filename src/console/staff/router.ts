// Pages by address: the browser's own history, so that links, the back button and a reload do what they always do.
import { z } from 'zod';

export type Place = { path: string; params: Record<string, string>; query: URLSearchParams };
export type Route<Page> = { pattern: string; page: Page };
export type Router = {
  /** Goes to an address of the console; `replace` leaves no step to come back to. */
  go(href: string, options?: { replace?: boolean }): void;
  /** Changes the query of this page without opening it anew; empty values leave it. */
  note(query: Record<string, string>): void;
  /** Keeps with this step of the history what must not stand in an address, such as a number that was searched for. */
  keep(kept: Kept): void;
  /** What was kept with this step; empty for a page that is opened anew. */
  kept(): Kept;
  start(): void;
};
const Kept = z.record(z.string(), z.string());
type Kept = z.infer<typeof Kept>;

/** `/console/orders/:id` → a matcher of paths. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const names: string[] = [];
  const source = pattern.replaceAll(/:([a-z]+)/g, (_whole, name: string) => {
    names.push(name);
    return '([^/]+)';
  });
  const found = new RegExp(`^${source}/?$`).exec(path);
  if (!found) return null;
  return Object.fromEntries(names.map((name, index) => [name, decoded(found[index + 1] ?? '')]));
}

/** The first route that fits, with what it names; null where none does. */
export function find<Page>(routes: ReadonlyArray<Route<Page>>, url: URL): { page: Page; place: Place } | null {
  for (const { pattern, page } of routes) {
    const params = match(pattern, url.pathname);
    if (params) return { page, place: { path: url.pathname, params, query: url.searchParams } };
  }
  return null;
}

/** Listens to links and the history; `open` is called with each new address. */
export function createRouter(open: (url: URL) => void): Router {
  const openHere = () => open(new URL(location.href));
  const go: Router['go'] = (href, { replace = false } = {}) => {
    if (replace) history.replaceState(null, '', href);
    else if (new URL(href, location.href).href !== location.href) history.pushState(null, '', href);
    openHere();
  };
  return {
    go,
    note: (query) => {
      const url = new URL(location.href);
      for (const [name, value] of Object.entries(query)) {
        if (value === '') url.searchParams.delete(name);
        else url.searchParams.set(name, value);
      }
      history.replaceState(history.state, '', url);
    },
    keep: (kept) => history.replaceState(kept, '', location.href),
    kept: () => Kept.safeParse(history.state).data ?? {},
    start: () => {
      addEventListener('popstate', openHere);
      document.addEventListener('click', (event) => {
        const link = linkOf(event);
        if (!link) return;
        event.preventDefault();
        go(link);
      });
      openHere();
    },
  };
}

/** The console's own address that a plain click means; null for all other clicks. */
function linkOf(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return null;
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor || anchor.target === '_blank' || anchor.hasAttribute('download')) return null;
  const url = new URL(anchor.href, location.href);
  return url.origin === location.origin && url.pathname.startsWith('/console') ? url.href : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
