// How often a password may be tried: so often from one address for one account, and so often from one address at all.
// Counted in Postgres before the password is looked at, so tries that come at once, in whatever process, all count.
import type pg from 'pg';
import type { Tokens } from './tokens.ts';

const WINDOW_MS = 15 * 60_000;
const PER_ACCOUNT_MAX = 5;
const PER_ADDRESS_MAX = 50;

export type LoginLimit = {
  /** Null when it may be tried; else in how many seconds. */
  take: (address: string, email: string) => Promise<number | null>;
  /** A right password: the account's count begins anew. */
  clear: (address: string, email: string) => Promise<void>;
};

type Options = { pool: pg.Pool; tokens: Tokens; now: () => number };

export function createLoginLimit({ pool, tokens, now }: Options): LoginLimit {
  const account = (address: string, email: string) => tokens.hash('tries', `${address} ${email}`);

  async function count(key: Buffer, max: number): Promise<number | null> {
    const at = new Date(now());
    const { rows } = await pool.query<{ tries: number; window_ends: Date }>(
      `INSERT INTO login_attempts (key, tries, window_ends) VALUES ($1, 1, $3)
       ON CONFLICT (key) DO UPDATE SET
         tries = CASE WHEN login_attempts.window_ends <= $2 THEN 1 ELSE least(login_attempts.tries + 1, 1000000) END,
         window_ends = CASE WHEN login_attempts.window_ends <= $2 THEN $3 ELSE login_attempts.window_ends END
       RETURNING tries, window_ends`,
      [key, at, new Date(at.getTime() + WINDOW_MS)],
    );
    const [row] = rows;
    if (!row || row.tries <= max) return null;
    return Math.max(1, Math.ceil((row.window_ends.getTime() - at.getTime()) / 1000));
  }

  return {
    async take(address, email) {
      const everywhere = await count(tokens.hash('tries', address), PER_ADDRESS_MAX);
      return everywhere ?? (await count(account(address, email), PER_ACCOUNT_MAX));
    },
    async clear(address, email) {
      await pool.query('DELETE FROM login_attempts WHERE key = $1', [account(address, email)]);
    },
  };
}
