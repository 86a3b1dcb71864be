// For tests of the embedded Postgres: a data folder of its own for each, which nothing outlives, and a second process that uses it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, vi } from 'vitest';
import { z } from 'zod';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';

const Attached = z.object({ pid: z.number(), url: z.string() });

/** Read the fields inside hooks and tests. Each test starts servers of its own, and a busy machine takes its time. */
export function useDataFolder() {
  vi.setConfig({ testTimeout: 60_000 });
  const children: ChildProcess[] = [];
  const folder = {
    home: '',
    dataDir: '',
    attach: () => attachEmbeddedPostgres(folder.dataDir, 'thrownAway'),
    async attachInAnotherProcess(): Promise<{ child: ChildProcess; pid: number; url: string }> {
      const args = ['--import', 'tsx', join(import.meta.dirname, 'attach-and-wait.ts'), folder.dataDir];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(child.stdout, 'data'));
      return { child, ...Attached.parse(JSON.parse(line.toString())) };
    },
  };
  beforeEach(() => {
    folder.home = mkdtempSync(join(tmpdir(), 'marty-embedded-'));
    chmodSync(folder.home, 0o755);
    folder.dataDir = join(folder.home, '.marty');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    if (existsSync(folder.dataDir)) await destroyEmbeddedPostgres(folder.dataDir);
    rmSync(folder.home, { recursive: true, force: true });
  });
  return folder;
}

export async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
}
