// A till, a shelf and a clock for tests; the webhook is called in this process, through the real Hono app.
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { expect } from 'vitest';
import type { Db } from '../../src/commerce/db.ts';
import { createCaller, deliverDue, startCallbacks } from '../../src/commerce/local-till/callbacks.ts';
import type { Habits } from '../../src/commerce/local-till/habits.ts';
import { punctual } from '../../src/commerce/local-till/habits.ts';
import { createLocalTill } from '../../src/commerce/local-till/local-till.ts';
import { localTillRoutes } from '../../src/commerce/local-till/routes.ts';
import type { LinkWish } from '../../src/commerce/payment-links.ts';
import { openLink } from '../../src/commerce/payment-links.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import type { TillNews } from '../../src/commerce/till-news.ts';
import { tillWebhookRoutes } from '../../src/commerce/till-webhook.ts';
import type { Link, Till } from '../../src/commerce/till.ts';
import type { Tills } from '../../src/commerce/tills.ts';
import { DUNE, NOON } from './shop.ts';

export const PUBLIC_URL = 'https://marty.example';
export const WEBHOOK_URL = `${PUBLIC_URL}/webhook/till`;
export const SECRET = 'the till and the shop know this';

export type TestCounter = ReturnType<typeof openCounter>;

/** `heard` is what reached the orders. `shopIsDown` makes every delivery to an order fail. */
export function openCounter(db: Db, habits: Habits = punctual) {
  const clock = { ms: NOON.getTime(), shopIsDown: false };
  const heard: TillNews[] = [];
  const now = () => clock.ms;
  const deliver = (news: TillNews): Promise<void> => {
    if (clock.shopIsDown) return Promise.reject(new Error('the shop is down'));
    heard.push(news);
    return Promise.resolve();
  };
  const till = createLocalTill({ db, publicUrl: PUBLIC_URL, now, newId: randomUUID });
  const tills = tillsOf(till);
  const desk = { db, now, deliver, till: tills.of, onError: () => undefined };
  const app = new Hono()
    .route('/', localTillRoutes({ db, now, newId: randomUUID, habits, onPaid: () => undefined }))
    .route('/', tillWebhookRoutes({ ...desk, url: WEBHOOK_URL, secret: SECRET }));
  const fetch: typeof globalThis.fetch = async (input, init) =>
    app.request(input instanceof URL ? input.href : input, init);
  const call = createCaller({ url: WEBHOOK_URL, secret: SECRET, fetch });
  return {
    db,
    clock,
    now,
    heard,
    app,
    deliver,
    stock: createStock(db),
    till,
    tills,
    customers: { forOrder: () => Promise.resolve(null) },
    callBack: () => deliverDue({ db, now, call }),
    startCallbacks: () =>
      startCallbacks({ db, now, call, everyMs: 60_000, onError: (error) => expect(error).toBeNull() }),
  };
}

/** Shops that all share one till. */
export function tillsOf(till: Till): Tills {
  return { of: () => Promise.resolve(till) };
}

/** An order for two copies of Dune, to be picked up; fields given replace the made-up ones. */
export function linkWish(storeId: number, given: Partial<LinkWish> = {}): LinkWish {
  const lines = [{ isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899 }];
  return { storeId, orderId: randomUUID(), revision: 1, lines, fulfillment: 'pickup', addressId: null, ...given };
}

export async function mustOpenLink(counter: TestCounter, wish: LinkWish): Promise<Link> {
  const answer = await openLink(counter, wish);
  if (!('link' in answer)) throw new Error(`no link: ${answer.refused}`);
  return answer.link;
}

/** Presses "Pay". */
export async function press({ app }: TestCounter, { linkId }: Link): Promise<number> {
  const response = await app.request(`/till/${linkId}/pay`, { method: 'POST' });
  return response.status;
}
