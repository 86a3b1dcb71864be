// Every script of package.json is really run: with `--help` here, or as CI runs it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/cli/project-root.ts';

/** Why a script is not run here. */
const RUN_ELSEWHERE: Record<string, string> = {
  start: 'runs the shop; test/faults/shop.long.test.ts starts its command as a process',
  test: 'is what runs this',
  'test:all': 'is what runs this',
  'test:full': 'is vitest with one project of its own',
  coverage: 'is npm test with one more flag',
  hooks: 'writes into .git; knows no --help',
  'check:quick': 'is a part of check',
  check: 'CI runs its parts, one by one',
  build: 'CI and every npm test build before they begin',
  format: 'is prettier alone; check runs it without writing',
  'db:generate': 'check runs it with --check',
};

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));

async function run(args: string[]) {
  const child = spawn('npm', args, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

test.each(Object.keys(scripts).filter((name) => RUN_ELSEWHERE[name] === undefined))(
  'npm run %s -- --help says what it is for',
  async (name) => {
    const { status, stdout, stderr } = await run(['run', '--silent', name, '--', '--help']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\S.{30}/);
  },
);

test('npm exec marty -- --help names the commands', async () => {
  const { status, stdout } = await run(['exec', 'marty', '--', '--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +start /m);
  expect(stdout).toMatch(/^ +doctor /m);
});

test('nothing is excused that is no script', () => {
  expect(Object.keys(RUN_ELSEWHERE).filter((name) => scripts[name] === undefined)).toEqual([]);
});
