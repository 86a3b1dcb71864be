// The limit: the SQL of a full turn and nothing else, from a C client (`pgbench`): the two transactions of a turn one by one, and
// sixteen turns to a transaction. No statechart, no queue, no encryption; what a turn costs above this is ours.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSecondsOf } from './cpu.ts';
import { newCustomer } from './customer.ts';
import type { Servers } from './servers.ts';

/** `postgres`: CPU seconds per 1,000 turns, the client's not counted. `meanMs`: of a full turn, or of sixteen. */
export type RawRound = { turnsPerSecond: number; meanMs: number; postgres: number };
export type Raw = { oneByOne: RawRound[]; batched: RawRound[] };

const BATCH = 16;
const WAYS = {
  oneByOne: { connections: 16, turns: 1 },
  batched: { connections: 4, turns: BATCH },
} as const;

const TABLES = `
  CREATE TABLE raw_actors (id int PRIMARY KEY, seq bigint NOT NULL, snapshot text NOT NULL, updated_at timestamptz NOT NULL) WITH (fillfactor = 80);
  CREATE TABLE raw_events (actor_id int, seq bigint, at timestamptz NOT NULL, type text NOT NULL, payload text NOT NULL, PRIMARY KEY (actor_id, seq));
  CREATE TABLE raw_seen (actor_id int, key bigint, PRIMARY KEY (actor_id, key));
  CREATE TABLE raw_commands (id bigint PRIMARY KEY, actor_id int NOT NULL, status text NOT NULL, input text NOT NULL) WITH (fillfactor = 80)`;

// The message comes in: lock and read, dedupe, state, journal, command. Then its result: lock and read, command, state, journal.
const ONE_BY_ONE = `
\\set actor random(16, :actors + 15)
\\set message random(1, 9000000000000000)
BEGIN;
SELECT seq, snapshot FROM raw_actors WHERE id = :actor FOR NO KEY UPDATE;
INSERT INTO raw_seen VALUES (:actor, :message);
UPDATE raw_actors SET seq = seq + 1, snapshot = :state, updated_at = now() WHERE id = :actor;
INSERT INTO raw_events SELECT id, seq, now(), 'text.received', :event FROM raw_actors WHERE id = :actor;
INSERT INTO raw_commands VALUES (:message, :actor, 'pending', :input);
COMMIT;
BEGIN;
SELECT seq, snapshot FROM raw_actors WHERE id = :actor FOR NO KEY UPDATE;
UPDATE raw_commands SET status = 'done' WHERE id = :message AND status = 'pending';
UPDATE raw_actors SET seq = seq + 1, snapshot = :state, updated_at = now() WHERE id = :actor;
INSERT INTO raw_events SELECT id, seq, now(), 'answer.given', :event FROM raw_actors WHERE id = :actor;
COMMIT;
`;

const times = (text: (n: number) => string) => Array.from({ length: BATCH }, (_, n) => text(n)).join();
const ACTORS = `ARRAY[${times((n) => `:actor${n}::int`)}]`;
const MESSAGES = `ARRAY[${times((n) => `:message::bigint + ${n}`)}]`;
const STATES = `ARRAY[${times(() => ':state::text')}]`;
const EVENTS = `ARRAY[${times(() => ':event::text')}]`;
const lockAll = `SELECT seq, snapshot FROM raw_actors WHERE id = ANY (${ACTORS}) ORDER BY id FOR NO KEY UPDATE;`;
const keepAll = (type: string) => `
UPDATE raw_actors a SET seq = a.seq + 1, snapshot = u.state, updated_at = now() FROM unnest(${ACTORS}, ${STATES}) AS u(id, state) WHERE a.id = u.id;
INSERT INTO raw_events SELECT a.id, a.seq, now(), '${type}', u.event FROM unnest(${ACTORS}, ${EVENTS}) AS u(id, event) JOIN raw_actors a ON a.id = u.id;`;
// Sixteen customers that are never the same one: the n-th is n more than a multiple of sixteen.
const BATCHED = `
${times((n) => `\\set actor${n} random(1, :actors / ${BATCH}) * ${BATCH} + ${n}`).replaceAll(',\\set', '\n\\set')}
\\set message random(1, 500000000000000) * ${BATCH}
BEGIN;
${lockAll}
INSERT INTO raw_seen SELECT * FROM unnest(${ACTORS}, ${MESSAGES});
${keepAll('text.received')}
INSERT INTO raw_commands SELECT u.id, u.actor_id, 'pending', :input FROM unnest(${MESSAGES}, ${ACTORS}) AS u(id, actor_id);
COMMIT;
BEGIN;
${lockAll}
UPDATE raw_commands SET status = 'done' WHERE id = ANY (${MESSAGES}) AND status = 'pending';
${keepAll('answer.given')}
COMMIT;
`;

/** Makes the tables; null where there is no `pgbench` (Debian has it in postgresql-contrib). */
export async function prepareRaw(servers: Servers, customers: number) {
  if ((await outputOf(['--version'])) === null) return null;
  const url = await servers.databaseFor('raw', async (pool) => {
    await pool.query(TABLES);
    await pool.query(
      `INSERT INTO raw_actors SELECT n, 0, repeat('x', 100), now() FROM generate_series(${BATCH}, $1::int + ${2 * BATCH}) n`,
      [customers],
    );
    await pool.query('ANALYZE');
  });
  const files = { oneByOne: join(servers.folder, 'one.sql'), batched: join(servers.folder, 'batched.sql') };
  writeFileSync(files.oneByOne, ONE_BY_ONE);
  writeFileSync(files.batched, BATCHED);
  return (way: keyof Raw, seconds: number): Promise<RawRound> => {
    const { connections, turns } = WAYS[way];
    const variables = {
      actors: customers,
      state: JSON.stringify(newCustomer()),
      event: 'x'.repeat(400),
      input: 'a command',
    };
    return measure(url, servers.postgresPid, turns, [
      '--no-vacuum',
      '--protocol=prepared',
      '--jobs=1',
      `--client=${connections}`,
      `--time=${seconds}`,
      `--file=${files[way]}`,
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
    ]);
  };
}

async function measure(url: string, postgresPid: number, turns: number, args: string[]): Promise<RawRound> {
  const before = cpuSecondsOf(postgresPid, true);
  const output = await outputOf([...args, url]);
  const used = cpuSecondsOf(postgresPid, true) - before;
  const [, done] = /actually processed: (\d+)/.exec(output ?? '') ?? [];
  const [, perSecond] = /tps = ([\d.]+) \(without/.exec(output ?? '') ?? [];
  const [, mean] = /latency average = ([\d.]+)/.exec(output ?? '') ?? [];
  if (!done || !perSecond || !mean) throw new Error(`pgbench did not tell what it measured: ${output ?? ''}`);
  return {
    turnsPerSecond: Number(perSecond) * turns,
    meanMs: Number(mean),
    postgres: (used / (Number(done) * turns)) * 1000,
  };
}

function outputOf(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('pgbench', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', () => resolve(null)); // there is none here
    child.on('close', () => resolve(output));
  });
}
