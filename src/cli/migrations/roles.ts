// What the running program may do in the database, where it is not the owner of the tables: read and write rows, and
// neither change tables nor rewrite what is only ever added to. Migrations run as the owner.
import type { Pool } from 'pg';
import { ConfigError } from '../plain-errors.ts';

/** Rows of these are added and never changed or taken out. */
export const APPEND_ONLY = ['consents', 'staff_audit'] as const;
const SCHEMAS = ['public', 'bullmq', 'drizzle'] as const;

/** Grants an existing role what web and worker processes need. Safe to run again. @throws ConfigError for a strange name */
export async function grantTo(pool: Pool, role: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
    throw new ConfigError([`"${role}" is not the name of a role: small letters, digits and _, such as marty_app.`]);
  }
  const { rows } = await pool.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY ($1)',
    [SCHEMAS],
  );
  for (const { name } of rows) for (const statement of grantsOf(name, role)) await pool.query(statement);
  for (const table of APPEND_ONLY) await pool.query(`REVOKE UPDATE, DELETE, TRUNCATE ON public.${table} FROM ${role}`);
}

function grantsOf(schema: string, role: string): string[] {
  if (schema === 'drizzle')
    return [`GRANT USAGE ON SCHEMA drizzle TO ${role}`, `GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${role}`];
  const rows = 'SELECT, INSERT, UPDATE, DELETE';
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT ${rows} ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${role}`,
  ];
}
