import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import {
  attachEmbeddedPostgres,
  destroyEmbeddedPostgres,
  keepRunning,
} from '../../src/cli/embedded/embedded-postgres.ts';
import { knownPlace } from '../../src/cli/embedded/place.ts';
import { isRunning } from '../../src/cli/processes.mjs';
import { until } from '../harness/until.ts';

const Attached = z.object({ pid: z.number(), url: z.string() });

// Each test starts servers of its own, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

let home = '';
let dataDir = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'marty-embedded-'));
  chmodSync(home, 0o755);
  dataDir = join(home, '.marty');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  if (existsSync(dataDir)) await destroyEmbeddedPostgres(dataDir);
  rmSync(home, { recursive: true, force: true });
});

const attach = () => attachEmbeddedPostgres(dataDir, 'thrownAway');
const serverLog = () => readFileSync(join(knownPlace(dataDir)?.home ?? '', 'postgres.log'), 'utf8');

async function attachInAnotherProcess(): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const script = join(import.meta.dirname, 'attach-and-wait.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(child.stdout, 'data'));
  return { child, ...Attached.parse(JSON.parse(line.toString())) };
}

async function killed(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => expect(isRunning(pid)).toBe(false), 20_000);
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
}

describe('the embedded Postgres of a data folder', () => {
  test('the second command attaches to the server that the first one started, and the last to leave stops it', async () => {
    const first = await attach();
    const second = await attach();
    expect(second.pid).toBe(first.pid);
    await first.close();
    expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.close();
    expect(isRunning(first.pid)).toBe(false);
  });

  test('leaving twice counts once', async () => {
    const first = await attach();
    const second = await attach();
    await first.close();
    await first.close();
    expect(isRunning(second.pid)).toBe(true);
    await second.close();
  });

  test('two processes that start at once share one server', async () => {
    const [one, other] = await Promise.all([attachInAnotherProcess(), attachInAnotherProcess()]);
    expect(other.pid).toBe(one.pid);
  });

  test('after SIGKILL of Node the next start finds the living server with its data, and can stop it', async () => {
    const killed = await attachInAnotherProcess();
    await ask(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    expect(isRunning(killed.pid)).toBe(true);
    const next = await attach();
    expect(next.pid).toBe(killed.pid);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
    expect(isRunning(killed.pid)).toBe(false);
  });

  test('after SIGKILL of Postgres itself the next start brings it back with its data', async () => {
    const first = await attach();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await ask(first.url, 'CHECKPOINT'); // this server does not sync by itself
    await killed(first.pid);
    const next = await attach();
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
  });

  describe('that goes away', { timeout: 180_000 }, () => {
    /** Its user keeps it running, and has written something that is on the disk. */
    async function inUse() {
      const first = await attach();
      const connected = new Client({ connectionString: first.url });
      connected.on('error', () => undefined);
      await connected.connect(); // SIGTERM alone waits for those who are connected
      await connected.query('CREATE TABLE kept AS SELECT 42 AS answer');
      await connected.query('CHECKPOINT'); // this server does not sync by itself
      const told: string[] = [];
      const stopLooking = keepRunning(dataDir, first, (what) => told.push(what), 1000);
      onTestFinished(stopLooking);
      return { first, told, stopLooking };
    }
    const answers = (url: string) =>
      until(async () => expect(await ask(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]), 60_000);

    test.each(['SIGKILL', 'SIGTERM'] as const)(
      'after %s is back at its address, with its data, for whoever lives on it',
      async (signal) => {
        const { first, told, stopLooking } = await inUse();
        process.kill(first.pid, signal);
        await until(() => expect(isRunning(first.pid)).toBe(false), 60_000);
        await answers(first.url);
        await until(() => expect(told.at(-1)).toContain('it runs again'), 20_000);
        await stopLooking();
        await first.close();
      },
    );

    test('is back at its address also where somebody else was quicker to start it', async () => {
      const { first } = await inUse();
      await killed(first.pid);
      const other = await attach();
      expect(new URL(other.url).port).toBe(new URL(first.url).port);
      await answers(first.url);
    });

    test('with its files is not replaced by an empty one, and that is said once', async () => {
      const { first, told } = await inUse();
      const data = join(knownPlace(dataDir)?.home ?? '', 'data');
      await killed(first.pid);
      renameSync(data, `${data}.elsewhere`);
      await until(() => expect(told.at(-1)).toContain('its files are gone'), 60_000);
      await wait(2500); // two more looks
      expect([told.filter((what) => what.includes('its files are gone')).length, existsSync(data)]).toEqual([1, false]);
    });
  });

  test('a server that was told to stop and waits for others is not attached to: the next start has one of its own', async () => {
    const first = await attach();
    const connected = new Client({ connectionString: first.url });
    connected.on('error', () => undefined);
    await connected.connect();
    process.kill(first.pid, 'SIGTERM');
    await until(async () => expect(await ask(first.url, 'SELECT 1').catch(String)).toContain('shutting down'), 20_000);
    const next = await attach();
    expect(next.pid).not.toBe(first.pid);
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('a server whose predecessor was killed waits until the last of its processes has noticed', async () => {
    const first = await attach();
    const [checkpointer] = z
      .tuple([z.object({ pid: z.number() })])
      .parse(await ask(first.url, `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`));
    process.kill(checkpointer.pid, 'SIGSTOP');
    await killed(first.pid);
    const notices = async () => {
      await until(() => expect(serverLog()).toMatch(/is still in use/), 20_000);
      await wait(500); // on a machine with much else to do
      process.kill(checkpointer.pid, 'SIGCONT');
    };
    const [next] = await Promise.all([attach(), notices()]);
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('data outlives a stop, and the password is only in a file that its owner alone can read', async () => {
    const first = await attach();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.close();
    const next = await attach();
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    const stranger = new URL(next.url);
    stranger.password = 'guessed';
    const again = await attach();
    await expect(
      ask(stranger.toString().replace(/:\d+\//, `:${new URL(again.url).port}/`), 'SELECT 1'),
    ).rejects.toThrow('password');
    await again.close();
  });

  test('a data folder of another major version is left alone', async () => {
    const first = await attach();
    await first.close();
    writeFileSync(join(knownPlace(dataDir)?.home ?? '', 'data', 'PG_VERSION'), '14\n');
    await expect(attach()).rejects.toThrow(
      /made by Postgres 14 and this is 18: move it away, or set MARTY_DATA_DIR or DATABASE_URL$/,
    );
  });

  test('nothing of a failed statement reaches the log of the server', async () => {
    const server = await attach();
    await expect(ask(server.url, `SELECT 'a secret text'::int`)).rejects.toThrow('invalid input');
    await server.close();
    expect(serverLog()).not.toContain('a secret text');
  });

  const isRoot = process.getuid?.() === 0;

  test.runIf(isRoot)(
    'root starts it under a home that nobody else can enter: the files move, and a note says where',
    async () => {
      chmodSync(home, 0o700);
      const server = await attach();
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(dataDir)).not.toContain('postgres');
      const place = knownPlace(dataDir);
      expect(statSync(place?.home ?? '').uid).toBe(place?.account?.uid);
      await server.close();
      const next = await attach();
      expect(knownPlace(dataDir)).toEqual(place);
      await next.close();
      await destroyEmbeddedPostgres(dataDir);
      expect(existsSync(place?.home ?? '')).toBe(false);
      mkdirSync(dataDir);
    },
  );
});
