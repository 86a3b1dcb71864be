// Every command of `marty` is really run, as a process, in an open shop with one customer: what it says it does, it does without a stack.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../src/cli/program/program.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { useDatabase } from '../harness/database.ts';
import { freePort } from '../harness/free-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'marty-commands-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const CSV = file(
  'books.csv',
  'isbn13,title,authors,year,price,on_hand\n9780261103344,The Hobbit,J. R. R. Tolkien,1937,10.99,1\n',
);
const INGRAM = file(
  'ingram.csv',
  'EAN,Title,Contributor,List Price,On Hand\n9780261103344,The Hobbit,J. R. R. Tolkien,10.99,12\n',
);
const PHONE = '+12015550191';
const WHO = `customer:${PHONE}`;

/** The code is 0 where none is given; `says` is looked for in what it prints or complains of. */
type Line = { line: string; code?: number; says: RegExp };

/** In this order. */
const LINES: readonly Line[] = [
  { line: 'doctor', says: /ok/i },
  { line: 'top --once --json', says: /"/ },
  { line: 'probe', says: /answered/ },
  { line: 'verify', says: /0 not at home/ },
  { line: 'actors ls', says: new RegExp(`customer:\\${PHONE}`) },
  { line: `actors show ${WHO}`, says: /"value"/ },
  { line: `actors history ${WHO}`, says: /text\.received/ },
  { line: `actors replay ${WHO}`, says: /each decided as it was/ },
  { line: 'actors replay --all', says: /^1 actors, \d+ turns: each decided as it was/m },
  { line: `actors fork ${WHO}`, says: /./ },
  { line: 'machines ls', says: /customer/ },
  { line: `machines export --out ${folder}`, says: /customer/ },
  { line: 'replay --last 1d', says: /Nobody would be answered differently/ },
  { line: 'eval --last 1d', says: /1 conversations/ },
  { line: 'eval --golden --no-claude', says: /The house: \d+ of \d+/ },
  { line: 'trouble ls', says: /./ },
  { line: 'trouble retry 1', code: 1, says: /1/ },
  { line: 'trouble dismiss 1', code: 1, says: /1/ },
  { line: 'numbers ab --last 7d', says: /wrote again/ },
  { line: `books import ${CSV}`, says: /1/ },
  { line: `books import-ingram ${INGRAM}`, says: /1/ },
  { line: 'square import', code: 1, says: /Square/ },
  { line: 'square reconcile', code: 1, says: /Square/ },
  { line: `customers export ${PHONE}`, says: /dispossessed/i },
  { line: `customers opt-out ${PHONE}`, says: /1/ },
  { line: `customers forget ${PHONE}`, says: /forg/i },
  { line: 'staff add ada@example.com --role staff --generate', says: /may log in/ },
  { line: 'staff ls', says: /ada@example\.com/ },
  { line: 'staff passwd ada@example.com --generate', says: /new password/ },
  { line: 'staff close ada@example.com', says: /logged out/ },
  { line: 'stores add annex --name Annex', says: /Annex is store 2/ },
  { line: 'stores ls', says: /annex/ },
  { line: 'stores keys annex', says: /./ },
  { line: `stores dump annex --out ${join(folder, 'annex.dump')}`, says: /rows/ },
  { line: `stores restore ${join(folder, 'annex.dump')}`, code: 1, says: /The shop is open: .* Stop them/ },
  { line: 'stores reconcile annex --since 2026-11-01', code: 1, says: /The shop is open: .* Stop them/ },
  { line: 'stores strays annex --since 2026-11-01', says: /./ },
  { line: 'keys rotate --check', says: /actors/ },
  { line: 'chat --phone +12015550192 --url URL', says: /./ },
];
/** After the shop has closed. */
const CLOSED_LINES: readonly Line[] = [
  { line: `stores restore ${join(folder, 'annex.dump')}`, says: /is as it was/ },
  { line: 'stores reconcile annex --since 2026-11-01', says: /0 commands run again/ },
];
/** Those that serve until they are told to stop, and what they need. */
const RUN_ELSEWHERE: Record<string, string> = {
  start: 'the shop of this test is one',
  web: 'test/deploy runs it',
  worker: 'test/deploy runs it',
  migrate: 'this test begins with it',
  seed: 'this test begins with it',
  inspect: 'serves until it is stopped; test/shop/inspect.test.ts',
};

const database = useDatabase();
let env: NodeJS.ProcessEnv;
let shop: ReturnType<typeof start>;
beforeAll(async () => {
  const key = () => randomBytes(32).toString('base64');
  const port = String(await freePort());
  env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    MARTY_DATA_DIR: folder,
    SESSION_SECRET: key(),
    PII_KEY: key(),
    PORT: port,
  };
  for (const line of ['migrate', 'seed']) expect(await run(line)).toMatchObject({ code: 0 });
  shop = start('start');
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200), {
    timeout: 60_000,
    interval: 200,
  });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ from: PHONE, text: 'do you have the dispossessed?' });
  expect((await fetch(`${url}/api/simulator/messages`, { method: 'POST', headers, body })).status).toBe(202);
  const said = async () => (await fetch(`${url}/api/simulator/messages?phone=${encodeURIComponent(PHONE)}`)).text();
  await vi.waitFor(async () => expect(await said()).toMatch(/Dispossessed by/), { timeout: 60_000, interval: 200 });
}, 180_000);
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

function start(line: string) {
  const child = spawn(process.execPath, ['src/cli/marty.mjs', ...line.split(' ')], { cwd: projectRoot, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
  child.stdin.end();
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  );
  return { child, ended };
}
const run = (line: string) => start(line).ended;

async function close(): Promise<void> {
  shop.child.kill('SIGTERM');
  await shop.ended;
}

async function runs({ line, code = 0, says }: Line): Promise<void> {
  const ran = await run(line.replace('URL', `http://127.0.0.1:${env['PORT']}`));
  expect(ran.code, ran.said).toBe(code);
  expect(ran.said).toMatch(says);
  expect(ran.said).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
}

test.each(LINES)('marty $line', runs, 60_000);

describe('in a shop that has closed', () => {
  beforeAll(close);
  test.each(CLOSED_LINES)('marty $line', runs, 60_000);
});

test('none is left out', () => {
  const leaves = (command: Command, path: string[] = []): string[] =>
    command.commands.length === 0
      ? [path.join(' ')]
      : command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
  const ran = (path: string) => LINES.some(({ line }) => `${line} `.startsWith(`${path} `));
  expect(leaves(createProgram()).filter((path) => !ran(path) && RUN_ELSEWHERE[path] === undefined)).toEqual([]);
});
