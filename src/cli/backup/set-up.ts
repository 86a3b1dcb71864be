// After a restore, of whatever kind, the tables say what the world was at the backup. This makes a store go on from there without
// doing twice what was done since: what may have left is marked so, what a process had in hand is free, and news is asked for.
import type { Sql } from '../../runtime/transactional.ts';

/** `commands`: they run again, under their old ids and keys. `bubbles`: they may have left. `links`: whose payment is asked for. */
export type SetUp = { commands: number; bubbles: number; links: number };
/** `backupAt`: what the tables know ends here. */
export type Lost = { storeId: number; backupAt: Date; now: Date };

/** Safe to run again, before any worker has started. Call it in a transaction. */
export async function setUpAnew(sql: Sql, lost: Lost): Promise<SetUp> {
  await remember(sql, lost);
  await free(sql, lost);
  const commands = await reopen(sql, lost);
  const bubbles = await doubt(sql, lost);
  const links = await askForMoney(sql, lost);
  await readSquareAgain(sql, lost);
  return { commands, bubbles, links };
}

/** `deliver` looks there before it says again what may have been said in between. */
async function remember(sql: Sql, { storeId, backupAt, now }: Lost): Promise<void> {
  await sql.query(
    `INSERT INTO restores (store_id, backup_at, restored_at) VALUES ($1, $2, $3)
     ON CONFLICT (store_id) DO UPDATE SET backup_at = excluded.backup_at, restored_at = excluded.restored_at`,
    [storeId, backupAt, now],
  );
}

/** Who held these is gone, or has been for longer than it knows. Timers that wait for a person go on waiting. */
async function free(sql: Sql, { storeId, now }: Lost): Promise<void> {
  await sql.query('UPDATE threads SET lease_owner = NULL, lease_until = NULL WHERE store_id = $1', [storeId]);
  await sql.query(
    `UPDATE timers SET held_until = due_at WHERE store_id = $1 AND held_until > due_at AND held_until < '9999-01-01'`,
    [storeId],
  );
  await sql.query('UPDATE night_rounds SET leased_until = $2 WHERE store_id = $1 AND finished_at IS NULL', [
    storeId,
    now,
  ]);
}

/** Their tickets are made by the sweeper; the attempt counts up, so that nobody of before can end them. */
async function reopen(sql: Sql, { storeId, now }: Lost): Promise<number> {
  await sql.query(
    `UPDATE commands SET status = 'pending', attempt = attempt + 1, owner = NULL, due_at = $2
     WHERE store_id = $1 AND status = 'running'`,
    [storeId, now],
  );
  const { rows } = await sql.query(
    `SELECT count(*)::int AS open FROM commands WHERE store_id = $1 AND status = 'pending'`,
    [storeId],
  );
  return Number(rows[0]?.['open']);
}

/** What was queued has left since, or has not: its sender relies on the reference, or looks it up. What waits for the morning has not. */
async function doubt(sql: Sql, { storeId, now }: Lost): Promise<number> {
  const { rowCount } = await sql.query(
    `UPDATE messages m SET status = 'sending', channel = coalesce(m.channel, t.channel) FROM threads t
     WHERE t.store_id = m.store_id AND t.actor_key = m.actor_key AND m.store_id = $1 AND m.direction = 'outbound'
       AND m.status IN ('queued', 'sending') AND (m.not_before IS NULL OR m.not_before <= $2)`,
    [storeId, now],
  );
  return rowCount ?? 0;
}

/** Links and refunds that were open at the backup: the till is asked in the first round of housekeeping. */
async function askForMoney(sql: Sql, { storeId }: Lost): Promise<number> {
  const { rowCount } = await sql.query(
    'UPDATE till_intents SET checked_at = NULL WHERE store_id = $1 AND settled_at IS NULL AND response IS NOT NULL',
    [storeId],
  );
  return rowCount ?? 0;
}

/** Its webhooks of the time in between will not come again. */
async function readSquareAgain(sql: Sql, { storeId, now }: Lost): Promise<void> {
  await sql.query('UPDATE square_catalogues SET leased_until = NULL, due_at = $2 WHERE store_id = $1', [storeId, now]);
  await sql.query(
    `INSERT INTO stock_checks (store_id, isbn13, due_at)
     SELECT store_id, isbn13, $2 FROM square_variations WHERE store_id = $1 AND is_counted
     ON CONFLICT (store_id, isbn13) DO UPDATE SET calls = stock_checks.calls + 1, due_at = excluded.due_at`,
    [storeId, now],
  );
}
