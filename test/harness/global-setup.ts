// One throw-away Postgres for the whole run, with one migrated template database that every test file clones.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { TestProject } from 'vitest/node';
import { countAttached } from '../../src/cli/embedded/attachments.ts';
import { destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { migrate } from '../../src/cli/migrations/migrate.ts';
import { startThrowawayPostgres, throwawayParents } from './throwaway-postgres.ts';
import type { ThrowawayPostgres } from './throwaway-postgres.ts';

declare module 'vitest' {
  // eslint-disable-next-line -- the name and kind of this declaration are vitest's
  interface ProvidedContext {
    /** Address of the database `postgres` on the run's server. */
    serverUrl: string;
    /** Name of the migrated database to clone. */
    template: string;
    /** By which strategy. */
    cloning: ThrowawayPostgres['cloning'];
  }
}

const PREFIX = 'marty-test-';
const TEMPLATE = 'marty_template';

let started: Promise<ThrowawayPostgres> | null = null;
let users = 0;

/** Called by vitest once for each project; they share the server. */
export async function setup(project: TestProject): Promise<void> {
  users += 1;
  started ??= start();
  const { url, cloning } = await started;
  project.provide('serverUrl', url);
  project.provide('cloning', cloning);
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

async function start(): Promise<ThrowawayPostgres> {
  await removeLeftovers();
  const server = await startThrowawayPostgres(PREFIX);
  await makeTemplate(server.url);
  return server;
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
  const found = throwawayParents().flatMap((parent) =>
    readdirSync(parent).map((name) => ({ name, path: join(parent, name) })),
  );
  for (const { path } of found.filter(({ name }) => name.startsWith(PREFIX)))
    if (isOurs(path) && countAttached(path) === 0) await destroyEmbeddedPostgres(path).catch(() => undefined);
}

// A folder that another run has just made is not attached to yet: leave it alone for two minutes.
function isOurs(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  return found.uid === (process.getuid?.() ?? found.uid) && Date.now() - found.ctimeMs > 120_000;
}
