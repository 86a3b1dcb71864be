// Where the local till calls back. A 2xx means that the order has committed the news; a second call of the same
// event is counted and changes nothing.
import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { webhookReceipts } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { settleIntents } from './intents.ts';
import { newsOf, TILL_SIGNATURE, TillEvent, verifyTillSignature } from './till-event.ts';
import type { PaymentNews } from './till-event.ts';

const ACCEPTED = { status: 'accepted' };

export type TillWebhookOptions = {
  db: Db;
  now: () => number;
  /** The address as registered with the till, never taken from the request. */
  url: string;
  secret: string;
  /** Resolves once the order has committed the event; a throw makes the till call again. */
  deliver: (news: PaymentNews) => Promise<void>;
  onError: (error: unknown) => void;
};

/**
 * `POST /webhook/till`: 401 for a wrong signature, 2xx for everything that is rightly signed. The server that it
 * is mounted on bounds the body (a second bound could not read what the first has read) and tells what is thrown.
 */
export function tillWebhookRoutes(options: TillWebhookOptions): Hono {
  const app = new Hono();
  app.post('/webhook/till', async (c) => {
    const rawBody = await c.req.text();
    const signature = c.req.header(TILL_SIGNATURE) ?? null;
    if (!verifyTillSignature({ url: options.url, secret: options.secret, rawBody, signature }))
      throw new HTTPException(401, { message: 'the signature is missing or wrong' });
    const event = TillEvent.safeParse(parseJson(rawBody));
    return event.success ? answer(options, event.data) : c.json(ACCEPTED);
  });
  return app;
}

/** Never a 2xx for news that may be lost: the till calls again. */
async function answer(options: TillWebhookOptions, event: TillEvent): Promise<Response> {
  try {
    await accept(options, event);
    return Response.json(ACCEPTED);
  } catch (error) {
    options.onError(error);
    throw new HTTPException(503, { message: 'the news could not be kept; call again' });
  }
}

async function accept({ db, now, deliver }: TillWebhookOptions, event: TillEvent): Promise<void> {
  const news = await newsOf(db, event);
  if (!news) return;
  await deliver(news);
  const at = new Date(now());
  if (news.event.type === 'payment.completed') {
    await settleIntents(db, news.storeId, event.data.object.payment.order_id, at);
  }
  const receipt = { storeId: news.storeId, provider: 'local', eventId: event.event_id, type: event.type };
  await db
    .insert(webhookReceipts)
    .values({ ...receipt, firstAt: at, lastAt: at })
    .onConflictDoUpdate({
      target: [webhookReceipts.storeId, webhookReceipts.provider, webhookReceipts.eventId],
      set: { times: sql`${webhookReceipts.times} + 1`, lastAt: at },
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
