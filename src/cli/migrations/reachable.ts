// Is there a database at DATABASE_URL? One that wakes up, recovers or is busy answers in its time; a wrong address never does.
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { ConfigError } from '../plain-errors.ts';
import { errorCode } from '../processes.mjs';

/** Each try takes as long as the pool waits for a connection, where nobody answers. */
const PATIENCE = { tries: 5, pauseMs: 1_000 };
/** Postgres is there, and is starting or recovering. */
const STARTING = '57P03';

/** @throws ConfigError a sentence that names DATABASE_URL: at once where we are refused, after some tries where nobody answers */
export async function assertReachable(pool: Pool, { tries, pauseMs } = PATIENCE): Promise<void> {
  for (let n = 1; ; n++) {
    const refusal = await pool.query('SELECT 1').then(
      () => null,
      (error: unknown) => ({ code: errorCode(error) }),
    );
    if (refusal === null) return;
    const { code } = refusal;
    if (n < tries && (code === undefined || code === STARTING)) await wait(pauseMs);
    else {
      const why = code ?? 'no answer in time';
      throw new ConfigError([
        `DATABASE_URL: the database cannot be asked (${why}); is it up, and is the address right?`,
      ]);
    }
  }
}
