// How well the shop knows who is texting: nobody wants to be greeted as a stranger by whom they bought from, nor as if they had never been away.
import type { Situation } from './situation.ts';

/** After so long a silence somebody comes back; before it they go on. */
const AWAY_MS = 90 * 24 * 60 * 60 * 1000;

/** `new`: never texted before; `known`: has; `away`: has, and then not for three months. */
export type Acquaintance = 'new' | 'known' | 'away';

type Known = Pick<Situation, 'awaySinceMs' | 'orders' | 'summary' | 'history' | 'now'>;

// The notice that everyone gets with their first text is no acquaintance.
export function acquaintanceOf({ awaySinceMs, orders, summary, history, now }: Known): Acquaintance {
  if (awaySinceMs !== null && now - awaySinceMs >= AWAY_MS) return 'away';
  const hasTexted = awaySinceMs !== null || history.some((line) => line.by === 'customer');
  return hasTexted || summary !== null || orders.length > 0 ? 'known' : 'new';
}

/** The newest book that they have in hand; null where there is none. */
export function lastBought({ orders }: Pick<Situation, 'orders'>): string | null {
  return orders.flatMap((order) => (order.isInHand ? order.titles : []))[0] ?? null;
}
