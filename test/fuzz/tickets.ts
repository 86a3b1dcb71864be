// Whatever lies in the queue of commands: the worker passes over what is no ticket of ours, and works the next good one.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { TestDatabase } from '../harness/database.ts';
import { soon, startRuntime, to } from '../runtime/kit.ts';
import { junk, junkText } from './values.ts';

const SEED = 20_261_130;
const BLOCK = 20;

const whole = fc.oneof(fc.integer(), fc.constantFrom(0, 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1.5));
const ticket = fc.record(
  {
    storeId: fc.oneof(fc.constant(1), whole, junk),
    id: fc.oneof(fc.uuid(), junkText, junk),
    attempt: fc.oneof(fc.constant(1), whole, junk),
    owner: fc.oneof(fc.uuid(), junkText, junk),
  },
  { requiredKeys: [] },
);
const parcel = fc.oneof(
  { weight: 4, arbitrary: fc.record({ tickets: fc.array(fc.oneof(ticket, junk), { maxLength: 4 }) }) },
  { weight: 1, arbitrary: junk },
);

/** @param inputs jobs that are put into the queue, a block at a time, each block before a good ticket */
export async function fuzzTickets({ pool, url }: TestDatabase, inputs: number): Promise<void> {
  const { runtime, scale } = startRuntime(url);
  scale.weigh = async ({ grams }, { attempt }) => {
    if (attempt === 1) throw new Error('the scale is not level');
    return { grams };
  };
  const unhandled: unknown[] = [];
  const hear = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', hear);
  const block = fc.array(parcel, { minLength: BLOCK, maxLength: BLOCK });
  const property = fc.asyncProperty(block, async (parcels) => {
    for (const data of parcels) await pool.query(ADD_JOB, [randomUUID(), storable(data)]);
    scale.runs.length = 0;
    await runtime.send(to(`p${randomUUID()}`), { type: 'parcel.weigh', grams: 5 });
    await expect.poll(() => scale.runs.map(({ attempt }) => attempt), { timeout: soon }).toEqual([1, 2]);
    const left = async () => (await pool.query('SELECT count(*)::int AS n FROM bullmq.job')).rows;
    await expect.poll(left, { timeout: soon }).toEqual([{ n: 0 }]);
    expect(unhandled).toEqual([]);
  });
  try {
    await fc.assert(property, { numRuns: inputs / BLOCK, seed: SEED, endOnFailure: true });
  } finally {
    process.off('unhandledRejection', hear);
  }
}

const ADD_JOB = `SELECT bullmq.add_job('commands', $1, 'commands', $2::jsonb, '{"attempts": 1}', 0, 0,
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 1, NULL, NULL, NULL, NULL, NULL, false)`;

/** As JSON that Postgres takes: it has no NUL and no half characters. */
function storable(data: unknown): string {
  return JSON.stringify(data).replaceAll(/\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, '?');
}
