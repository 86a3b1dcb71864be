// Waiting on a condition, for tests and for programs outside of the test runner.
import { setTimeout as wait } from 'node:timers/promises';

/** Tries until `attempt` no longer throws; after `timeoutMs` its last error is thrown. */
export async function until<T>(attempt: () => T | Promise<T>, timeoutMs: number, intervalMs = 30): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await wait(intervalMs);
    }
  }
}
