// The accounts over an open shop's own database, by its own secret and the clock on the wall.
import type { Shop } from '../open-shop.ts';
import { openAccounts } from './account-desk.ts';
import type { AccountBook } from './account-desk.ts';

export function accountsOf({ database: { pool }, secrets: { sessionSecret } }: Shop): AccountBook {
  return openAccounts({ pool, sessionSecret, now: Date.now });
}
