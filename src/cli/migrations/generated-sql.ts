// The migration's SQL: what drizzle-kit makes of the tables in schema/*.ts, and what drizzle cannot say, from
// schema/sql: extensions and functions before the tables, partitions, storage settings after them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';

/** Name of the migration; there is one until the first release. */
export const MIGRATION = '0000_initial';

const BREAK = '\n--> statement-breakpoint\n';
// Journal and transcript are pruned by dropping partitions; a uuid v7 sorts by its time.
const PARTITIONED = [
  { table: 'events', by: 'at' },
  { table: 'messages', by: 'id' },
];

/** Files of the migrations folder by their path in it: the SQL, drizzle's journal and its snapshot. */
export type Generated = Record<string, string>;

/** Generates the migration anew from the tables; writes nothing that stays. */
export function generateMigration(): Generated {
  const folder = mkdtempSync(join(tmpdir(), 'marty-migrations-'));
  try {
    runDrizzleKit(folder);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
    const generated = Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    return { ...generated, [`${MIGRATION}.sql`]: completed(generated[`${MIGRATION}.sql`] ?? '') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Turns the named tables into partitioned ones with a default partition each. Throws when one of them is not in the SQL. */
export function partitioned(sql: string): string {
  return PARTITIONED.reduce((text, { table, by }) => {
    const definition = new RegExp(`(CREATE TABLE "${table}" \\([\\s\\S]*?\\n\\));`);
    if (!definition.test(text))
      throw new Error(`schema/ has no table "${table}", which is to be partitioned by "${by}"`);
    const defaultPartition = `CREATE TABLE "${table}_default" PARTITION OF "${table}" DEFAULT;`;
    return text.replace(
      definition,
      (_whole, head: string) => `${head} PARTITION BY RANGE ("${by}");${BREAK}${defaultPartition}`,
    );
  }, sql);
}

function completed(sql: string): string {
  return [ownSql('before.sql'), partitioned(sql), ownSql('after.sql')].join(BREAK) + '\n';
}

// Statements in these files are set apart by a line `--> statement-breakpoint`, as in drizzle's own.
function ownSql(name: string): string {
  return readFileSync(join(projectRoot, 'schema', 'sql', name), 'utf8').trim();
}

function runDrizzleKit(out: string): void {
  const drizzleKit = join(projectRoot, 'node_modules', 'drizzle-kit', 'bin.cjs');
  const name = MIGRATION.slice(MIGRATION.indexOf('_') + 1);
  const options = ['--dialect', 'postgresql', '--schema', './schema/*.ts', '--out', out, '--name', name];
  execFileSync(process.execPath, [drizzleKit, 'generate', ...options], {
    cwd: projectRoot,
    stdio: 'pipe',
    timeout: 60_000,
  });
}
