// Logging in as the web asks for it: a password or a link becomes a session, a session becomes a member of staff.
import type pg from 'pg';
import type { AccountDesk } from '../../../web/deps.ts';
import { createAccounts } from './accounts.ts';
import type { Accounts } from './accounts.ts';
import { createLoginLimit } from './login-limit.ts';
import type { LoginLimit } from './login-limit.ts';
import { isPassword } from './passwords.ts';
import { createSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { createTokens } from './tokens.ts';

/** Passwords that are checked at once in this process: each takes 32 MiB and one of Node's four threads. */
const CHECKED_AT_ONCE_MAX = 4;

type Options = { pool: pg.Pool; sessionSecret: string; now: () => number };

export type AccountBook = { accounts: Accounts; sessions: Sessions; limit: LoginLimit; desk: AccountDesk };

/** Everything about accounts over one database. @param now milliseconds since 1970 (UTC) */
export function openAccounts({ pool, sessionSecret, now }: Options): AccountBook {
  const tokens = createTokens(sessionSecret);
  const sessions = createSessions({ pool, tokens, now });
  const accounts = createAccounts({ pool, sessions, now });
  const limit = createLoginLimit({ pool, tokens, now });
  let checking = 0;

  async function check(email: string, password: string): Promise<string | null> {
    const account = await accounts.forLogin(email);
    checking += 1;
    const isRight = await isPassword(password, account?.passwordHash ?? null).finally(() => (checking -= 1));
    return isRight && account ? account.id : null;
  }

  return {
    accounts,
    sessions,
    limit,
    desk: {
      async login({ email, password, address }) {
        const retryAfterS = checking >= CHECKED_AT_ONCE_MAX ? 1 : await limit.take(address, email);
        if (retryAfterS !== null) return { retryAfterS };
        const staffId = await check(email, password);
        if (staffId === null) return null;
        await limit.clear(address, email);
        return sessions.open(staffId);
      },
      useLink: (token) => sessions.useLink(token),
      logout: (token) => sessions.close(token),
      async find(token) {
        const account = await sessions.find(token);
        if (account === null) return null;
        const { id, email, name, role, stores, expires_at: expiresAt } = account;
        return { id, email, name, role, stores: stores ?? 'all', by: 'session', expiresAt: expiresAt.toISOString() };
      },
    },
  };
}
