// What a provider says later about a bubble it took. Receipts come twice and out of order: a status only moves forward.
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages } from '../../schema/messages.ts';
import type { MessageStatus } from '../../schema/messages.ts';
import type { Refusal } from './channel.ts';
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
 */
export async function applyReceipt(
  db: NodePgDatabase,
  receipt: Receipt,
  nowMs: number,
  storeIds: readonly number[],
): Promise<{ storeId: number; actorKey: string } | null> {
  const { providerId, status } = receipt;
  const reason = receipt.refusal ?? 'undelivered';
  const moved = await db
    .update(messages)
    .set({ status, providerId, updatedAt: new Date(nowMs), ...(status === 'failed' && { reason }) })
    .where(
      and(
        bubbleOf(receipt),
        inArray(messages.storeId, [...storeIds]),
        eq(messages.direction, 'outbound'),
        inArray(messages.status, MOVES[status]),
      ),
    )
    .returning({ storeId: messages.storeId, actorKey: messages.actorKey });
  return moved[0] ?? null;
}

function bubbleOf({ reference, providerId }: Receipt) {
  const row = reference === null ? null : parseReference(reference);
  if (row === null) return eq(messages.providerId, providerId);
  return and(eq(messages.storeId, row.storeId), eq(messages.id, row.id));
}
