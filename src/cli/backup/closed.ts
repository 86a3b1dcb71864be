// Going back in time is for a shop that is closed: a process at work would do again what was done since.
import type { Pool } from 'pg';
import { BackupRefused } from './refused.ts';

/** The name of web and worker processes in Postgres' own list of connections. */
export const SERVING = 'marty serving';

/** @throws BackupRefused where a web or worker process is connected to this database */
export async function assertClosed(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ connections: number }>(
    'SELECT count(*)::int AS connections FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [SERVING],
  );
  const connections = rows[0]?.connections ?? 0;
  if (connections > 0)
    throw new BackupRefused(
      `The shop is open: web or worker processes hold ${connections} connections to this database. Stop them, then try again; nothing was changed.`,
    );
}
