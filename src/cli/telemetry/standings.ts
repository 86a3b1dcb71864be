// What is last known of each outside service, shared by all processes through one small table: workers ask the services,
// web processes tell how they do. A turn for the worse or the better is written at once, all else every few seconds.
import type pg from 'pg';
import type { CallOutcome } from './outside.ts';

export type Standing = { failures: number; resting: boolean };
export type Standings = {
  /** Takes in what came of a call; writes in the background and never throws. */
  note: (service: string, outcome: CallOutcome) => void;
  /** Waits for what is being written. */
  settled: () => Promise<void>;
};

/** So many failures in a row are more than bad luck. */
const DOWN_AFTER = 3;
const WRITE_EVERY_MS = 15_000;

type Known = Standing & { answeredAt: number | null; writtenAt: number; wasDown: boolean };

/** @param now milliseconds since 1970 (UTC) */
export function createStandings(pool: pg.Pool, now: () => number, onError: (error: unknown) => void): Standings {
  const known = new Map<string, Known>();
  let writing: Promise<unknown> = Promise.resolve();

  function write(service: string, { failures, resting, answeredAt }: Known): void {
    const values = [service, failures, resting, answeredAt === null ? null : new Date(answeredAt), new Date(now())];
    const text = `INSERT INTO service_standings AS s (service, failures, resting, answered_at, updated_at) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (service) DO UPDATE SET failures = excluded.failures, resting = excluded.resting,
        answered_at = coalesce(excluded.answered_at, s.answered_at), updated_at = excluded.updated_at
      WHERE s.updated_at <= excluded.updated_at`;
    writing = writing.then(() => pool.query(text, values)).catch(onError);
  }

  return {
    note(service, outcome) {
      if (outcome === 'aborted') return; // our own doing says nothing of them
      const before = known.get(service) ?? EMPTY;
      const after = { ...before, ...next(before, outcome, now()) };
      const hasTurned = before.resting !== after.resting || before.wasDown !== isDown(after);
      const isDue = hasTurned || now() - before.writtenAt >= WRITE_EVERY_MS;
      known.set(service, isDue ? { ...after, writtenAt: now(), wasDown: isDown(after) } : after);
      if (isDue) write(service, after);
    },
    settled: () => writing.then(() => undefined),
  };
}

const EMPTY: Known = { failures: 0, resting: false, answeredAt: null, writtenAt: 0, wasDown: false };

// A refusal is an answer. A breaker that tries the service again and fails leaves it alone for another while.
function next({ failures, resting }: Known, outcome: CallOutcome, at: number): Partial<Known> {
  if (outcome === 'ok' || outcome === 'refused') return { failures: 0, resting: false, answeredAt: at };
  return { failures: failures + 1, resting: resting || outcome === 'resting' };
}

/** Whether a service is to be called down. */
export function isDown({ failures, resting }: Standing): boolean {
  return resting || failures >= DOWN_AFTER;
}

/** What all processes last knew, by service. Rejects when the database cannot be asked. */
export async function readStandings(pool: pg.Pool): Promise<Map<string, Standing>> {
  const { rows } = await pool.query<{ service: string } & Standing>(
    'SELECT service, failures, resting FROM service_standings',
  );
  return new Map(rows.map(({ service, failures, resting }) => [service, { failures, resting }]));
}
