// A conversation as people read it: every text and bubble, oldest first, a page at a time.
import { and, asc, eq, gt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages } from '../../schema/messages.ts';
import type { Message } from '../../schema/messages.ts';
import type { Vault } from '../runtime/vault.ts';

export type TranscriptItem = Pick<Message, 'id' | 'direction' | 'by' | 'status' | 'reason' | 'suggestions' | 'at'> & {
  text: string;
};

export type TranscriptPage = {
  storeId: number;
  actorKey: string;
  /** The customer's wrapped data key. */
  dataKey: Buffer;
  /** The id of the last item seen; null begins at the beginning. */
  after: string | null;
  limit: number;
};

/** What follows `after`, oldest first. A bubble keeps its place while its status changes. */
export async function readTranscript(
  db: NodePgDatabase,
  vault: Pick<Vault, 'open'>,
  { storeId, actorKey, dataKey, after, limit }: TranscriptPage,
): Promise<TranscriptItem[]> {
  const rows = await db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.storeId, storeId),
        eq(messages.actorKey, actorKey),
        after === null ? undefined : gt(messages.id, after),
      ),
    )
    .orderBy(asc(messages.id))
    .limit(limit);
  return rows.map(({ id, direction, by, status, reason, suggestions, at, bodySealed }) => ({
    id,
    direction,
    by,
    status,
    reason,
    suggestions,
    at,
    text: vault.open(dataKey, bodySealed),
  }));
}
