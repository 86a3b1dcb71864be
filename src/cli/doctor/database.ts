// The database as this process meets it: reachable, new enough, of this build's schema, with the rights that the running
// program needs, room for the months to come, and a clock that agrees with ours.
import type { Pool } from 'pg';
import { partitionsOf } from '../../runtime/partitions.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../plain-errors.ts';
import { assertMigrated } from '../migrations/migrate.ts';
import { APPEND_ONLY } from '../migrations/roles.ts';
import { PARTITIONED } from '../shop/partitioned.ts';
import { errorName } from '../../runtime/errors.ts';
import { look, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

const OLDEST = 140_000;
/** Leases last a minute and a text may be five minutes from the future: a second is worth a look, half a minute is wrong. */
const SKEW_MS = { look: 1_000, wrong: 30_000 };

/** The first to ask: without an answer there is nothing else to look at. */
export function reachCheck({ database, mode }: Config, pool: Pool): Check {
  const ask = async (): Promise<Said | Said[]> => {
    try {
      const { rows } = await pool.query<{ number: number; version: string }>(
        `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`,
      );
      const [{ number, version } = { number: 0, version: 'nothing' }] = rows;
      const says = `PostgreSQL ${version}, through ${database.driver}`;
      if (number < OLDEST) return wrong(`${says}, is too old`, 'Marty needs PostgreSQL 14 or newer');
      if (database.url === null && mode === 'production')
        return look(`${says}, embedded: one machine, no backup`, 'set DATABASE_URL');
      return well(database.url === null ? `${says}, embedded` : says);
    } catch (error) {
      const code = errorName(error);
      return wrong(
        `cannot be asked (${code})`,
        MENDS[code] ?? 'is it up, and is the host in DATABASE_URL the right one?',
      );
    }
  };
  return { part: 'database', ask };
}

const MENDS: Readonly<Record<string, string>> = {
  '28P01': 'the user or the password in DATABASE_URL is refused',
  '28000': 'the user in DATABASE_URL may not log in from here: look at pg_hba.conf',
  '3D000': 'there is no database of the name in DATABASE_URL: make it, then `npm exec marty -- migrate`',
  '53300': 'no connection is left: raise max_connections, or run fewer processes (each takes up to 30)',
};

/** What else there is to ask of a database that answers. */
export function databaseChecks({ redisUrl }: Config, pool: Pool, now: () => number): Check[] {
  const schemas = redisUrl === null ? ['public', 'bullmq'] : ['public'];
  return [
    { part: 'role', ask: () => roleOf(pool, schemas) },
    { part: 'partitions', ask: () => monthsOf(pool, now()) },
    { part: 'clock', ask: () => clockOf(pool, now) },
  ];
}

export function schemaCheck(pool: Pool): Check {
  return { part: 'schema', ask: () => schemaOf(pool) };
}

async function schemaOf(pool: Pool): Promise<Said> {
  try {
    await assertMigrated(pool);
    return well("this build's");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return wrong('not that of this build', 'run `npm exec marty -- migrate` as the owner of the tables');
  }
}

type Role = { name: string; owns: boolean; lacks: string[] };

async function roleOf(pool: Pool, schemas: readonly string[]): Promise<Said> {
  const { rows } = await pool.query<Role>(RIGHTS, [schemas, APPEND_ONLY]);
  const [{ name, owns, lacks } = { name: '', owns: false, lacks: [] }] = rows;
  if (lacks.length > 0) {
    const some = `${lacks.slice(0, 3).join(', ')}${lacks.length > 3 ? ` and ${lacks.length - 3} more` : ''}`;
    return wrong(`${name} may not use ${some}`, `as the owner: \`npm exec marty -- migrate --grant-to ${name}\``);
  }
  return well(
    owns
      ? `${name}, who owns the tables (a lesser role will do: \`migrate --grant-to\`)`
      : `${name}, no more than it needs`,
  );
}

// A table is lacking where its schema is closed, or any of the rights that web and worker use is.
const RIGHTS = `
  WITH tables AS (
    SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relowner, n.oid AS schema, c.relname::text = ANY ($2) AS append_only
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p')
  )
  SELECT current_user::text AS name,
    coalesce(bool_or(pg_has_role(current_user, relowner, 'MEMBER')), false) AS owns,
    coalesce(array_agg(name ORDER BY name) FILTER (WHERE NOT (
      has_schema_privilege(schema, 'USAGE') AND has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
      AND (append_only OR has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')))), '{}') AS lacks
  FROM tables`;

async function monthsOf(pool: Pool, nowMs: number): Promise<Said> {
  const wanted = PARTITIONED.flatMap(({ table }) => partitionsOf(table, nowMs).slice(0, 2));
  const { rows } = await pool.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass($2 || name) IS NULL',
    [wanted, 'public.'],
  );
  if (rows.length === 0) return well('this month and the next are there');
  return look(
    `${rows.map(({ name }) => name).join(', ')} not there: rows go to the default partition, nothing is lost`,
    'run `npm exec marty -- migrate` as the owner, at least once a month',
  );
}

async function clockOf(pool: Pool, now: () => number): Promise<Said> {
  const asked = now();
  const { rows } = await pool.query<{ ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  const answered = now();
  const unsureMs = (answered - asked) / 2;
  const apartMs = Math.max(0, Math.abs((rows[0]?.ms ?? 0) - (asked + unsureMs)) - unsureMs);
  const says = `${apartMs < SKEW_MS.look ? 'the same as' : `${Math.round(apartMs / 1000)} s from`} the database's`;
  const mend = 'switch NTP on, here and there: the shop goes by the clock of the database, its logs by this one';
  if (apartMs >= SKEW_MS.wrong) return wrong(says, mend);
  return apartMs >= SKEW_MS.look ? look(says, mend) : well(says);
}
