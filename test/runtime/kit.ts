// A durable runtime on a test's own database, with the small parcel machine and actors that record what they did.
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { createPostgresCarrier, createRedisCarrier } from '../../src/runtime/carrier.ts';
import type { Carrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { actorFor, Permanent } from '../../src/runtime/define-actor.ts';
import type { RunContext } from '../../src/runtime/define-actor.ts';
import { migrateQueues } from '../../src/cli/migrations/migrate.ts';
import { watchResting } from '../../src/runtime/resting.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime, RuntimeOptions } from '../../src/runtime/runtime.ts';
import { erased } from '../../src/runtime/transactional.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { parcel } from './parcel.ts';

/** What a test lets the scale do, and sees of it. */
export type Scale = {
  runs: Array<{ grams: number; commandId: string; attempt: number }>;
  undone: Array<{ commandId: string; output: unknown }>;
  prints: string[];
  /** What became of what a print told. */
  told: string[];
  /** Replaces the scale's work for one test. */
  weigh: (input: { grams: number }, context: RunContext) => Promise<{ grams: number }>;
};

const defineActor = actorFor<{ scale: Scale }>();

/** The scale's work, given up after `timeoutMs`. */
export const weighWithin = (timeoutMs: number) =>
  defineActor({
    input: z.object({ grams: z.number() }),
    output: z.object({ grams: z.number() }),
    refusals: ['too_heavy'],
    retry: { attemptsMax: 3, backoffMs: 10, timeoutMs },
    run: (input, context) => {
      context.scale.runs.push({ ...input, commandId: context.commandId, attempt: context.attempt });
      return context.scale.weigh(input, context);
    },
    undo: async (_input, output, { scale, commandId }) => void scale.undone.push({ commandId, output }),
  });

const print = defineActor({
  input: z.object({ label: z.string() }),
  output: z.null(),
  run: async ({ label }, { scale, tell }) => {
    scale.told.push(await tell({ type: 'parcel.note', text: label }));
    scale.prints.push(label);
    return null;
  },
});

const keepNote = erased({
  params: z.object({ text: z.string() }),
  async write(tx, effects) {
    for (const { id, seq, params } of effects)
      await tx.query('INSERT INTO test_notes VALUES ($1, $2, $3)', [id, seq, params.text]);
  },
});

export const vault = createVault(randomBytes(32));

export function newScale(): Scale {
  return { runs: [], undone: [], prints: [], told: [], weigh: async ({ grams }) => ({ grams }) };
}

export const weighing = { weigh: weighWithin(60_000), print };

/** Tables that the kit's machine writes to, and BullMQ's. Call once per database. */
export async function prepare(pool: Pool): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS test_notes (id uuid PRIMARY KEY, seq bigint, text text)');
  await migrateQueues(pool);
}

/** Forgets every actor, command and job of the database; call before each test. */
export async function empty(pool: Pool): Promise<void> {
  await pool.query('TRUNCATE actors, events, dedupe, inbox, commands, timers, attempts, test_notes');
  await pool.query('TRUNCATE bullmq.job CASCADE');
  if (inject('backend') === 'redis') await emptyRedis();
}

/** What is not so after this will not be (ms). Leases and sweeps take seconds; less than what finds a lost ticket or a held timer takes. */
export const soon = 8_000;

/** Lets no turn commit until `letGo`: what arrives meanwhile is one batch. */
export async function holdUpCommits(pool: Pool) {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE events IN EXCLUSIVE MODE');
  let isHeld = true;
  const letGo = async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('COMMIT');
    client.release();
  };
  onTestFinished(letGo); // a test that failed before it did holds up no other
  return {
    untilHeldUp: () =>
      vi.waitFor(async () => {
        const { rows } = await pool.query(`SELECT 1 FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted`);
        if (rows.length === 0) throw new Error('no turn has come to its journal');
      }, soon),
    letGo,
  };
}

/** Lets those rest who would by then; ends when that round has. @param now ms */
export async function letRest(pool: Pool, now: number): Promise<void> {
  const due: Array<() => void> = [];
  const clock = {
    now: () => now,
    elapsed: () => 0,
    after: (_ms: number, ring: () => void) => (due.push(ring), () => undefined),
  };
  const failures: unknown[] = [];
  const stop = watchResting(pool, clock, (error) => failures.push(error));
  due.shift()?.();
  await stop();
  expect(failures).toEqual([]);
}

