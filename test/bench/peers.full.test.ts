// The other engines, installed as the command installs them (300 MB): too much for every run of the tests.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { runBench } from './run-bench.ts';

test('every other engine does the same job, and nothing is lost', async () => {
  const tiny = ['--seconds', '0.5', '--rounds', '1', '--customers', '20', '--callers', '4', '--open', '20'];
  const { status, stdout } = await runBench('peers', ...tiny);
  for (const name of ['ours-redis', 'restate', 'dbos', 'langgraph'])
    expect(stdout).toMatch(new RegExp(`^${name}: \\d+ messages accepted, .*none lost, none doubled`, 'm'));
  expect(status).toBe(0);
});

test('what is written for them is sound', () => {
  const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'bench/peers'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
