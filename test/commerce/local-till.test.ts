// The local till as a customer's browser and the shop's webhook meet it.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { tillEvents, tillLinks, webhookReceipts } from '../../schema/commerce.ts';
import { likeARealOne } from '../../src/commerce/local-till/habits.ts';
import { pollPayments } from '../../src/commerce/poll-payments.ts';
import { signTillEvent, TILL_SIGNATURE, verifyTillSignature } from '../../src/commerce/till-event.ts';
import { createApp } from '../../src/web/app.ts';
import { useDatabase } from '../harness/database.ts';
import { openShop as openWebShop } from '../web/shop.ts';
import { linkWish, mustOpenLink, openCounter, press, SECRET, WEBHOOK_URL } from './counter.ts';
import type { TestCounter } from './counter.ts';
import { DUNE, openShop, shelve } from './shop.ts';

const database = useDatabase();
let storeId = 0;
let counter: TestCounter;
const total = 3798 + 252; // two copies and 6.625 % of them

beforeEach(async () => {
  storeId = await openShop(database.db);
  await shelve(database.db, storeId, DUNE, 3);
  counter = openCounter(database.db);
});

async function read(path: string): Promise<{ status: number; text: string }> {
  const response = await counter.app.request(path);
  return { status: response.status, text: (await response.text()).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ') };
}

/** The news of this payment, as the order gets it. */
async function completed(orderId: string, linkId: string) {
  const { payment } = await counter.till.getLink({ storeId, linkId, reference: linkId });
  const paymentId = payment?.paymentId ?? 'none';
  const event = { type: 'payment.completed', paymentId, amountCents: total, currency: 'USD' };
  return { storeId, orderId, dedupeKey: `payment:${paymentId}:completed`, event };
}

describe('the pay page', () => {
  test('shows the frozen basket, marked as a demo, and asks for no card', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    const { status, text } = await read(`/till/${link.linkId}`);
    expect(status).toBe(200);
    for (const words of ['DEMO', '2 × Dune', '$37.98', 'Sales tax $2.52', 'Total $40.50', 'Pay $40.50', 'Walk away']) {
      expect(text).toContain(words);
    }
  });

  test('needs no script and lets none in', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    const response = await counter.app.request(`/till/${link.linkId}`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(await response.text()).not.toMatch(/<script|<style| style=| on\w+=/);
  });

  test('a title is text, whatever it contains', async () => {
    const [line] = linkWish(storeId).lines;
    const lines = line ? [{ ...line, title: '<b onclick="x">Dune</b>' }] : [];
    const link = await mustOpenLink(counter, linkWish(storeId, { lines }));
    const response = await counter.app.request(`/till/${link.linkId}`);
    expect(await response.text()).toContain('&lt;b onclick=&quot;x&quot;&gt;Dune&lt;/b&gt;');
  });

  test('two presses of the button at once are one charge and one callback', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    const answers: number[] = [];
    const click = async () => answers.push(await press(counter, link));
    await queueBehindLock(link.linkId, [click, click]);
    expect(answers).toEqual([303, 303]);
    expect(await database.db.$count(tillEvents)).toBe(1);
    expect((await read(`/till/${link.linkId}`)).text).toContain('Paid. Thank you.');
  });

  test('a cancelled link says so and takes no money', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    expect(await counter.till.cancelLink({ storeId, ...link })).toBe('cancelled');
    expect(await press(counter, link)).toBe(303);
    const { status, text } = await read(`/till/${link.linkId}`);
    expect({ status, closed: text.includes('This link is closed') }).toEqual({ status: 410, closed: true });
    expect(await counter.till.getLink({ storeId, ...link })).toEqual({ state: 'cancelled', payment: null });
  });

  test('walking away charges nothing and leaves the link open', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    expect((await read(`/till/${link.linkId}/away`)).text).toContain('Nothing was paid');
    expect(await counter.till.getLink({ storeId, ...link })).toEqual({ state: 'open', payment: null });
  });

  test.each(['no-uuid', randomUUID()])('there is nothing behind /till/%s', async (linkId) => {
    expect((await read(`/till/${linkId}`)).status).toBe(404);
    const pressed = await counter.app.request(`/till/${linkId}/pay`, { method: 'POST' });
    expect(pressed.status).toBe(404);
  });
});