/** A runtime and its own way to the database. */
export type Running = { runtime: Runtime; database: Database };
export type Started = Running & { scale: Scale };

const started = new Set<Running>();

/** Stops a runtime, giving nothing time to end; what a test has not stopped, its end stops. */
export async function stopped(one: Running): Promise<void> {
  if (!started.delete(one)) return;
  await one.runtime.stop(0);
  await one.database.close();
}

const silent = () => undefined;
export const silentLog = { info: silent, warn: silent, error: silent };

type Needed = 'machines' | 'actors' | 'services';
export type DurableOptions<Services> = Pick<RuntimeOptions<Services>, Needed> &
  Partial<Omit<RuntimeOptions<Services>, Needed>> & {
    /** Another way to the same database. */
    opened?: Database;
    carrierOn?: (database: Database) => Carrier;
    /** `false`: takes events in and works nothing. */
    work?: boolean;
  };
export type StartOptions = Partial<DurableOptions<{ scale: Scale }>>;

/** A runtime with machines and actors of a test's own, stopped after the test. */
export function startDurable<Services>(url: string, options: DurableOptions<Services>): Running {
  const { opened, carrierOn, work, ...others } = options;
  const database = opened ?? openBackend(url);
  const carrier = (carrierOn ?? carrierOfBackend)(database);
  const runtime = createRuntime({ database, carrier, vault, log: silentLog, ...others });
  if (work !== false) runtime.startWork();
  const running = { runtime, database };
  started.add(running);
  onTestFinished(() => stopped(running));
  return running;
}

/** A runtime with the parcel machine, stopped after the test. */
export function startRuntime(url: string, options: StartOptions = {}): Started {
  const scale = options.services?.scale ?? newScale();
  const parcels = { machines: [parcel], actors: weighing, transactional: { keepNote }, services: { scale } };
  return Object.assign(startDurable(url, { ...parcels, ...options }), { scale });
}

function openBackend(url: string): Database {
  if (inject('backend') !== 'neon') return openDatabase({ url, driver: 'pg' });
  return openDatabase({ url, driver: 'neon', wsProxy: inject('backendAddress') });
}

/** The queue of the backend that this run is about. */
export function carrierOfBackend(database: Database): Carrier {
  return inject('backend') === 'redis'
    ? createRedisCarrier(redisUrl(), silent)
    : createPostgresCarrier(database, silent);
}

// Files run at once, each in a worker process of vitest's: each has a Redis database of its own.
function redisUrl(): string {
  return `${inject('backendAddress')}/${process.env['VITEST_POOL_ID'] ?? 0}`;
}

async function emptyRedis(): Promise<void> {
  const redis = new Redis(redisUrl());
  await redis.flushdb();
  redis.disconnect();
}

/** The address of a parcel in store 1. */
export const to = (id: string) => ({ storeId: 1, machine: 'parcel', id });

const Stored = z.object({ value: z.unknown(), context: z.record(z.string(), z.unknown()) });

/** The actor as it is stored. */
export async function stored(pool: Pool, key: string | null) {
  const { rows } = await pool.query<{ seq: string; snapshot: string; status: string }>(
    'SELECT seq, snapshot, status FROM actors WHERE key = $1',
    [key],
  );
  const [row] = rows;
  if (!row) throw new Error('no such actor');
  return { seq: Number(row.seq), status: row.status, ...Stored.parse(JSON.parse(row.snapshot)) };
}

/** The journal of an actor: `seq type`, oldest first. */
export async function journal(pool: Pool, key: string | null): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT seq || ' ' || type AS line FROM events WHERE actor_key = $1 ORDER BY seq`,
    [key],
  );
  return rows.map(({ line }) => line);
}

/** The commands of an actor: `kind name status`, oldest first. */
export async function commands(pool: Pool, key: string | null): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT kind || ' ' || name || ' ' || status AS line FROM commands WHERE actor_key = $1 ORDER BY created_at, id`,
    [key],
  );
  return rows.map(({ line }) => line);
}

/** The lease of the first attempt runs out while its worker lives, again after each renewal, until a second attempt has begun. */
export function outlivesItsLease(pool: Pool, key: string | null, { runs }: Scale): Promise<void> {
  return vi.waitFor(async () => {
    await pool.query(`UPDATE commands SET due_at = now() - interval '1 s' WHERE actor_key = $1 AND attempt = 1`, [key]);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
  }, soon);
}

/** A promise that a test settles by hand. */
export function gate<T = void>() {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { open: (value: T) => open(value), opened };
}

export { Permanent };
