// What a provider says later about a bubble it took. Receipts come twice and out of order: a status only moves forward.
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages } from '../../schema/messages.ts';
import type { MessageStatus } from '../../schema/messages.ts';
import type { Refusal } from './channel.ts';
import type { Channels, Unreached } from './channels.ts';
import { parseReference } from './reference.ts';

export type Receipt = {
  providerId: string;
  /** Ours, where the provider gives it back. */
  reference: string | null;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Why it failed, where the carrier said so. */
  refusal?: Refusal;
};

const LEFT: MessageStatus[] = ['queued', 'sending', 'unknown'];
/** From which statuses each receipt may move a bubble on. */
const MOVES: Readonly<Record<Receipt['status'], MessageStatus[]>> = {
  sent: LEFT,
  delivered: [...LEFT, 'sent'],
  read: [...LEFT, 'sent', 'delivered'],
  failed: [...LEFT, 'sent'],
};

/**
 * Moves a bubble of one of these shops forward and answers whose it is; null where there is none of ours, or nothing new to say about it.
 * @param onRefused is told first: once the bubble stands as failed, the same receipt says nothing new. A throw leaves all as it was.
 */
export async function applyReceipt(
  db: NodePgDatabase,
  receipt: Receipt,
  nowMs: number,
  storeIds: readonly number[],
  onRefused: Channels['onRefused'],
): Promise<Unreached | null> {
  const { providerId, status, refusal } = receipt;
  const movable = and(
    bubbleOf(receipt),
    inArray(messages.storeId, [...storeIds]),
    eq(messages.direction, 'outbound'),
    inArray(messages.status, MOVES[status]),
  );
  if (refusal) for (const who of await db.select(whose).from(messages).where(movable)) await onRefused(who, refusal);
  const reason = refusal ?? 'undelivered';
  const [moved] = await db
    .update(messages)
    .set({ status, providerId, updatedAt: new Date(nowMs), ...(status === 'failed' && { reason }) })
    .where(movable)
    .returning(whose);
  return moved ?? null;
}

const whose = { storeId: messages.storeId, actorKey: messages.actorKey };

function bubbleOf({ reference, providerId }: Receipt) {
  const row = reference === null ? null : parseReference(reference);
  if (row === null) return eq(messages.providerId, providerId);
  return and(eq(messages.storeId, row.storeId), eq(messages.id, row.id));
}
