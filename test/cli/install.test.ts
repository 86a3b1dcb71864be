// Whether node_modules is what package-lock.json names: the first thing that `npm start` and `npm test` look at.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isComplete } from '../../src/cli/install.mjs';

const ELSEWHERE = { optional: true, os: ['nowhere'], cpu: ['none'] };
const HERE = { optional: true, os: [process.platform], cpu: [process.arch] };
const WANTED = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.1.0' } };
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

/** A project that wants some packages; npm has noted what it installed, and of these not all need be there. */
async function project(wanted: object, installed: object | null, there = Object.keys(installed ?? {})) {
  const folder = await mkdtemp(join(tmpdir(), 'marty-install-'));
  folders.push(folder);
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  for (const path of there) await mkdir(join(folder, path), { recursive: true });
  if (installed === null) return folder;
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
  return folder;
}

test.each([
  ['all is there', WANTED, WANTED, undefined, true],
  ['nothing was installed', WANTED, null, [], false],
  ['npm was stopped before it noted what it did', WANTED, null, Object.keys(WANTED), false],
  ['one is older', WANTED, { ...WANTED, 'node_modules/b': { version: '2.0.9' } }, undefined, false],
  ['one is missing', WANTED, { 'node_modules/a': WANTED['node_modules/a'] }, undefined, false],
  ['one was deleted by hand', WANTED, WANTED, ['node_modules/a'], false],
  [
    'one is for other machines',
    { ...WANTED, 'node_modules/c': { version: '1.0.0', ...ELSEWHERE } },
    WANTED,
    undefined,
    true,
  ],
  [
    'one is for this machine, and the folder came from another',
    { ...WANTED, 'node_modules/c': { version: '1.0.0', ...HERE } },
    WANTED,
    undefined,
    false,
  ],
] as const)('%s', async (_what, wanted, installed, there, complete) => {
  expect(isComplete(await project(wanted, installed, there && [...there]))).toBe(complete);
});
