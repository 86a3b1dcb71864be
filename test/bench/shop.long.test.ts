// The benchmarks of the whole shop, in a form so small that it says nothing about speed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runBench } from './run-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'marty-bench-out-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('npm run bench -- start times the shop on a database of its own and on another', async () => {
  const { stdout } = await runBench('start', '--starts', '1', '--out', folder);
  expect(stdout).toMatch(/^external database: healthy after \d+ ms/m);
  expect(stdout).toMatch(/^embedded database: healthy after \d+ ms/m);
});

test('npm run bench -- soak texts the shop and follows what it holds', async () => {
  const { stdout } = await runBench('soak', '--minutes', '0.2', '--per-second', '2', '--out', folder);
  expect(stdout).toMatch(/^0.2 minutes, \d+ texts of 300 customers, 0 refused/m);
  expect(stdout).toMatch(/^resident: \d+\.\d MB, -?\d+\.\d MB an hour/m);
});
