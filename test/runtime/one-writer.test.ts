// Two processes, one actor: every order in which the statements of two turns can meet, and crowds.
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Connection, Database } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { empty, journal, prepare, startRuntime, stopped, stored, to } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

/** Hundreds of turns, one after the other, on a machine with much else to do (ms). */
const UNHURRIED_MS = 240_000;

/** A database whose lane connections send each statement only when `step` is called. */
function steppable(url: string) {
  const held: Array<() => Promise<unknown>> = [];
  let free = false;
  const real = openDatabase({ url, driver: 'pg' });
  const opened: Database = {
    ...real,
    async connect(onLost) {
      const connection = await real.connect(onLost);
      const query: Connection['query'] = (statement) => {
        if (free) return connection.query(statement);
        return new Promise((resolve, reject) => {
          held.push(() => {
            const answer = connection.query(statement);
            answer.then(resolve, reject);
            return answer.catch(() => undefined);
          });
        });
      };
      return { query, end: () => connection.end() };
    },
  };
  return {
    opened,
    /** Lets one statement go and waits for its answer, unless a lock keeps it; says whether one was there. None comes once it is over. */
    async step(isOver: () => boolean): Promise<boolean> {
      await vi
        .waitFor(() => expect(held.length > 0 || isOver()).toBe(true), { timeout: 300, interval: 1 })
        .catch(() => undefined);
      const go = held.shift();
      if (go) await Promise.race([go(), wait(50)]);
      return go !== undefined;
    },
    release() {
      free = true;
      for (const go of held.splice(0)) void go();
    },
  };
}

/** Every order of `a` steps of A and `b` of B. A turn of the parcel has six statements: begin, lock, what it took in before, the note, its rows, commit. */
function interleavings(a: number, b: number): string[] {
  if (a === 0 || b === 0) return ['A'.repeat(a) + 'B'.repeat(b)];
  return [...interleavings(a - 1, b).map((rest) => `A${rest}`), ...interleavings(a, b - 1).map((rest) => `B${rest}`)];
}

describe('G3 one writer per actor, no update lost, no gap in its numbers', () => {
  test(
    'two turns on one actor, in every order of lock, read, write and commit',
    async () => {
      const door = startRuntime(database.url, { work: false });
      const { actorKey } = await door.runtime.send(to('duel'), { type: 'parcel.note' });
      const orders = interleavings(4, 4);
      expect(orders).toHaveLength(70);
      let notes = 1;
      for (const order of orders) {
        expect(await duel(order, actorKey ?? '', [1, 1, 2, 2], (n) => `${order}${n}`)).toEqual(['stepped', 'stepped']);
        notes += 2;
        expect(await stored(database.pool, actorKey)).toMatchObject({ seq: notes + 1, context: { notes } });
      }
    },
    UNHURRIED_MS,
  );

  async function duel(
    order: string,
    key: string,
    paces: readonly number[],
    dedupeKeyOf: (n: number) => string,
  ): Promise<string[]> {
    const sides = { A: steppable(database.url), B: steppable(database.url) };
    const processes = Object.values(sides).map(({ opened }) =>
      startRuntime(database.url, { opened, work: false, probationMs: 0, lanes: 1 }),
    );
    const over = new Set<string>();
    const running = processes.map(({ runtime }, n) =>
      runtime
        .send({ storeId: 1, key }, { type: 'parcel.note' }, { dedupeKey: dedupeKeyOf(n) })
        .finally(() => over.add('AB'.charAt(n))),
    );
    const taken = { A: 0, B: 0 };
    for (const side of order) {
      if (side !== 'A' && side !== 'B') continue;
      const pace = paces[taken[side]++] ?? 0;
      for (let n = 0; n < pace; n++) if (!(await sides[side].step(() => over.has(side)))) break;
    }
    sides.A.release();
    sides.B.release();
    const answers = await Promise.all(running);
    for (const process of processes) await stopped(process);
    return answers.map(({ settled }) => settled);
  }

  test(
    'the same message in two processes, in every order, is one turn',
    async () => {
      const door = startRuntime(database.url, { work: false });
      const { actorKey } = await door.runtime.send(to('twins'), { type: 'parcel.note' });
      let notes = 1;
      for (const order of interleavings(3, 3)) {
        expect((await duel(order, actorKey ?? '', [2, 2, 2], () => order)).sort()).toEqual(['duplicate', 'stepped']);
        notes += 1;
        expect(await stored(database.pool, actorKey)).toMatchObject({ seq: notes + 1, context: { notes } });
      }
    },
    UNHURRIED_MS,
  );

  test(
    'any crowd of events from three processes on few actors is counted without loss or gap',
    async () => {
      const processes = [1, 2, 3].map(() => startRuntime(database.url, { work: false, lanes: 2, batchMax: 4 }));
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ process: fc.nat(2), actor: fc.nat(3) }), { minLength: 1, maxLength: 40 }),
          async (crowd) => {
            run += 1;
            const sent = await Promise.all(
              crowd.map(({ process, actor }) =>
                processes[process]?.runtime.send(to(`${run}-${actor}`), { type: 'parcel.note' }),
              ),
            );
            const counts = new Map<string, number>();
            for (const answer of sent)
              counts.set(answer?.actorKey ?? '', (counts.get(answer?.actorKey ?? '') ?? 0) + 1);
            for (const [key, count] of counts) {
              const numbers = (await journal(database.pool, key)).map((line) => Number(line.split(' ')[0]));
              expect(numbers).toEqual(Array.from({ length: count + 1 }, (_, n) => n + 1));
            }
          },
        ),
        { numRuns: 15 },
      );
    },
    UNHURRIED_MS,
  );
});
