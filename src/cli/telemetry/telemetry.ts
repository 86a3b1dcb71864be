// What one process tells of itself: its registry, what is counted in it, and the watch around outside services.
import type pg from 'pg';
import { Registry } from 'prom-client';
import type { Log } from '../../runtime/clock.ts';
import { createInstruments } from './instruments.ts';
import type { Instruments } from './instruments.ts';
import { createOutside } from './outside.ts';
import type { Outside, Resting } from './outside.ts';
import { createStandings } from './standings.ts';
import type { Standings } from './standings.ts';
import { errorName } from '../../runtime/errors.ts';

export type Telemetry = {
  registry: Registry;
  instruments: Instruments;
  standings: Standings;
  outside: Outside;
  resting: Resting;
};

/** @param now milliseconds since 1970 (UTC) */
export function createTelemetry(pool: pg.Pool, log: Log, now: () => number): Telemetry {
  const registry = new Registry();
  const instruments = createInstruments(registry);
  const standings = createStandings(pool, now, (error) =>
    log.warn({ error: errorName(error) }, 'how a service does could not be written down'),
  );
  return { registry, instruments, standings, ...createOutside(instruments, standings, now) };
}
