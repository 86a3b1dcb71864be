// A durable runtime on a test's own database, with the small parcel machine and actors that record what they did.
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { createPostgresCarrier } from '../../src/runtime/carrier.ts';
import type { Carrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { actorFor, Permanent } from '../../src/runtime/define-actor.ts';
import type { RunContext } from '../../src/runtime/define-actor.ts';
import { migrateQueues } from '../../src/cli/migrations/migrate.ts';
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
  /** Replaces the scale's work for one test. */
  weigh: (input: { grams: number }, context: RunContext) => Promise<{ grams: number }>;
};

const defineActor = actorFor<{ scale: Scale }>();

const weigh = defineActor({
  input: z.object({ grams: z.number() }),
  output: z.object({ grams: z.number() }),
  refusals: ['too_heavy'],
  retry: { attemptsMax: 3, backoffMs: 10 },
  run: (input, context) => {
    context.scale.runs.push({ ...input, commandId: context.commandId, attempt: context.attempt });
    return context.scale.weigh(input, context);
  },
  undo: async (_input, output, { scale, commandId }) => void scale.undone.push({ commandId, output }),
});

const print = defineActor({
  input: z.object({ label: z.string() }),
  output: z.null(),
  run: async ({ label }, { scale }) => {
    scale.prints.push(label);
    return null;
  },
});

const keepNote = erased({
  params: z.object({ text: z.string() }),
  async write(tx, effects) {
    for (const { id, seq, params } of effects) await tx.query('INSERT INTO test_notes VALUES ($1, $2, $3)', [id, seq, params.text]);
  },
});

export const vault = createVault(randomBytes(32));

export function newScale(): Scale {
  return { runs: [], undone: [], prints: [], weigh: async ({ grams }) => ({ grams }) };
}

export const weighing = { weigh, print };

/** Tables that the kit's machine writes to, and BullMQ's. Call once per database. */
export async function prepare(pool: Pool): Promise<void> {
  await pool.query('CREATE TABLE IF NOT EXISTS test_notes (id uuid PRIMARY KEY, seq bigint, text text)');
  await migrateQueues(pool);
}

export type Started = { runtime: Runtime; scale: Scale; database: Database };

const started: Started[] = [];
afterEach(async () => {
  for (const { runtime, database } of started.splice(0)) {
    await runtime.stop(0);
    await database.close();
  }
});

const silent = () => undefined;
export const silentLog = { info: silent, warn: silent, error: silent };

/** A runtime that is stopped after the test. */
export function startRuntime(
  url: string,
  options: Partial<RuntimeOptions<{ scale: Scale }>> & { carrierOn?: (database: Database) => Carrier; work?: boolean } = {},
): Started {
  const database = openDatabase({ url, driver: 'pg' });
  const scale = options.services?.scale ?? newScale();
  const carrier = options.carrierOn?.(database) ?? createPostgresCarrier(database, silent);
  const runtime = createRuntime({
    database,
    carrier,
    vault,
    machines: [parcel],
    actors: weighing,
    transactional: { keepNote },
    services: { scale },
    log: silentLog,
    ...options,
  });
  if (options.work !== false) runtime.startWork();
  const all = { runtime, scale, database };
  started.push(all);
  return all;
}

/** The actor's stored state value and context. */
export async function stored(pool: Pool, key: string): Promise<{ seq: number; value: unknown; context: unknown; status: string }> {
  const { rows } = await pool.query<{ seq: string; snapshot: string; status: string }>('SELECT seq, snapshot, status FROM actors WHERE key = $1', [key]);
  const [row] = rows;
  if (!row) throw new Error('no such actor');
  const { value, context } = JSON.parse(row.snapshot) as { value: unknown; context: unknown };
  return { seq: Number(row.seq), value, context, status: row.status };
}

export { Permanent };
