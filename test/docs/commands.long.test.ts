// Every script of package.json is really run: with `--help` here, or as CI runs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/cli/project-root.ts';

/** Why a script is not run here. */
const RUN_ELSEWHERE: Record<string, string> = {
  start: 'test/faults starts it as a process, and marty start is held to its --help below',
  test: 'is what runs this',
  'test:all': 'is what runs this',
  check: 'CI runs its parts, one by one',
  build: 'CI and every npm test build before they begin',
  format: 'is prettier alone; check runs it without writing',
  'db:generate': 'check runs it with --check',
};

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));

function run(args: string[]) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: projectRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { status, stdout, stderr };
}

test.each(Object.keys(scripts).filter((name) => RUN_ELSEWHERE[name] === undefined))(
  'npm run %s -- --help says what it is for',
  (name) => {
    const { status, stdout, stderr } = run(['run', '--silent', name, '--', '--help']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\S.{30}/);
  },
);

test('npm exec marty -- --help names the commands', () => {
  const { status, stdout } = run(['exec', 'marty', '--', '--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +start /m);
  expect(stdout).toMatch(/^ +doctor /m);
});

test('nothing is excused that is no script', () => {
  expect(Object.keys(RUN_ELSEWHERE).filter((name) => scripts[name] === undefined)).toEqual([]);
});
