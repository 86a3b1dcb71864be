// What Marty would answer while a person has the conversation: a proposal for that person. Nothing of it is said or kept,
// and no statechart hears of it.
import { z } from 'zod';
import { CustomerContext } from '../../../../schema/customer.ts';
import type { Draft } from '../../../web/wire/conversation.ts';
import { archiveOf } from '../actor-desk.ts';
import { dataKeyOf } from '../data-key.ts';
import type { Shop } from '../open-shop.ts';

const TIMEOUT_MS = 20_000;
const LOOK_BACK = 50;
const Asked = CustomerContext.pick({
  stage: true,
  offers: true,
  chosen: true,
  found: true,
  elsewhere: true,
  orderId: true,
  threadId: true,
  awaySinceMs: true,
});
const NOTHING: Draft = { text: '', by: 'house', act: 'customer.asked', confidence: 0 };

/** Null for nobody; empty where the customer has not spoken last. */
export async function draftReply(shop: Shop, storeId: number, key: string): Promise<Draft | null> {
  const [actor, dataKey] = await Promise.all([
    archiveOf(shop).show(storeId, key),
    dataKeyOf(shop.database, storeId, key),
  ]);
  const context = Asked.safeParse(actor?.snapshot?.context);
  if (!context.success || dataKey === null) return null;
  const sinceMs = await unansweredSince(shop, storeId, key);
  if (sinceMs === null) return NOTHING;
  const ask = { ...context.data, begun: null, sinceMs, storeId, actorKey: key, dataKey };
  const reply = await shop.services.brain.draft(ask, AbortSignal.timeout(TIMEOUT_MS));
  if (reply === null) return NOTHING;
  return { text: reply.bubbles.join(' '), by: reply.by, act: reply.act.type, confidence: reply.confidence };
}

const Since = z.object({ since: z.date().nullable() });

/** When the first of the texts came that no bubble has followed. */
async function unansweredSince({ database }: Shop, storeId: number, key: string): Promise<number | null> {
  const { rows } = await database.pool.query(
    `SELECT min(at) AS since FROM (
       SELECT at, bool_or(direction = 'outbound') OVER (ORDER BY id DESC) AS answered
       FROM (SELECT id, at, direction FROM messages WHERE store_id = $1 AND actor_key = $2 ORDER BY id DESC LIMIT ${LOOK_BACK}) recent
     ) marked WHERE NOT answered`,
    [storeId, key],
  );
  return Since.parse(rows[0]).since?.getTime() ?? null;
}
