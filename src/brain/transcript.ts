// What was said with a customer, opened with the customer's own key, and which of it still waits for an answer.
import { and, desc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages } from '../../schema/messages.ts';
import type { Vault } from '../runtime/vault.ts';
import type { Transcript, TranscriptLine } from './situation.ts';

/** Reads the `messages` table; a dropped bubble was never seen by the customer, yet it stands for an answer. */
export function createTranscript(db: NodePgDatabase, vault: Pick<Vault, 'open'>): Transcript {
  return {
    recent: async ({ storeId, actorKey, dataKey }, limit) => {
      const rows = await db
        .select()
        .from(messages)
        .where(and(eq(messages.storeId, storeId), eq(messages.actorKey, actorKey)))
        .orderBy(desc(messages.id))
        .limit(limit);
      return rows
        .reverse()
        .map(({ id, by, kind, bodySealed, at }) => ({ id, by, kind, text: vault.open(dataKey, bodySealed), at }));
    },
  };
}

/** The customer's texts after the last talk, and everything before them. News that came in between answers nothing. */
export function splitUnread(lines: readonly TranscriptLine[]): { unread: TranscriptLine[]; history: TranscriptLine[] } {
  const lastText = lines.findLastIndex((line) => line.by === 'customer');
  const answered = lines
    .slice(0, lastText + 1)
    .findLastIndex((line) => line.by === 'staff' || (line.by === 'marty' && line.kind === 'talk'));
  const open = lines.slice(answered + 1);
  return {
    unread: open.filter((line) => line.by === 'customer'),
    history: [...lines.slice(0, answered + 1), ...open.filter((line) => line.by !== 'customer')],
  };
}
