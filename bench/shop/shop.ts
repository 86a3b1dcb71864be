// The whole shop, `marty start` as it is built, in a process of its own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { projectRoot } from '../../src/cli/project-root.ts';
import { freePort } from '../../test/harness/free-port.ts';

export type Shop = {
  pid: number;
  url: string;
  /** From the start of the process until it said that it is healthy. */
  healthyAfterMs: number;
  stop: () => Promise<void>;
};

/** `databaseUrl`: null for the embedded database, which lives in `folder`. */
export type Premises = { folder: string; databaseUrl: string | null; env?: Readonly<Record<string, string>> };

const HEALTHY_MAX_MS = 120_000;
const LOOK_MS = 10;
const KEYS = { SESSION_SECRET: secret(), PII_KEY: secret() };

export async function startShop({ folder, databaseUrl, env = {} }: Premises): Promise<Shop> {
  await ensureBuilt();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', join(projectRoot, 'dist', 'marty.js'), 'start'], {
    cwd: folder, // where there is no .env
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      MARTY_DATA_DIR: folder,
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      ...KEYS,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const early = gone.then(() => Promise.reject(new Error('the shop ended before it was healthy')));
  early.catch(() => undefined);
  await Promise.race([untilHealthy(url), early]);
  return {
    pid: child.pid ?? 0,
    url,
    healthyAfterMs: performance.now() - began,
    stop() {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

const Health = z.object({ status: z.string() });

async function untilHealthy(url: string): Promise<void> {
  const until = performance.now() + HEALTHY_MAX_MS;
  let last = 'silent';
  while (performance.now() < until) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer) last = Health.parse(await answer.json()).status;
    if (last === 'healthy') return;
    await wait(LOOK_MS);
  }
  throw new Error(`the shop is ${last} after ${HEALTHY_MAX_MS / 1000} s`);
}

function secret(): string {
  return randomBytes(32).toString('base64');
}
