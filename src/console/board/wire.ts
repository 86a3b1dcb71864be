// What the demo's server tells its board, once a second.

export const CHAOS = ['postgres', 'redis', 'square', 'claude', 'twice'] as const;
/** `postgres` freezes it, `redis` empties it, `square` loses its answers, `claude` slows it, `twice` doubles every text. */
export type Chaos = (typeof CHAOS)[number];

export type Board = {
  /** ISO 8601; when the database was asked last, which a frozen one delays. */
  at: string;
  /** Purchases that customers asked for, by their own account. */
  intents: number;
  /** Orders in the database. */
  orders: number;
  /** Payment links and settled payments in Square's own books. */
  links: number;
  charges: number;
  lost: number;
  doubled: number;
  /** What is lost or doubled, in words; empty while nothing is. */
  troubles: string[];
  /** Purchases between the last word and the receipt. */
  underWay: number;
  texts: { accepted: number; answered: number; waiting: number; p50Ms: number | null; p95Ms: number | null };
  customers: { here: Record<string, number>; served: number };
  processes: Array<{ name: string; isUp: boolean; kills: number }>;
  chaos: Array<{ name: Chaos; times: number; leftMs: number; isPossible: boolean }>;
  queue: 'redis' | 'postgres';
  /** Newest first. */
  news: Array<{ at: string; text: string }>;
  phoneUrl: string;
};
