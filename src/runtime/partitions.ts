// The journal and other tables that only grow are partitioned by month, so that old months can be dropped whole.
// The months to come are made ahead; whatever falls outside of all of them lands in the default partition.
import type pg from 'pg';

/** How a partitioned table is cut: by a timestamp column, or by one of UUIDv7, whose first 48 bits are milliseconds. */
export type Partitioned = { table: string; column: string; by: 'timestamp' | 'uuidv7' };

const MONTHS_AHEAD = 3;

/**
 * Makes the partitions of this month and the next ones; safe to run again, and in several processes at once. A month that has rows in
 * the default partition stays there: Postgres would refuse it one of its own. A role that does not own the table makes none.
 */
export async function makePartitions(pool: pg.Pool, tables: readonly Partitioned[], now: number): Promise<void> {
  for (const wish of tables)
    for (let ahead = 0; ahead < MONTHS_AHEAD; ahead++)
      await makePartition(pool, wish, monthStart(now, ahead), monthStart(now, ahead + 1));
}

async function makePartition(pool: pg.Pool, { table, column, by }: Partitioned, from: Date, to: Date): Promise<void> {
  const [name, first, end] = [nameOf(table, from), bound(from, by), bound(to, by)];
  const { rows } = await pool.query(
    `SELECT FROM pg_class WHERE oid = '${table}'::regclass AND pg_has_role(relowner, 'USAGE') AND to_regclass('${name}') IS NULL
       AND NOT EXISTS (SELECT FROM ${table}_default WHERE ${column} >= '${first}' AND ${column} < '${end}')`,
  );
  if (rows.length === 0) return;
  await pool.query(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM ('${first}') TO ('${end}')`,
  );
}

/** Names of a table's partitions, from this month on. @param now milliseconds since 1970 (UTC) */
export function partitionsOf(table: string, now: number): string[] {
  return Array.from({ length: MONTHS_AHEAD }, (_, ahead) => nameOf(table, monthStart(now, ahead)));
}

function nameOf(table: string, month: Date): string {
  return `${table}_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

function monthStart(now: number, ahead: number): Date {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1));
}

function bound(instant: Date, by: Partitioned['by']): string {
  if (by === 'timestamp') return instant.toISOString();
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
