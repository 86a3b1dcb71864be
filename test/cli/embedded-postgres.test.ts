// What every command that runs on a data folder needs of its Postgres. What else may become of it, each case with servers of its own, is
// embedded-postgres.long.test.ts.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRunning } from '../../src/cli/processes.mjs';
import { ask, useDataFolder } from './embedded-kit.ts';

const folder = useDataFolder();

describe('the embedded Postgres of a data folder', () => {
  test('the second command attaches to the server that the first one started, and the last to leave stops it', async () => {
    const first = await folder.attach();
    const second = await folder.attach();
    expect(second.pid).toBe(first.pid);
    await first.close();
    expect(await ask(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.close();
    expect(isRunning(first.pid)).toBe(false);
  });

  test('after SIGKILL of Node the next start finds the living server with its data, and can stop it', async () => {
    const killed = await folder.attachInAnotherProcess();
    await ask(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    expect(isRunning(killed.pid)).toBe(true);
    const next = await folder.attach();
    expect(next.pid).toBe(killed.pid);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
    expect(isRunning(killed.pid)).toBe(false);
  });

  test('data outlives a stop, and the password is only in a file that its owner alone can read', async () => {
    const first = await folder.attach();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.close();
    const next = await folder.attach();
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.close();
    expect(statSync(join(folder.dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    const stranger = new URL(next.url);
    stranger.password = 'guessed';
    const again = await folder.attach();
    await expect(
      ask(stranger.toString().replace(/:\d+\//, `:${new URL(again.url).port}/`), 'SELECT 1'),
    ).rejects.toThrow('password');
    await again.close();
  });
});