describe('cancelling', () => {
  test('money that came first stays', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    await press(counter, link);
    expect(await counter.till.cancelLink({ storeId, ...link })).toBe('paid');
    expect(await counter.till.getLink({ storeId, ...link })).toMatchObject({ state: 'paid' });
  });

  test.each(['payment', 'cancellation'] as const)(
    'the %s that is first in line wins, and the other sees it',
    async (first) => {
      const link = await mustOpenLink(counter, linkWish(storeId));
      const pay = () => press(counter, link);
      const cancel = () => counter.till.cancelLink({ storeId, ...link });
      await queueBehindLock(link.linkId, first === 'payment' ? [pay, cancel] : [cancel, pay]);
      const { state, payment } = await counter.till.getLink({ storeId, ...link });
      const charged = first === 'payment';
      expect({ state, charged: payment !== null }).toEqual({ state: charged ? 'paid' : 'cancelled', charged });
    },
  );
});

/** Starts the calls one after the other while the link's row is locked, and lets them go once all of them wait. */
async function queueBehindLock(linkId: string, calls: Array<() => Promise<unknown>>): Promise<void> {
  const begun: Array<Promise<unknown>> = [];
  await database.db.transaction(async (tx) => {
    await tx.select().from(tillLinks).where(eq(tillLinks.id, linkId)).for('update');
    for (const call of calls) {
      begun.push(call());
      await vi.waitFor(async () => expect(await waiters()).toBe(begun.length), 20_000);
    }
  });
  await Promise.all(begun);
}

async function waiters(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

describe('calling back', () => {
  test('a payment reaches its order, signed, once', async () => {
    const wish = linkWish(storeId);
    const link = await mustOpenLink(counter, wish);
    await press(counter, link);
    expect(await counter.callBack()).toBe(1);
    expect(await counter.callBack()).toBe(0);
    expect(counter.heard).toEqual([await completed(wish.orderId, link.linkId)]);
  });

  test('a callback that the shop could not take comes again, later each time', async () => {
    const wish = linkWish(storeId);
    const link = await mustOpenLink(counter, wish);
    await press(counter, link);
    counter.clock.shopIsDown = true;
    expect(await counter.callBack()).toBe(1);
    counter.clock.ms += 999;
    expect(await counter.callBack()).toBe(0);
    counter.clock.ms += 1;
    expect(await counter.callBack()).toBe(1);
    counter.clock.shopIsDown = false;
    counter.clock.ms += 2_000;
    await counter.callBack();
    expect(counter.heard).toEqual([await completed(wish.orderId, link.linkId)]);
  });

  test('a late and doubled callback is counted twice and told once', async () => {
    counter = openCounter(database.db, { delayMs: () => 3_000, copies: () => 2 });
    const wish = linkWish(storeId);
    const link = await mustOpenLink(counter, wish);
    await press(counter, link);
    expect(await counter.callBack()).toBe(0);
    counter.clock.ms += 3_000;
    await counter.callBack();
    counter.clock.ms += 60_000;
    await counter.callBack();
    expect(counter.heard).toEqual([await completed(wish.orderId, link.linkId)]);
    expect(await database.db.select({ times: webhookReceipts.times }).from(webhookReceipts)).toEqual([{ times: 2 }]);
    expect(await counter.callBack()).toBe(0);
  });

  test('the process that serves delivers by itself, and stops when it is told to', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    await press(counter, link);
    const callbacks = counter.startCallbacks();
    callbacks.nudge();
    await callbacks.stop();
    expect(counter.heard).toHaveLength(1);
  });

  test('some callbacks of a lifelike till are late and some double, the same ones each time', () => {
    const ids = Array.from({ length: 200 }, (_, n) => `event-${n}`);
    const once = ids.map((id) => [likeARealOne('seed').delayMs(id), likeARealOne('seed').copies(id)]);
    const again = ids.map((id) => [likeARealOne('seed').delayMs(id), likeARealOne('seed').copies(id)]);
    expect(again).toEqual(once);
    expect(new Set(once.map(String))).toEqual(new Set(['0,1', '0,2', '3000,1', '3000,2']));
  });
});

