// The accounts over an open shop's own database, by its own secret and clock.
import type { Shop } from '../open-shop.ts';
import { openAccounts } from './account-desk.ts';
import type { AccountBook } from './account-desk.ts';

export function accountsOf({ database: { pool }, clock, secrets: { sessionSecret } }: Shop): AccountBook {
  return openAccounts({ pool, sessionSecret, now: clock.now });
}
