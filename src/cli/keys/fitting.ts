// Whether PII_KEY is the key of this database. With another one Marty would take every customer for a new one, and nobody would
// notice, so he does not start with it.
import type { Pool } from 'pg';
import { createRekey } from '../../runtime/rekey.ts';
import type { KeyState } from '../../runtime/rekey.ts';
import type { Secrets } from '../config/config.ts';
import { ConfigError } from '../plain-errors.ts';

/** The keys that a process has. */
export type Keys = Pick<Secrets, 'piiKey' | 'piiKeyPrevious'>;

/**
 * Under which keys the oldest and the newest actor of each store are: a key that was exchanged by mistake shows at one of the ends, and
 * a store that came from elsewhere under another one at its own.
 */
export async function keyStatesOf(pool: Pool, { piiKey, piiKeyPrevious }: Keys): Promise<Set<KeyState['under']>> {
  const { dataKey } = createRekey(piiKey, piiKeyPrevious);
  const end = (order: 'ASC' | 'DESC') => `
    SELECT a.wrapped FROM stores s CROSS JOIN LATERAL (SELECT data_key AS wrapped FROM actors
      WHERE store_id = s.id AND data_key IS NOT NULL ORDER BY key ${order} LIMIT 1) a`;
  const { rows } = await pool.query<{ wrapped: Buffer }>(`${end('ASC')} UNION ALL ${end('DESC')}`);
  return new Set(rows.map(({ wrapped }) => dataKey(wrapped).under));
}

/** @throws ConfigError that says what to do */
export async function assertFitting(pool: Pool, keys: Keys): Promise<void> {
  if (!(await keyStatesOf(pool, keys)).has('neither')) return;
  throw new ConfigError([
    'PII_KEY: it does not open what is stored; set the key that this database was written with, and while it is exchanged ' +
      'the one of before as PII_KEY_PREVIOUS (docs/operations.md, Keys)',
  ]);
}
