// A real process, killed again and again while parcels are weighed, noted and greeted through it.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createArchive } from '../../src/runtime/archive.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { useDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';
import { prepare } from '../runtime/kit.ts';
import { parcel } from '../runtime/parcel.ts';
import { isInFull } from './size.ts';

const database = useDatabase();
const masterKey = randomBytes(32);
beforeAll(async () => {
  await prepare(database.pool);
  await database.pool.query('CREATE TABLE test_runs (command uuid, attempt int, at timestamptz)');
});

const KILLS = isInFull ? 20 : 8;
const PARCELS_A_LIFE = 4;
/** For what comes in the end, on whatever machine (ms). */
const PATIENCE_MS = 120_000;
/** A killed call is tried again within this time (seconds). */
const AGAIN_WITHIN_S = 15;

const Answer = z.object({ key: z.string(), settled: z.string() });
type Wish = { key: string; id: string; event: { type: string } & Record<string, unknown> };

const wishesOf = (n: number): Wish[] => [
  { key: `weigh${n}`, id: `p${n}`, event: { type: 'parcel.weigh', grams: n } },
  { key: `note${n}`, id: `p${n}`, event: { type: 'parcel.note', text: 'mine' } },
  { key: `greet${n}`, id: `p${n}`, event: { type: 'parcel.greet', id: `p${n - 1}`, text: 'yours' } },
];

describe('G1 G2 G4 G5 a process that is killed in the middle of conversations', () => {
  test(`${KILLS} times: no message is lost or doubled, and what was killed is tried again within ${AGAIN_WITHIN_S} s`, async () => {
    const unanswered = new Map<string, Wish>();
    const kills: Date[] = [];
    const pauses = fc.sample(fc.integer({ min: 20, max: 1500 }), { numRuns: KILLS, seed: 7 });
    for (const [life, pause] of pauses.entries()) {
      const child = await born(unanswered);
      for (let n = life * PARCELS_A_LIFE; n < (life + 1) * PARCELS_A_LIFE; n++) {
        for (const wish of wishesOf(n)) unanswered.set(wish.key, wish);
      }
      const weighed = await weighings();
      for (const wish of unanswered.values()) child.send(wish); // old ones again: their sender has heard nothing
      await (life % 2 === 0 ? moreWeighings(weighed) : wait(pause)); // in the middle of one, or wherever it is
      await killed(child);
      kills.push(new Date());
    }
    const last = await born(unanswered);
    for (const wish of unanswered.values()) last.send(wish);
    try {
      await vi.waitFor(async () => expect([unanswered.size, await unsettled()]).toEqual([0, 0]), {
        timeout: PATIENCE_MS,
        interval: 250,
      });
    } finally {
      await killed(last);
    }
    await expectWhole(KILLS * PARCELS_A_LIFE);
    await expectAgainInTime(kills);
  });

  async function born(unanswered: Map<string, Wish>): Promise<ChildProcess> {
    const child = fork(new URL('child.ts', import.meta.url), [database.url, masterKey.toString('base64')], {
      execArgv: ['--import', 'tsx'],
      stdio: 'ignore',
    });
    await new Promise<void>((ready) => {
      child.on('message', (raw) => {
        const { key } = Answer.parse(raw);
        unanswered.delete(key);
        if (key === 'ready') ready();
      });
    });
    return child;
  }

  function killed(child: ChildProcess): Promise<void> {
    return new Promise((gone) => {
      child.once('exit', () => gone());
      child.kill('SIGKILL');
    });
  }

  /** How many have begun; each takes 400 ms. */
  async function weighings(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM test_runs');
    return rows[0]?.count ?? -1;
  }

  function moreWeighings(than: number): Promise<void> {
    return until(async () => expect(await weighings()).toBeGreaterThan(than), PATIENCE_MS, 20);
  }

  async function unsettled(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>(
      `SELECT ((SELECT count(*) FROM commands WHERE status IN ('pending', 'running', 'held')) + (SELECT count(*) FROM inbox))::int AS count`,
    );
    return rows[0]?.count ?? -1;
  }

  async function expectWhole(parcels: number): Promise<void> {
    const archive = createArchive({
      pool: database.pool,
      vault: createVault(masterKey),
      machines: new Map([['parcel', parcel]]),
    });
    const actors = (await archive.list({ storeId: 1, limit: 1000 })).filter(({ id }) => id !== 'parcel:p-1');
    expect(actors.map(({ id }) => id).sort()).toEqual(Array.from({ length: parcels }, (_, n) => `parcel:p${n}`).sort());
    for (const { id, key } of actors) {
      const turns = await archive.history(1, key, 0, 100);
      const greeted = id === `parcel:p${parcels - 1}` ? [] : ['parcel.note'];
      expect({ id, numbers: turns.map(({ seq }) => seq) }).toEqual({ id, numbers: turns.map((_, n) => n + 1) });
      const types = [
        'parcel.greet',
        'parcel.note',
        ...greeted,
        'parcel.weigh',
        'xstate.done.actor.scale',
        'xstate.init',
      ];
      expect({ id, types: turns.map(({ type }) => type).sort() }).toEqual({ id, types });
    }
    const notes = await database.pool.query('SELECT 1 FROM test_notes');
    expect(notes.rows).toHaveLength(2 * parcels);
  }

  // Counted from the last kill before the new attempt: each kill may hit the attempt at mending the one before.
  async function expectAgainInTime(kills: readonly Date[]): Promise<void> {
    const { rows } = await database.pool.query<{ again: number; longest: string }>(
      `SELECT count(*)::int AS again, max(extract(epoch FROM at - (SELECT max(kill) FROM unnest($1::timestamptz[]) AS kill WHERE kill < at))) AS longest
       FROM (SELECT at, attempt FROM test_runs) r WHERE attempt > 1`,
      [kills],
    );
    expect(rows[0]?.again).toBeGreaterThan(0);
    expect(Number(rows[0]?.longest)).toBeLessThan(AGAIN_WITHIN_S);
  }
});
