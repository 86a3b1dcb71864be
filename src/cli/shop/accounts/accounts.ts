// The accounts of staff: made, listed, given passwords and closed from the terminal. A new password ends every session.
import type pg from 'pg';
import { z } from 'zod';
import { uuidAt } from '../../../runtime/ids.ts';
import { Role } from '../../../web/wire/session.ts';
import { hashPassword } from './passwords.ts';
import type { Sessions } from './sessions.ts';

/** Long enough that a guess is hopeless at the pace that the login allows. */
export const PASSWORD_CHARS_MIN = 12;

const Row = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: Role,
  stores: z.array(z.number()).nullable(),
  disabled_at: z.date().nullable(),
});
/** `stores` null is all of them. */
export type Account = z.infer<typeof Row>;
export type NewAccount = { email: string; name: string; role: Role; stores: number[] | null; password: string | null };

export type Accounts = {
  /** Null when there is one of that address already. */
  add: (account: NewAccount) => Promise<Account | null>;
  list: () => Promise<Account[]>;
  /** False for an address that nobody has. An account that was closed is open again. */
  setPassword: (email: string, password: string) => Promise<boolean>;
  /** False for an address that nobody has. */
  close: (email: string) => Promise<boolean>;
  /** The hash for a login; null when there is no open account of that address. */
  forLogin: (email: string) => Promise<{ id: string; passwordHash: string | null } | null>;
  /** The account that the link of a development start logs in: made when it is not there. */
  developer: () => Promise<string>;
};

type Options = { pool: pg.Pool; sessions: Sessions; now: () => number };
const DEVELOPER = { email: 'developer@localhost', name: 'Developer' };
const COLUMNS = 'id, email, name, role, stores, disabled_at';

export function createAccounts(options: Options): Accounts {
  const { pool, now } = options;
  return {
    async add({ email, name, role, stores, password }) {
      const { rows } = await pool.query(
        `INSERT INTO staff (id, email, name, role, stores, password_hash, created_at, updated_at)
         VALUES ($1, lower($2), $3, $4, $5, $6, $7, $7) ON CONFLICT (email) DO NOTHING RETURNING ${COLUMNS}`,
        [
          uuidAt(now()),
          email,
          name,
          role,
          stores,
          password === null ? null : await hashPassword(password),
          new Date(now()),
        ],
      );
      return rows[0] === undefined ? null : Row.parse(rows[0]);
    },
    async list() {
      const { rows } = await pool.query(`SELECT ${COLUMNS} FROM staff ORDER BY email`);
      return rows.map((row) => Row.parse(row));
    },
    setPassword: async (email, password) =>
      change(options, email, 'password_hash = $2, disabled_at = NULL', await hashPassword(password)),
    close: (email) => change(options, email, 'password_hash = NULL, disabled_at = $2', new Date(now())),
    async forLogin(email) {
      const { rows } = await pool.query<{ id: string; password_hash: string | null }>(
        'SELECT id, password_hash FROM staff WHERE email = lower($1) AND disabled_at IS NULL',
        [email],
      );
      const [row] = rows;
      return row ? { id: row.id, passwordHash: row.password_hash } : null;
    },
    async developer() {
      await this.add({ ...DEVELOPER, role: 'admin', stores: null, password: null });
      const known = await this.forLogin(DEVELOPER.email);
      if (known === null) throw new Error('the developer’s account is closed; `marty staff passwd` opens it again');
      return known.id;
    },
  };
}

async function change({ pool, sessions, now }: Options, email: string, set: string, value: unknown): Promise<boolean> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE staff SET ${set}, updated_at = $3 WHERE email = lower($1) RETURNING id`,
    [email, value, new Date(now())],
  );
  const [row] = rows;
  if (row) await sessions.closeAllOf(row.id);
  return row !== undefined;
}