describe('the webhook', () => {
  const post = (body: string, signature: string | null) =>
    counter.app.request('/webhook/till', {
      method: 'POST',
      body,
      headers: signature === null ? {} : { [TILL_SIGNATURE]: signature },
    });
  const sign = (rawBody: string) => signTillEvent({ url: WEBHOOK_URL, secret: SECRET, rawBody });

  test('the signature covers URL, body and secret', () => {
    const call = { url: WEBHOOK_URL, rawBody: '{}', secret: SECRET };
    const signature = signTillEvent(call);
    const verified = [call, { ...call, rawBody: '{ }' }, { ...call, url: 'https://x' }, { ...call, secret: 'x' }].map(
      (given) => verifyTillSignature({ ...given, signature }),
    );
    expect(verified).toEqual([true, false, false, false]);
    expect(verifyTillSignature({ ...call, signature: null })).toBe(false);
  });

  test('401 for a wrong or missing signature, and the order hears nothing', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    await press(counter, link);
    const [row] = await database.db.select().from(tillEvents).where(eq(tillEvents.storeId, storeId));
    const body = row?.body ?? '';
    expect([(await post(body, null)).status, (await post(body, sign(`${body} `))).status]).toEqual([401, 401]);
    expect(counter.heard).toEqual([]);
    expect((await post(body, sign(body))).status).toBe(200);
    expect(counter.heard).toHaveLength(1);
  });

  test('a refusal is a problem like any other of the server', async () => {
    const server = createApp(openWebShop({ mounts: [counter.app] }).deps);
    const headers = { 'x-correlation-id': 'mine-1' };
    const refused = await server.request('/webhook/till', { method: 'POST', body: '{}', headers });
    expect([refused.status, refused.headers.get('content-type'), await refused.json()]).toEqual([
      401,
      'application/problem+json',
      {
        type: 'urn:marty:problem:bad-signature',
        title: 'The signature is missing or wrong',
        status: 401,
        detail: 'the signature is missing or wrong',
        correlationId: 'mine-1',
      },
    ]);
  });

  test('2xx for what is rightly signed and means nothing to us', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    await press(counter, link);
    const [row] = await database.db.select().from(tillEvents);
    const foreign = (row?.body ?? '').replaceAll(link.reference, randomUUID());
    const pending = (row?.body ?? '').replace('COMPLETED', 'PENDING');
    const bodies = [foreign, pending, '{"type":"catalog.version.updated"}', 'no json', ''];
    const answers = await Promise.all(bodies.map((body) => post(body, sign(body))));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(counter.heard).toEqual([]);
  });
});

describe('asking instead of waiting', () => {
  const poll = () =>
    pollPayments({ ...counter, quietMs: 60_000, limit: 10, onError: (error) => expect(error).toBeNull() });

  test('a payment whose webhook was lost reaches its order, under the key of the webhook', async () => {
    const wish = linkWish(storeId);
    const link = await mustOpenLink(counter, wish);
    await press(counter, link);
    expect(await poll()).toBe(0);
    counter.clock.ms += 60_001;
    expect([await poll(), await poll()]).toEqual([1, 0]);
    expect(counter.heard).toEqual([await completed(wish.orderId, link.linkId)]);
  });

  test('a payment that the webhook brought is not asked about', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    await press(counter, link);
    await counter.callBack();
    counter.clock.ms += 60_001;
    expect([await poll(), counter.heard.length]).toEqual([0, 1]);
  });

  test('one link that the till cannot answer for does not stop the others', async () => {
    const [first, second] = [linkWish(storeId), linkWish(storeId)];
    const broken = await mustOpenLink(counter, first);
    const link = await mustOpenLink(counter, second);
    await press(counter, link);
    await database.db.delete(tillLinks).where(eq(tillLinks.id, broken.linkId));
    counter.clock.ms += 60_001;
    const errors: unknown[] = [];
    const settled = await pollPayments({
      ...counter,
      quietMs: 60_000,
      limit: 10,
      onError: (error) => errors.push(error),
    });
    expect({ settled, errors: errors.map(String) }).toEqual({
      settled: 1,
      errors: ['TillRefused: the till refused: unknown_link'],
    });
  });

  test('an unpaid link is asked about again, a cancelled one no more', async () => {
    const link = await mustOpenLink(counter, linkWish(storeId));
    counter.clock.ms += 60_001;
    expect(await poll()).toBe(0);
    await counter.till.cancelLink({ storeId, ...link });
    expect(await poll()).toBe(0);
    counter.clock.ms += 60_001;
    expect([await poll(), counter.heard]).toEqual([1, []]);
  });
});
