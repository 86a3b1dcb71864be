// One time for all processes of a database, however wrong the clocks of their machines are.
import type { Pool } from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { openSharedClock } from '../../src/runtime/shared-clock.ts';
import type { SharedClock } from '../../src/runtime/shared-clock.ts';
import { useDatabase } from '../harness/database.ts';

const HOUR = 60 * 60_000;
/** How long the database may take to say what time it is, on a busy machine (ms). */
const SLOW_MS = 1_000;
const database = useDatabase();
const opened: SharedClock[] = [];
afterEach(() => Promise.all(opened.splice(0).map((clock) => clock.close())));

const unheard = vi.fn<(error: unknown) => void>();
async function open(pool: Pick<Pool, 'query'>, base: Clock): Promise<SharedClock> {
  const clock = await openSharedClock(pool, base, unheard);
  opened.push(clock);
  return clock;
}

async function databaseMs(): Promise<number> {
  const { rows } = await database.pool.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  return rows[0]?.at.getTime() ?? Number.NaN;
}

/** A machine whose clock somebody sets, and that may sleep: then nothing goes on there, and nobody tells it for how long. */
function aMachine() {
  const standing = { wallMs: 1_000 * HOUR, elapsedMs: 5 };
  const looks: Array<() => void> = [];
  const base: Clock = {
    now: () => standing.wallMs,
    elapsed: () => standing.elapsedMs,
    after: (_ms, callback) => {
      looks.push(callback);
      return () => undefined;
    },
  };
  return { standing, base, look: () => looks.shift()?.() };
}

/** A database that says what it is told to say, after so long on the machine's own clock. */
function answering(machine: ReturnType<typeof aMachine>, answer: { ms: number; takesMs: number }): Pick<Pool, 'query'> {
  const query = () => {
    machine.standing.elapsedMs += answer.takesMs;
    return Promise.resolve({ rows: [{ ms: String(answer.ms) }] });
  };
  return Object.assign(Object.create(database.pool), { query });
}

describe('the time that processes share', () => {
  test.each([-3 * HOUR, 3 * HOUR])("is the database's where the machine's clock is %i ms from it", async (wrongMs) => {
    const clock = await open(database.pool, { ...systemClock, now: () => Date.now() + wrongMs });
    const before = await databaseMs();
    expect(clock.now()).toBeGreaterThan(before - SLOW_MS);
    expect(clock.now()).toBeLessThan((await databaseMs()) + SLOW_MS);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  test('does not move when somebody sets the clock of the machine', async () => {
    const machine = aMachine();
    const clock = await open(answering(machine, { ms: 1_000 * HOUR, takesMs: 0 }), machine.base);
    machine.standing.wallMs += HOUR;
    machine.standing.elapsedMs += 10;
    expect(clock.now()).toBe(1_000 * HOUR + 10);
  });

  test('is right again at the next look after the machine has slept', async () => {
    const machine = aMachine();
    const answer = { ms: 1_000 * HOUR, takesMs: 0 };
    const clock = await open(answering(machine, answer), machine.base);
    answer.ms += HOUR;
    machine.look();
    await vi.waitFor(() => expect(clock.now()).toBe(1_001 * HOUR));
  });

  test('is not moved by an answer that took long and may be true', async () => {
    const machine = aMachine();
    const answer = { ms: 1_000 * HOUR, takesMs: 0 };
    const clock = await open(answering(machine, answer), machine.base);
    Object.assign(answer, { ms: 1_000 * HOUR + 300, takesMs: 4_000 }); // asked 300 ms before it was said
    machine.look();
    await vi.waitFor(() => expect(clock.now()).toBe(1_000 * HOUR + 4_000));
  });

  test('goes on while the database cannot be asked, which is told', async () => {
    const machine = aMachine();
    const pool = answering(machine, { ms: 1_000 * HOUR, takesMs: 0 });
    const clock = await open(pool, machine.base);
    Object.assign(pool, { query: () => Promise.reject(new Error('away')) });
    machine.look();
    await vi.waitFor(() => expect(unheard).toHaveBeenCalledWith(new Error('away')));
    machine.standing.elapsedMs += 50;
    expect(clock.now()).toBe(1_000 * HOUR + 50);
  });
});
