// What a sale came to on both sides of the counter, and on the screens of those who took part.
import { expect } from 'vitest';
import type { Book } from '../shop/journeys.ts';
import type { Phone } from '../shop/phone.ts';
import type { Stage } from './stage.ts';
import { transcriptOf } from './transcript.ts';

export type Outcome = {
  /** States of our orders, newest first. */
  orders: string[];
  /** Every order that was made at Square: its state, that of its handing over, and whether it names its customer. */
  square: string[];
  /** How many payment links there are at Square. */
  links: number;
  refunds: string[];
  copies: Copies;
  /** What the customers wrote and read, one screen after the other. */
  told: string[];
};
export type Copies = { ours: number; promised: number; atSquare: number | null };

/** News that a slow day brings and a quick one does not: they are no part of a sale. */
const SLOW = /^marty: (?:order\.linkDelayed|order\.cancelDelayed|payment\.slow)/;

/** Waits until both shelves agree and nothing of these readers is under way. */
export async function outcomeOf(stage: Stage, readers: readonly Phone[], sold: Book): Promise<Outcome> {
  await stage.until(async () => {
    await stage.squareCalls();
    await stage.rounds();
    const { ours, promised, atSquare } = await stage.copies(sold);
    expect(ours - promised).toBe(atSquare);
    for (const reader of readers) expect(await underWay(stage, reader)).toBe(0);
  });
  const orders = (await Promise.all(readers.map((reader) => stage.kit.orders(reader)))).flat();
  const screens = await Promise.all(readers.map(async (reader) => transcriptOf(await reader.screen())));
  return {
    orders: orders.map(({ state }) => state),
    ...atSquare(
      stage,
      orders.map(({ id }) => id),
    ),
    copies: await stage.copies(sold),
    told: screens.flat().filter((line) => !SLOW.test(line)),
  };
}

function atSquare({ fake: { books } }: Stage, orderIds: readonly string[]) {
  const orders = [...books.orders.values()].filter(({ reference_id: id }) => id !== undefined && orderIds.includes(id));
  const ids = new Set(orders.map(({ id }) => id));
  const paidFor = (paymentId: string) => books.payments.get(paymentId)?.order_id ?? '';
  return {
    square: orders.map(({ state, fulfillments: [first], customer_id }) =>
      [state, first?.state, customer_id === undefined ? 'nameless' : 'named'].join(' '),
    ),
    links: [...books.links.values()].filter(({ order_id }) => ids.has(order_id)).length,
    refunds: [...books.refunds.values()].filter((one) => ids.has(paidFor(one.payment_id))).map(({ status }) => status),
  };
}

/** Bubbles and commands of this customer, and of their orders, that are under way. */
async function underWay(stage: Stage, reader: Phone): Promise<number> {
  const { rows } = await stage.kit.pool.query<{ n: number }>(
    `WITH mine AS (SELECT $1::uuid AS key UNION ALL SELECT id FROM orders WHERE customer_key = $1)
     SELECT ((SELECT count(*) FROM commands WHERE actor_key IN (SELECT key FROM mine) AND status IN ('pending', 'running'))
       + (SELECT count(*) FROM messages WHERE actor_key = $1 AND status IN ('queued', 'sending'))
       + (SELECT count(*) FROM inbox WHERE actor_key IN (SELECT key FROM mine)))::int AS n`,
    [await stage.keyOf(reader)],
  );
  return rows[0]?.n ?? 0;
}
