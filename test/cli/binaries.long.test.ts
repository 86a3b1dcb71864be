import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canReach, unprivilegedAccount } from '../../src/cli/embedded/account.ts';
import { findBinaries, packageFolder } from '../../src/cli/embedded/binaries.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

// Copying the programs is the work here, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
let home = '';
let installed = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'marty-binaries-'));
  chmodSync(folder, 0o755);
  home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  installed = await installWithoutScripts(home);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** npm's package as it is where install scripts are off: without its symbolic links. */
async function installWithoutScripts(parent: string): Promise<string> {
  const target = join(parent, 'package');
  await cp(packageFolder(platform(), arch()), target, { recursive: true, verbatimSymlinks: true });
  const library = join(target, 'native', 'lib', 'libpq.so.5');
  if (lstatSync(library, { throwIfNoEntry: false }) !== undefined) unlinkSync(library);
  return target;
}

describe('the programs of Postgres', () => {
  test('run although npm ran no install script', async () => {
    const { initdb } = await findBinaries(null, installed);
    expect(execFileSync(initdb, ['--version'], { encoding: 'utf8' })).toMatch(/^initdb \(PostgreSQL\) 18/);
    expect(lstatSync(join(installed, 'native', 'lib', 'libpq.so.5')).isSymbolicLink()).toBe(true);
  });

  test.runIf(isRoot)(
    'are copied to where the server account can run them, once, when node_modules is under a private home',
    async () => {
      const { postgres } = await findBinaries(nobody, installed, folder);
      expect(postgres.startsWith(join(folder, 'marty-0'))).toBe(true);
      expect(execFileSync(postgres, ['--version'], { encoding: 'utf8', ...nobody })).toMatch(
        /^postgres \(PostgreSQL\) 18/,
      );
      const madeAt = statSync(dirname(postgres)).mtimeMs;
      await findBinaries(nobody, installed, folder);
      expect(statSync(dirname(postgres)).mtimeMs).toBe(madeAt);
    },
  );

  test.runIf(isRoot)('are not copied into a folder that others may write to', async () => {
    const shared = join(folder, 'shared');
    mkdirSync(join(shared, 'marty-0'), { recursive: true });
    chmodSync(join(shared, 'marty-0'), 0o777);
    const attempt = findBinaries(nobody, installed, shared);
    await expect(attempt).rejects.toThrow('must be a folder that only user 0 can write to');
    expect(readdirSync(join(shared, 'marty-0'))).toEqual([]);
  });

  test('a platform without binaries gets one sentence that names DATABASE_URL', () => {
    expect(() => packageFolder('sunos', 'x64')).toThrow(
      /^There is no embedded Postgres for sunos on x64: set DATABASE_URL to a PostgreSQL 14 or newer\.$/,
    );
  });
});

describe('the account of the server, when root starts it', () => {
  test('is postgres, else nobody, else anyone but root', () => {
    const root = 'root:x:0:0::/root:/bin/sh';
    const daemon = 'daemon:x:1:2::/:/bin/false';
    const nobodyLine = 'nobody:x:65534:65533::/:/bin/false';
    const postgres = 'postgres:x:26:27::/:/bin/sh';
    expect(unprivilegedAccount([root, daemon, nobodyLine, postgres].join('\n'))).toEqual({ uid: 26, gid: 27 });
    expect(unprivilegedAccount([root, daemon, nobodyLine].join('\n'))).toEqual({ uid: 65534, gid: 65533 });
    expect(unprivilegedAccount([root, daemon].join('\n'))).toEqual({ uid: 1, gid: 2 });
    expect(() => unprivilegedAccount(root)).toThrow('set DATABASE_URL');
  });

  test.runIf(isRoot)('reaches a folder only when it may enter each folder above', () => {
    const inner = join(folder, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    expect(canReach(inner, nobody)).toBe(true);
    chmodSync(join(folder, 'a'), 0o700);
    expect(canReach(inner, nobody)).toBe(false);
  });
});
