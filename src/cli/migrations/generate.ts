// `npm run db:generate -- <name>` adds the migration that leads from the newest one to the tables in schema/*.ts; with
// `--check` it only says whether there is something to add. A migration that is on main is never changed again: databases
// have it. What drizzle cannot say (partitions, extensions, storage settings) is written into the new file by hand.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { projectRoot } from '../project-root.ts';
import { migrationsFolder } from './migrate.ts';

const args = process.argv.slice(2);
if (args.includes('--check')) check();
else add(args[0]);

function add(name: string | undefined): void {
  if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
    console.error('say what changes, in small letters: `npm run db:generate -- waiting_list`');
    process.exitCode = 1;
    return;
  }
  const added = generateInto(migrationsFolder, name);
  console.log(added.length > 0 ? `wrote schema/migrations/${added.join(', ')}` : 'schema/migrations is up to date');
}

function check(): void {
  const folder = mkdtempSync(join(tmpdir(), 'marty-migrations-'));
  try {
    cpSync(migrationsFolder, folder, { recursive: true });
    if (generateInto(folder, 'check').length === 0) return console.log('migrations are fresh');
    console.error('schema/*.ts has changed: run `npm run db:generate -- <name>` and commit the result');
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function generateInto(folder: string, name: string): string[] {
  const before = new Set(sqlFiles(folder));
  const drizzleKit = join(projectRoot, 'node_modules', 'drizzle-kit', 'bin.cjs');
  // It takes an absolute folder for one under the current folder, does not find it, and ends as if all were well.
  const out = relative(projectRoot, folder);
  const options = ['--dialect', 'postgresql', '--schema', './schema/*.ts', '--out', out, '--name', name];
  const said = execFileSync(process.execPath, [drizzleKit, 'generate', ...options], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 60_000,
  });
  if (!/No schema changes|Your SQL migration file/.test(said)) throw new Error(`drizzle-kit could not read ${out}`);
  return sqlFiles(folder).filter((file) => !before.has(file));
}

function sqlFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.sql'));
}
