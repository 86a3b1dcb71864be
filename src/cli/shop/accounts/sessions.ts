// Sessions of browsers and links that log in once. A session ends when nobody uses it for long, at its end, at logout,
// and with a new password.
import type pg from 'pg';
import { z } from 'zod';
import { Role } from '../../../web/wire/session.ts';
import type { Tokens } from './tokens.ts';

const IDLE_MS = 12 * 60 * 60_000;
const LIFE_MS = 7 * 24 * 60 * 60_000;
const SEEN_EVERY_MS = 60_000;
const LINK_MS = 15 * 60_000;

/** What a browser is given; only here is the token in the clear. */
export type Login = { token: string; expiresAt: Date };

const Account = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: Role,
  stores: z.array(z.number()).nullable(),
  expires_at: z.date(),
});
export type SessionAccount = z.infer<typeof Account>;

export type Sessions = {
  open: (staffId: string) => Promise<Login>;
  /** Who a token belongs to; null when it belongs to nobody, any more. */
  find: (token: string) => Promise<SessionAccount | null>;
  close: (token: string) => Promise<void>;
  closeAllOf: (staffId: string) => Promise<void>;
  /** A token that logs in once, within a quarter of an hour. */
  makeLink: (staffId: string) => Promise<string>;
  /** Null for a link that was used, is too old, or never was. */
  useLink: (token: string) => Promise<Login | null>;
  /** Takes out what is over; answers how many rows. */
  sweep: () => Promise<number>;
};

type Options = { pool: pg.Pool; tokens: Tokens; now: () => number };

export function createSessions({ pool, tokens, now }: Options): Sessions {
  async function open(staffId: string): Promise<Login> {
    const token = tokens.make();
    const at = now();
    const expiresAt = new Date(at + LIFE_MS);
    await pool.query(
      'INSERT INTO sessions (token_hash, staff_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)',
      [tokens.hash('session', token), staffId, new Date(at), expiresAt],
    );
    return { token, expiresAt };
  }

  return {
    open,
    async find(token) {
      const at = now();
      const { rows } = await pool.query<{ seen_at: Date }>(
        `SELECT f.id, f.email, f.name, f.role, f.stores, s.expires_at, s.seen_at FROM sessions s JOIN staff f ON f.id = s.staff_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND f.disabled_at IS NULL`,
        [tokens.hash('session', token), new Date(at), new Date(at - IDLE_MS)],
      );
      const [row] = rows;
      if (!row) return null;
      if (at - row.seen_at.getTime() > SEEN_EVERY_MS) {
        const seen = [tokens.hash('session', token), new Date(at)];
        await pool.query('UPDATE sessions SET seen_at = $2 WHERE token_hash = $1', seen);
      }
      return Account.parse(row);
    },
    async close(token) {
      await pool.query('DELETE FROM sessions WHERE token_hash = $1', [tokens.hash('session', token)]);
    },
    async closeAllOf(staffId) {
      await pool.query('DELETE FROM sessions WHERE staff_id = $1', [staffId]);
      await pool.query('DELETE FROM login_links WHERE staff_id = $1', [staffId]);
    },
    async makeLink(staffId) {
      const token = tokens.make();
      await pool.query('INSERT INTO login_links (token_hash, staff_id, expires_at) VALUES ($1, $2, $3)', [
        tokens.hash('link', token),
        staffId,
        new Date(now() + LINK_MS),
      ]);
      return token;
    },
    async useLink(token) {
      const { rows } = await pool.query<{ staff_id: string }>(
        `DELETE FROM login_links l USING staff f WHERE l.token_hash = $1 AND f.id = l.staff_id
           AND f.disabled_at IS NULL AND l.expires_at > $2 RETURNING l.staff_id`,
        [tokens.hash('link', token), new Date(now())],
      );
      const [row] = rows;
      return row ? open(row.staff_id) : null;
    },
    async sweep() {
      const at = new Date(now());
      const gone = await Promise.all([
        pool.query('DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2', [
          at,
          new Date(at.getTime() - IDLE_MS),
        ]),
        pool.query('DELETE FROM login_links WHERE expires_at <= $1', [at]),
        pool.query('DELETE FROM login_attempts WHERE window_ends <= $1', [at]),
      ]);
      return gone.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
    },
  };
}
