// The board's figures, from the truth: what customers know, what Square's own books and the phones' network hold, and what the
// database says. A purchase, text or payment that is in one and not in the other, or twice, shows.
import type pg from 'pg';
import type { Board } from '../../src/console/board/wire.ts';
import type { SquareBooks } from '../fakes/square/books.ts';
import type { Ledger } from './ledger.ts';

/** Later than this it is not late but lost (ms): a link waits out a breaker's rest and some retries. */
const LOST_AFTER_MS = 120_000;

export type Sources = { pool: pg.Pool; ledger: Ledger; books: SquareBooks; now: () => number };
export type Truth = Pick<
  Board,
  'at' | 'intents' | 'orders' | 'links' | 'charges' | 'lost' | 'doubled' | 'troubles' | 'underWay'
>;

/** A visitor's own phone is no simulated customer: the database alone knows what they asked for. */
const ORDERS = `SELECT o.id, o.payment_status = 'paid' AS "isPaid", coalesce(t.channel = 'simulator', false) AS "isVisitors"
  FROM orders o LEFT JOIN threads t ON t.store_id = o.store_id AND t.actor_key = o.customer_key
  WHERE o.fulfillment <> 'hold' AND o.state NOT IN ('refused', 'cancelled')`;
const TEXTS = `SELECT count(*)::int AS rows, count(DISTINCT provider_id)::int AS texts FROM messages
  WHERE direction = 'inbound' AND channel = 'smobi'`;
type Order = { id: string; isPaid: boolean; isVisitors: boolean };

type Trouble = { kind: 'lost' | 'doubled'; many: number; what: string };

/** Rejects while the database does not answer. */
export async function readTruth({ pool, ledger, books, now }: Sources): Promise<Truth> {
  const accepted = ledger.accepted.size; // before the database is asked: what was accepted by now must be there
  const [{ rows: orders }, { rows: kept }] = await Promise.all([
    pool.query<Order>(ORDERS),
    pool.query<{ rows: number; texts: number }>(TEXTS),
  ]);
  const at = now();
  const visitors = orders.filter(({ isVisitors }) => isVisitors).length;
  const intents = ledger.purchases.length + visitors;
  const charges = [...books.payments.values()].filter(({ status }) => status === 'COMPLETED');
  const [texts = { rows: 0, texts: 0 }] = kept;
  const found: Trouble[] = [
    { kind: 'lost', many: accepted - texts.texts, what: 'texts that were accepted and are not in the database' },
    { kind: 'doubled', many: texts.rows - texts.texts, what: 'texts that were taken in twice' },
    ...lateTroubles(ledger, at),
    ...squareTroubles(books, orders),
    { kind: 'doubled', many: orders.length - intents, what: 'orders that nobody asked for' },
    { kind: 'doubled', many: charges.length - intents, what: 'payments that nobody made' },
    { kind: 'doubled', many: ledger.doubled.length, what: [...new Set(ledger.doubled)].join(', ') },
  ];
  const troubles = found.filter(({ many }) => many > 0);
  const sum = (kind: Trouble['kind']) =>
    troubles.filter((one) => one.kind === kind).reduce((all, { many }) => all + many, 0);
  return {
    at: new Date(at).toISOString(),
    intents,
    orders: orders.length,
    links: books.links.size,
    charges: charges.length,
    lost: sum('lost'),
    doubled: sum('doubled'),
    troubles: troubles.map(({ many, what }) => `${many} ${what}`),
    underWay: ledger.purchases.filter(({ thankedMs }) => thankedMs === null).length,
  };
}

function lateTroubles({ purchases, waiting }: Ledger, at: number): Trouble[] {
  const isLate = (sinceMs: number | null) => sinceMs !== null && at - sinceMs > LOST_AFTER_MS;
  const late = (which: (one: Ledger['purchases'][number]) => boolean) => purchases.filter(which).length;
  return [
    {
      kind: 'lost',
      many: [...waiting.values()].filter(isLate).length,
      what: 'customers who texted and were not answered',
    },
    {
      kind: 'lost',
      many: late(({ linkedMs, askedMs }) => linkedMs === null && isLate(askedMs)),
      what: 'customers who asked to pay and have no link',
    },
    {
      kind: 'lost',
      many: late(({ thankedMs, paidMs }) => thankedMs === null && isLate(paidMs)),
      what: 'customers who paid and have no receipt',
    },
  ];
}

/** Square's books by our orders: one order, one link, one payment each, and none of an order that we do not have. */
function squareTroubles(books: SquareBooks, ours: readonly Order[]): Trouble[] {
  const theirs = [...books.orders.values()].filter(({ state }) => state !== 'CANCELED');
  const ourOrder = new Map(theirs.map(({ id, reference_id: ourId = id }) => [id, ourId]));
  const paid = [...books.payments.values()]
    .filter(({ status }) => status === 'COMPLETED')
    .map(({ order_id }) => ourOrder.get(order_id) ?? order_id);
  const links = [...books.links.values()].map(({ order_id }) => ourOrder.get(order_id) ?? order_id);
  const known = new Set(ours.map(({ id }) => id));
  const more = (keys: readonly string[]) => keys.length - new Set(keys).size;
  const told = ours.filter(({ id, isPaid }) => isPaid && !paid.includes(id)).length;
  return [
    { kind: 'doubled', many: more([...ourOrder.values()]), what: 'second orders at Square' },
    { kind: 'doubled', many: more(links), what: 'second links at Square' },
    { kind: 'doubled', many: more(paid), what: 'second payments of one order' },
    { kind: 'lost', many: paid.filter((id) => !known.has(id)).length, what: 'payments without an order of ours' },
    { kind: 'lost', many: told, what: 'orders that are called paid and are not' },
  ];
}
