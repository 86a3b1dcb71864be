// `npm run db:generate` writes schema/migrations anew; `-- --check` only says whether it is fresh.
// Several people may call it at once: a lock lets one write at a time, and an unchanged schema changes no file.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHash } from 'node:crypto';
import { withLock } from '../lock.mjs';
import { projectRoot } from '../project-root.ts';
import { generateMigration, MIGRATION } from './generated-sql.ts';
import { migrationsFolder } from './migrate.ts';

const lock = join(
  tmpdir(),
  `marty-db-generate-${createHash('sha256').update(projectRoot).digest('hex').slice(0, 12)}.lock`,
);

await withLock(lock, async () => {
  const generated = generateMigration();
  const fresh = existing() === generated[`${MIGRATION}.sql`];
  if (process.argv.includes('--check')) report(fresh);
  else if (fresh) console.log('schema/migrations is up to date');
  else replaceWith(generated);
  return Promise.resolve();
});

function existing(): string | null {
  const file = join(migrationsFolder, `${MIGRATION}.sql`);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function report(fresh: boolean): void {
  if (fresh) return console.log('migrations are fresh');
  console.error('schema/migrations does not match schema/*.ts: run `npm run db:generate` and commit the result');
  process.exitCode = 1;
}

function replaceWith(generated: Record<string, string>): void {
  rmSync(migrationsFolder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(generated)) {
    mkdirSync(dirname(join(migrationsFolder, name)), { recursive: true });
    writeFileSync(join(migrationsFolder, name), text);
  }
  console.log(`wrote schema/migrations/${MIGRATION}.sql`);
}
