// A short life — a weighing, its result, a greeting — cut off at a statement, and what must be true once another process has taken over.
import type { Pool } from 'pg';
import { expect, vi } from 'vitest';
import { commands, journal, startRuntime, stopped, stored, to } from '../runtime/kit.ts';
import { mortal } from './mortal.ts';

export type Cut = { id: string; at: number; when: 'before' | 'after' };

const LATER = `UPDATE commands SET due_at = now() + interval '1 hour' WHERE due_at IS NOT NULL`;
const LATER_INBOX = `UPDATE inbox SET not_before = now() + interval '1 hour'`;

/** Lives until the cut; answers how many statements it sent. What it left waits until `recover`. */
export async function liveUntil(pool: Pool, url: string, { id, at, when }: Cut): Promise<number> {
  const { opened, counted, isDead } = mortal(url, at, when);
  const process = startRuntime(url, { opened, probationMs: 0, lanes: 1 });
  const sent = live(process.runtime, pool, id).catch(() => undefined);
  await Promise.race([sent, vi.waitFor(() => expect(isDead()).toBe(true), { timeout: 60_000, interval: 5 })]);
  await stopped(process);
  await pool.query('TRUNCATE bullmq.job CASCADE');
  await pool.query(LATER);
  await pool.query(LATER_INBOX);
  return counted();
}

type Sender = ReturnType<typeof startRuntime>['runtime'];

async function live(runtime: Sender, pool: Pool, id: string): Promise<void> {
  await say(runtime, id);
  await vi.waitFor(
    async () => expect(await commandsOf(runtime, pool, id)).toEqual(['invoke weigh done', 'action print done']),
    15_000,
  );
  await vi.waitFor(async () => expect(await heard(runtime, pool, id)).toEqual(['greeted']), 15_000);
}

async function say(runtime: Sender, id: string): Promise<void> {
  await runtime.send(to(id), { type: 'parcel.weigh', grams: 1 }, { dedupeKey: 'weigh' });
  await runtime.send(to(id), { type: 'parcel.greet', id: `${id}-friend` }, { dedupeKey: 'greet' });
}

async function commandsOf(runtime: Sender, pool: Pool, id: string): Promise<string[]> {
  return commands(pool, await runtime.find(to(id)));
}

async function heard(runtime: Sender, pool: Pool, id: string): Promise<unknown> {
  const key = await runtime.find(to(`${id}-friend`));
  return key ? (await stored(pool, key).catch(() => null))?.context['heard'] : [];
}

/** The senders, which heard nothing, send again; another process works on. Everything has happened, and once. */
export async function recover(pool: Pool, url: string, cuts: readonly Cut[]): Promise<void> {
  const { runtime, scale } = startRuntime(url);
  await Promise.all(cuts.map(({ id }) => say(runtime, id)));
  await pool.query('UPDATE commands SET due_at = now() WHERE due_at IS NOT NULL');
  await pool.query(`UPDATE inbox SET not_before = now()`);
  for (const { id, at, when } of cuts) {
    const cut = `${when} statement ${at}`;
    const whole = { cut, commands: ['invoke weigh done', 'action print done'], heard: ['greeted'] };
    const seen = async () => ({
      cut,
      commands: await commandsOf(runtime, pool, id),
      heard: await heard(runtime, pool, id),
    });
    await vi.waitFor(async () => expect(await seen()).toEqual(whole), 30_000);
    const key = await runtime.find(to(id));
    const lines = (await journal(pool, key)).map((line) => line.split(' '));
    expect({ cut, numbers: lines.map(([seq]) => Number(seq)) }).toEqual({ cut, numbers: [1, 2, 3, 4] });
    const types = ['parcel.greet', 'parcel.weigh', 'xstate.done.actor.scale', 'xstate.init'];
    expect({ cut, types: lines.map(([, type]) => type).sort() }).toEqual({ cut, types });
    expect({ cut, ...(await stored(pool, key)) }).toMatchObject({
      cut,
      seq: 4,
      value: 'idle',
      context: { weighed: [1] },
    });
  }
  expect((await pool.query(`SELECT 1 FROM inbox`)).rows).toEqual([]);
  expect(scale.undone).toEqual([]);
}
