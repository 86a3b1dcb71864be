// What was said with a customer, opened with the customer's own key, and which of it still waits for an answer.
import { and, desc, eq, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages } from '../../schema/messages.ts';
import type { Vault } from '../runtime/vault.ts';
import type { Transcript, TranscriptLine } from './situation.ts';

/** Reads the `messages` table; a dropped bubble was never seen by the customer, yet it stands for an answer. */
export function createTranscript(db: NodePgDatabase, vault: Pick<Vault, 'open'>): Transcript {
  return {
    recent: async ({ storeId, actorKey, dataKey }, limit, beforeTurn) => {
      const mine = and(eq(messages.storeId, storeId), eq(messages.actorKey, actorKey));
      const rows = await db
        .select()
        .from(messages)
        .where(beforeTurn === undefined ? mine : and(mine, lt(messages.seq, beforeTurn)))
        .orderBy(desc(messages.id))
        .limit(limit);
      return rows.reverse().map(({ id, seq, by, kind, bodySealed, at, begun, status }) => ({
        ...(begun !== null && { begun: { command: begun, status } }),
        seq,
        id,
        by,
        kind,
        text: vault.open(dataKey, bodySealed),
        at,
      }));
    },
  };
}

/**
 * The texts that wait for an answer, and everything else. What was said meanwhile tells nothing of them: a text may have
 * been answered by news alone, and talk may be about an earlier one. The chart knows since when it listens: `sinceMs`.
 */
export function splitUnread(
  lines: readonly TranscriptLine[],
  sinceMs: number,
): { unread: TranscriptLine[]; history: TranscriptLine[] } {
  const waits = ({ by, at }: TranscriptLine) => by === 'customer' && at.getTime() >= sinceMs;
  return { unread: lines.filter(waits), history: lines.filter((line) => !waits(line)) };
}

/** How an answer was begun. `lost`: the customer has not seen it, and will not; `overtaken`: a text of theirs came after it. */
export type BegunLine = { line: TranscriptLine; command: string; lost: boolean; overtaken: boolean };

/** Those of the texts that a later turn heard: ids bear the clocks of different processes. */
export function comeAfter({ seq }: TranscriptLine, texts: readonly TranscriptLine[]): TranscriptLine[] {
  return texts.filter((text) => (text.seq ?? 0) > (seq ?? 0));
}

/** How the answer to the unread texts was begun by one of these commands; null where none of them has. */
export function begunBy(
  lines: readonly TranscriptLine[],
  unread: readonly TranscriptLine[],
  commands: readonly string[],
): BegunLine | null {
  const line = lines.findLast(({ begun }) => begun !== undefined && commands.includes(begun.command));
  if (line?.begun === undefined) return null;
  const { status, command } = line.begun;
  const overtaken = comeAfter(line, unread).length > 0;
  const lost = status === 'dropped' || status === 'failed' || (status === 'queued' && overtaken);
  return { line, command, lost, overtaken };
}
