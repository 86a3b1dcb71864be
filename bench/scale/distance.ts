// A database that is some milliseconds away: its address through a proxy, and how long a round trip really takes there.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../src/cli/project-root.ts';
import { median } from '../turns/median.ts';
import { onDatabase } from '../turns/servers.ts';

export type Distance = {
  /** The address of a database, the long way. */
  through: (url: string) => string;
  stop: () => void;
};

const TRIPS = 50;

/** @param ms 0 for no proxy at all */
export async function startDistance(url: string, ms: number): Promise<Distance> {
  if (ms === 0) return { through: (direct) => direct, stop: () => undefined };
  const { port } = new URL(url);
  const proxy = spawn(process.execPath, [join(projectRoot, 'bench', 'scale', 'proxy.mjs'), port, String(ms)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const listening = await new Promise<string>((resolve) =>
    createInterface({ input: proxy.stdout }).once('line', resolve),
  );
  return {
    through(direct) {
      const far = new URL(direct);
      far.port = listening;
      return far.toString();
    },
    stop: () => void proxy.kill(),
  };
}

/** The median of some round trips, in ms. */
export function roundTripOf(url: string): Promise<number> {
  return onDatabase(url, async (pool) => {
    const took: number[] = [];
    for (let trip = 0; trip < TRIPS; trip++) {
      const began = performance.now();
      await pool.query('SELECT 1');
      took.push(performance.now() - began);
    }
    return median(took);
  });
}
