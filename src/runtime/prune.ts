// Throws away what nobody can need any more, a bounded number of rows at a time: dedupe keys that no provider sends again, and
// commands that were settled long ago. Dead letters stay until a person decides; the journal stays whole.
import type pg from 'pg';

export const RETENTION = {
  /** Providers give up within three days; the contract refuses what is older (ms). */
  dedupeMs: 7 * 24 * 60 * 60_000,
  /** How long the outbox shows what it did (ms); the journal names it for ever. */
  commandsMs: 30 * 24 * 60 * 60_000,
} as const;

const PRUNED_MAX = 5_000;

export type Pruned = { dedupe: number; commands: number };

/** One round; several processes may run it at once. What it leaves is for the next. @param now ms since 1970 */
export async function prune(pool: pg.Pool, now: number): Promise<Pruned> {
  const dedupe = await pool.query(
    `DELETE FROM dedupe WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM dedupe WHERE at < $1 LIMIT ${PRUNED_MAX} FOR UPDATE SKIP LOCKED))`,
    [new Date(now - RETENTION.dedupeMs)],
  );
  const commands = await pool.query(
    `DELETE FROM commands WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM commands WHERE created_at < $1 AND status IN ('done', 'refused', 'cancelled') AND due_at IS NULL
      LIMIT ${PRUNED_MAX} FOR UPDATE SKIP LOCKED))`,
    [new Date(now - RETENTION.commandsMs)],
  );
  return { dedupe: dedupe.rowCount ?? 0, commands: commands.rowCount ?? 0 };
}
