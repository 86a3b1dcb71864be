// Money that comes late, twice, or without a word: one charge, one book, or all of it back.
import { beforeAll, describe, expect, test } from 'vitest';
import { pay } from '../../src/commerce/local-till/pay.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { TroublePage } from '../../src/web/wire/trouble.ts';
import { book } from './books.ts';
import { getsLink } from './journeys.ts';
import { useShop } from './kit.ts';
import { PAID } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const MATILDA = book('Matilda');
const LAST = book('Lord of Light');
const LAPSED = /ran out, so i put it back|has expired and the book is back/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Pays at a till whose news takes a day. */
async function paysUnheard(link: string): Promise<void> {
  const habits = { delayMs: () => DAY_MS, copies: () => 1 };
  const paid = await pay(
    { db: shop().shop.db, now: Date.now, newId: () => crypto.randomUUID(), habits },
    link.slice(-36),
  );
  expect(paid?.state).toBe('paid');
}

async function newsArrives(): Promise<void> {
  await shop().pool.query('UPDATE till_events SET due_at = now() WHERE delivered_at IS NULL');
  await shop().rest();
}

async function lapses(reader: Phone): Promise<void> {
  const { id } = await shop().order(reader);
  await shop().passes('linkLapse', { machine: 'order', id });
}

/** The till reopens a link that we had closed, as one would that never heard of it. */
async function reopens(link: string): Promise<void> {
  await shop().pool.query(`UPDATE till_links SET state = 'open' WHERE id = $1`, [link.slice(-36)]);
}

async function charges(): Promise<number> {
  const { rows } = await shop().pool.query<{ n: number }>('SELECT count(*)::int AS n FROM till_events');
  return rows[0]?.n ?? 0;
}

describe('G6 payments', () => {
  beforeAll(() => shop().stand(MATILDA.isbn13, 20));

  test('a button pressed five times at once charges once and is thanked for once', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, MATILDA);
    const before = await charges();
    const presses = Array.from({ length: 5 }, () => fetch(`${link}/pay`, { method: 'POST', redirect: 'manual' }));
    expect((await Promise.all(presses)).map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    await newsArrives();
    await reader.hears(PAID);
    expect([await charges(), (await reader.bubbles()).filter((text) => PAID.test(text)).length]).toEqual([
      before + 1,
      1,
    ]);
    expect(await (await fetch(link)).text()).toContain('Paid. Thank you.');
  });

  test('whose news is lost is found by asking, and the news does nothing when it comes after all', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, MATILDA);
    await paysUnheard(link);
    await shop().pool.query(
      `UPDATE till_intents SET created_at = created_at - interval '10 minutes' WHERE settled_at IS NULL`,
    );
    await keepHouse(shop().shop);
    await reader.hears(PAID);
    await newsArrives();
    await keepHouse(shop().shop);
    await shop().rest();
    expect((await reader.bubbles()).filter((text) => PAID.test(text))).toHaveLength(1);
  });

  test('made in the last second, while the link is being closed, wins', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, MATILDA);
    await paysUnheard(link);
    await lapses(reader);
    await newsArrives();
    await reader.hears(PAID);
    expect((await shop().order(reader)).state).toBe('paid');
  });

  test('after the link had lapsed is honoured while there is a copy', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, MATILDA);
    await lapses(reader);
    await reader.hears(LAPSED);
    await reopens(link);
    await shop().pays(reader, link);
    await reader.hears(PAID);
    expect((await shop().order(reader)).state).toBe('paid');
  });

  test('after the link had lapsed and the last copy went to another is given back by staff, once', async () => {
    const [late, quick] = [shop().phone(), shop().phone()];
    const link = await getsLink(late, LAST);
    await lapses(late);
    await late.hears(LAPSED);
    await shop().pays(quick, await getsLink(quick, LAST));
    await quick.hears(PAID);
    await reopens(link);
    await shop().pays(late, link);
    await late.hears(/get your money back|a refund for .+ is coming/);
    const { id, state } = await shop().order(late);
    expect(state).toBe('refundPending');
    await Promise.all([1, 2, 3].map(() => shop().staff('POST', `/api/orders/${id}/refund`)));
    await late.hears(/^refunded|on its way back to you/);
    await shop().rest();
    const { rows } = await shop().pool.query('SELECT amount_cents FROM till_refunds');
    expect([rows, (await shop().order(late)).state]).toEqual([[{ amount_cents: 1598 }], 'refunded']);
  });

  test('of an order that staff call off goes back', async () => {
    const reader = shop().phone();
    await shop().pays(reader, await getsLink(reader, MATILDA));
    await reader.hears(PAID);
    const { id } = await shop().order(reader);
    expect((await shop().staff('POST', `/api/orders/${id}/cancel`)).status).toBe(202);
    await reader.hears(/^refunded|on its way back to you/);
  });

  test('that came a second time, and that the till will not give back, stays in front of staff, who may try again', async () => {
    const reader = shop().phone();
    await shop().pays(reader, await getsLink(reader, MATILDA));
    await reader.hears(PAID);
    const { id, totalCents: amountCents } = await shop().order(reader);
    const second = { type: 'payment.completed', paymentId: 'unknown-there', amountCents, currency: 'USD' };
    await shop().shop.runtime.send({ storeId: 1, machine: 'order', id }, second);
    await shop().rest();
    expect(await shop().order(reader)).toMatchObject({ state: 'paid', concern: 'extra_payment' });
    const press = async () => {
      expect((await shop().staff('POST', `/api/orders/${id}/refund`)).status).toBe(202);
      await shop().rest();
      expect(await shop().order(reader)).toMatchObject({ state: 'paid', concern: 'refund_failed' });
    };
    await press();
    const stale = await shop().staff('POST', `/api/orders/${id}/refund?seen=extra_payment`);
    expect([stale.status, await stale.json()]).toMatchObject([
      409,
      { detail: expect.stringMatching('"refund_failed" now') },
    ]);
    await press();
    const { items } = TroublePage.parse(await (await shop().staff('GET', '/api/trouble')).json());
    expect(items.map(({ name, code }) => [name, code])).toEqual([1, 2].map(() => ['refundPayment', 'rejected']));
    for (const one of items) await shop().staff('POST', `/api/trouble/${one.id}/dismiss`);
  });

  test('a link that is not paid is reminded of once and lapses; its copy is for sale again', async () => {
    const reader = shop().phone();
    await getsLink(reader, MATILDA);
    const { id } = await shop().order(reader);
    await shop().passes('linkReminder', { machine: 'order', id });
    await reader.hears(/still waiting for you|just a nudge/);
    await lapses(reader);
    await reader.hears(LAPSED);
    expect((await shop().order(reader)).state).toBe('lapsed');
  });
});
