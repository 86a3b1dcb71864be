// What we asked of the till, written down before the first attempt: a retry sends the same request under the same key,
// and an answer that comes after the intent was given up is known to be unwanted.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { tillIntents } from '../../schema/commerce.ts';
import type { Db } from './db.ts';

export type Intent = typeof tillIntents.$inferSelect;
export type IntentRef = { storeId: number; key: string };
type Draft = IntentRef &
  Pick<Intent, 'orderId' | 'operation' | 'provider' | 'request' | 'createdAt'> &
  Partial<Pick<Intent, 'cancelledAt'>>;

export async function findIntent(db: Db, ref: IntentRef): Promise<Intent | null> {
  const [intent] = await db.select().from(tillIntents).where(is(ref));
  return intent ?? null;
}

/** Freezes the request; the first one that was frozen under this key wins and is answered. */
export async function freezeIntent(db: Db, draft: Draft): Promise<Intent> {
  await db.insert(tillIntents).values(draft).onConflictDoNothing();
  const intent = await findIntent(db, draft);
  if (!intent) throw new Error(`intent ${draft.key} was just written and is gone`);
  return intent;
}

/**
 * Keeps the provider's answer; that a refund failed is the last, and what is told of it after that is old.
 * @returns the intent as it stands then, perhaps given up meanwhile
 */
export async function answerIntent(
  db: Db,
  ref: IntentRef,
  answer: { response: unknown; reference: string | null },
): Promise<Intent> {
  const isOpen = sql`${tillIntents.response} ->> 'status' is distinct from 'failed'`;
  const [answered] = await db
    .update(tillIntents)
    .set(answer)
    .where(and(is(ref), isOpen))
    .returning();
  const intent = answered ?? (await findIntent(db, ref));
  if (!intent) throw new Error(`intent ${ref.key} was answered and is gone`);
  return intent;
}

/** Ends an intent that has not begun: it will never begin. One that has begun meanwhile stands and is answered. */
export function forestallIntent(db: Db, draft: Draft): Promise<Intent> {
  return freezeIntent(db, { ...draft, request: null, cancelledAt: draft.createdAt });
}

/** Gives an intent up, also one that has not begun: it will never begin. */
export async function giveUpIntent(db: Db, draft: Draft): Promise<Intent> {
  const [intent] = await db
    .insert(tillIntents)
    .values({ ...draft, cancelledAt: draft.createdAt })
    .onConflictDoUpdate({
      target: [tillIntents.storeId, tillIntents.key],
      set: { cancelledAt: sql`coalesce(${tillIntents.cancelledAt}, excluded.cancelled_at)` },
    })
    .returning();
  if (!intent) throw new Error(`intent ${draft.key} could not be given up`);
  return intent;
}

/** Every intent of one kind that an order has had. */
export function intentsOf(
  db: Db,
  { storeId, orderId }: { storeId: number; orderId: string },
  operation: Intent['operation'],
): Promise<Intent[]> {
  const { storeId: store, orderId: order, operation: kind } = tillIntents;
  return db
    .select()
    .from(tillIntents)
    .where(and(eq(store, storeId), eq(order, orderId), eq(kind, operation)));
}

/** What was asked that the provider answered with this name; null where it was not us. */
export async function findByReference(
  db: Db,
  provider: Intent['provider'],
  operation: Intent['operation'],
  reference: string,
): Promise<Intent | null> {
  const [intent] = await db
    .select()
    .from(tillIntents)
    .where(
      and(
        eq(tillIntents.reference, reference),
        eq(tillIntents.provider, provider),
        eq(tillIntents.operation, operation),
      ),
    )
    .limit(1);
  return intent ?? null;
}

/** There is nothing more to ask the till about this order or refund. @param reference the provider's name of it */
export async function settleIntents(db: Db, storeId: number, reference: string, at: Date): Promise<void> {
  await db
    .update(tillIntents)
    .set({ settledAt: at })
    .where(and(eq(tillIntents.storeId, storeId), eq(tillIntents.reference, reference), isNull(tillIntents.settledAt)));
}

function is({ storeId, key }: IntentRef) {
  return and(eq(tillIntents.storeId, storeId), eq(tillIntents.key, key));
}
