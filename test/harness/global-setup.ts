// One throw-away Postgres for the whole run, with one migrated template database that every test file clones.
import { chmodSync, mkdtempSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { TestProject } from 'vitest/node';
import { countAttached } from '../../src/cli/embedded/attachments.ts';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate } from '../../src/cli/migrations/migrate.ts';

declare module 'vitest' {
  // eslint-disable-next-line -- the name and kind of this declaration are vitest's
  interface ProvidedContext {
    /** Address of the database `postgres` on the run's server. */
    serverUrl: string;
    /** Name of the migrated database to clone. */
    template: string;
  }
}

const PREFIX = 'marty-test-';
const TEMPLATE = 'marty_template';

let started: Promise<{ dataDir: string; url: string }> | null = null;
let users = 0;

/** Called by vitest once for each project; they share the server. */
export async function setup(project: TestProject): Promise<void> {
  users += 1;
  started ??= start();
  const { url } = await started;
  project.provide('serverUrl', url);
  project.provide('template', TEMPLATE);
}

/** Called by vitest once for each project; the last one deletes the server and its files. */
export async function teardown(): Promise<void> {
  users -= 1;
  if (users > 0 || started === null) return;
  const { dataDir } = await started;
  started = null;
  await destroyEmbeddedPostgres(dataDir);
}

async function start(): Promise<{ dataDir: string; url: string }> {
  await removeLeftovers();
  const dataDir = mkdtempSync(join(realpathSync(tmpdir()), PREFIX));
  chmodSync(dataDir, 0o755); // so that the server's account can enter it when root runs the tests
  const { url } = await attachEmbeddedPostgres(dataDir, 'thrownAway');
  await makeTemplate(url);
  return { dataDir, url };
}

async function makeTemplate(url: string): Promise<void> {
  const server = new Pool({ connectionString: url, max: 1 });
  await server.query(`CREATE DATABASE ${TEMPLATE}`);
  await server.end();
  const template = new Pool({ connectionString: withDatabase(url, TEMPLATE), max: 1 });
  await migrate(template);
  await template.end();
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.toString();
}

// Servers of runs that were killed: nobody alive is attached to them.
async function removeLeftovers(): Promise<void> {
  const folder = realpathSync(tmpdir());
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(PREFIX))) {
    const dataDir = join(folder, name);
    if (isOurs(dataDir) && countAttached(dataDir) === 0) await destroyEmbeddedPostgres(dataDir).catch(() => undefined);
  }
}

// A folder that another run has just made is not attached to yet: leave it alone for two minutes.
function isOurs(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.uid === (process.getuid?.() ?? found.uid) && Date.now() - found.ctimeMs > 120_000;
}
