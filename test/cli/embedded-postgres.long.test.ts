// What may become of an embedded Postgres and of those who use it: each test has servers of its own. The rest: embedded-postgres.test.ts.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { destroyEmbeddedPostgres, keepRunning } from '../../src/cli/embedded/embedded-postgres.ts';
import { knownPlace } from '../../src/cli/embedded/place.ts';
import { isRunning } from '../../src/cli/processes.mjs';
import { until } from '../harness/until.ts';
import { ask, useDataFolder } from './embedded-kit.ts';

const folder = useDataFolder();
const serverLog = () => readFileSync(join(knownPlace(folder.dataDir)?.home ?? '', 'postgres.log'), 'utf8');

async function killed(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => expect(isRunning(pid)).toBe(false), 20_000);
}

describe('the embedded Postgres of a data folder', () => {
  test('leaving twice counts once', async () => {
    const first = await folder.attach();
    const second = await folder.attach();
    await first.close();
    await first.close();
    expect(isRunning(second.pid)).toBe(true);
    await second.close();
  });

  test('two processes that start at once share one server', async () => {
    const [one, other] = await Promise.all([folder.attachInAnotherProcess(), folder.attachInAnotherProcess()]);
    expect(other.pid).toBe(one.pid);
  });

  test('after SIGKILL of Postgres itself the next start brings it back with its data', async () => {
    const first = await folder.attach();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await ask(first.url, 'CHECKPOINT'); // this server does not sync by itself
    await killed(first.pid);
    const next = await folder.attach();
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
  });

  describe('that goes away', { timeout: 180_000 }, () => {
    /** Its user keeps it running, and has written something that is on the disk. */
    async function inUse() {
      const first = await folder.attach();
      const connected = new Client({ connectionString: first.url });
      connected.on('error', () => undefined);
      await connected.connect(); // SIGTERM alone waits for those who are connected
      await connected.query('CREATE TABLE kept AS SELECT 42 AS answer');
      await connected.query('CHECKPOINT'); // this server does not sync by itself
      const told: string[] = [];
      const stopLooking = keepRunning(folder.dataDir, first, (what) => told.push(what), 1000);
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
      const other = await folder.attach();
      expect(new URL(other.url).port).toBe(new URL(first.url).port);
      await answers(first.url);
    });

    test('with its files is not replaced by an empty one, and that is said once', async () => {
      const { first, told } = await inUse();
      const data = join(knownPlace(folder.dataDir)?.home ?? '', 'data');
      await killed(first.pid);
      renameSync(data, `${data}.elsewhere`);
      await until(() => expect(told.at(-1)).toContain('its files are gone'), 60_000);
      await wait(2500); // two more looks
      expect([told.filter((what) => what.includes('its files are gone')).length, existsSync(data)]).toEqual([1, false]);
    });
  });

  test('a server that was told to stop and waits for others is not attached to: the next start has one of its own', async () => {
    const first = await folder.attach();
    const connected = new Client({ connectionString: first.url });
    connected.on('error', () => undefined);
    await connected.connect();
    process.kill(first.pid, 'SIGTERM');
    await until(async () => expect(await ask(first.url, 'SELECT 1').catch(String)).toContain('shutting down'), 20_000);
    const next = await folder.attach();
    expect(next.pid).not.toBe(first.pid);
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('a server whose predecessor was killed waits until the last of its processes has noticed', async () => {
    const first = await folder.attach();
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
    const [next] = await Promise.all([folder.attach(), notices()]);
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('a data folder of another major version is left alone', async () => {
    const first = await folder.attach();
    await first.close();
    writeFileSync(join(knownPlace(folder.dataDir)?.home ?? '', 'data', 'PG_VERSION'), '14\n');
    await expect(folder.attach()).rejects.toThrow(
      /made by Postgres 14 and this is 18: move it away, or set MARTY_DATA_DIR or DATABASE_URL$/,
    );
  });

  test('nothing of a failed statement reaches the log of the server', async () => {
    const server = await folder.attach();
    await expect(ask(server.url, `SELECT 'a secret text'::int`)).rejects.toThrow('invalid input');
    await server.close();
    expect(serverLog()).not.toContain('a secret text');
  });

  const isRoot = process.getuid?.() === 0;

  test.runIf(isRoot)(
    'root starts it under a home that nobody else can enter: the files move, and a note says where',
    async () => {
      chmodSync(folder.home, 0o700);
      const server = await folder.attach();
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(folder.dataDir)).not.toContain('postgres');
      const place = knownPlace(folder.dataDir);
      expect(statSync(place?.home ?? '').uid).toBe(place?.account?.uid);
      await server.close();
      const next = await folder.attach();
      expect(knownPlace(folder.dataDir)).toEqual(place);
      await next.close();
      await destroyEmbeddedPostgres(folder.dataDir);
      expect(existsSync(place?.home ?? '')).toBe(false);
      mkdirSync(folder.dataDir);
    },
  );
});
