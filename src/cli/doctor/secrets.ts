// Our own secrets: strong enough for production, and PII_KEY the one that this database was written with.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Config, Secrets } from '../config/config.ts';
import { secretsOf } from '../config/secrets.ts';
import { keyStatesOf } from '../keys/fitting.ts';
import { underWaySince } from '../keys/rotations.ts';
import { look, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

/** Fewer different characters than these are no chance. */
const DIFFERENT_MIN = 10;

/** The secrets as the server would have them; null where the first start has yet to make them. Makes none. */
export function knownSecrets(config: Config): Secrets | null {
  const { sessionSecret, piiKey } = config.given;
  const given = sessionSecret !== null && piiKey !== null;
  return given || existsSync(join(config.dataDir, 'secrets.json')) ? secretsOf(config) : null;
}

/** @param pool null where the database cannot be asked */
export function secretsCheck(config: Config, secrets: Secrets | null, pool: Pool | null): Check {
  const ask = async (): Promise<Said | Said[]> => {
    if (secrets === null) return look('there are none yet', '`npm start` makes them');
    const weak = config.mode === 'production' ? weakOf(secrets) : [];
    const faults = [...weak, ...(pool === null ? [] : await fitting(secrets, pool))];
    return faults.length > 0 ? faults : well(`there${pool === null ? '' : ', and PII_KEY opens what is stored'}`);
  };
  return { part: 'secrets', ask };
}

function weakOf({ sessionSecret, piiKey }: Secrets): Said[] {
  const mend = 'make one with `openssl rand -base64 32`';
  return [
    ...(new Set(sessionSecret).size < DIFFERENT_MIN ? [wrong('SESSION_SECRET can be guessed', mend)] : []),
    ...(new Set(piiKey).size < DIFFERENT_MIN
      ? [wrong('PII_KEY can be guessed', `${mend}, then see docs/operations.md, Keys`)]
      : []),
    ...(piiKey.toString('base64') === sessionSecret ? [wrong('SESSION_SECRET is PII_KEY', mend)] : []),
  ];
}

async function fitting(secrets: Secrets, pool: Pool): Promise<Said[]> {
  const states = await keyStatesOf(pool, secrets);
  if (states.has('neither'))
    return [
      wrong('PII_KEY does not open what is stored', 'set the key that this database was written with, or restore it'),
    ];
  if (states.has('previous') || (await underWaySince(pool)) !== null)
    return [look('not everything is under PII_KEY yet', '`npm exec marty -- keys rotate`: docs/operations.md, Keys')];
  if (secrets.piiKeyPrevious === null) return [];
  return [look('PII_KEY_PREVIOUS is still set', '`npm exec marty -- keys rotate --check` says whether it can go')];
}
