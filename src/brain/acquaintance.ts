// How well the shop knows who is texting: nobody wants to be greeted as a stranger by whom they bought from, nor as if they had never been away.
import type { Situation } from './situation.ts';

/** After so long a silence somebody comes back; before it they go on. */
const AWAY_MS = 90 * 24 * 60 * 60 * 1000;

/** `new`: never texted and bought nothing, as far as we know; `known`: has; `away`: has texted, and then not for three months. */
export type Acquaintance = 'new' | 'known' | 'away';

type Known = Pick<Situation, 'awaySinceMs' | 'orders' | 'library' | 'summary' | 'history' | 'now'>;

// The notice that everyone gets with their first text is no acquaintance.
export function acquaintanceOf({ awaySinceMs, orders, library, summary, history, now }: Known): Acquaintance {
  if (awaySinceMs !== null && now - awaySinceMs >= AWAY_MS) return 'away';
  const hasTexted = awaySinceMs !== null || history.some((line) => line.by === 'customer');
  const hasBought = orders.length + library.owned.length > 0;
  return hasTexted || hasBought || summary !== null ? 'known' : 'new';
}
