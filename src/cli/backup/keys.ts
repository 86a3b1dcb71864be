// Which master keys a backup is under. Its rows stay sealed as they were, so it is read under the keys that it was made with; after
// a rotation that is the previous one, and what came back is sealed anew by the next `marty keys rotate`.
import type { Sql } from '../../runtime/transactional.ts';
import { createVault } from '../../runtime/vault.ts';
import type { Vault } from '../../runtime/vault.ts';
import type { Keys } from '../keys/fitting.ts';
import { adopt, begin } from '../keys/rotations.ts';
import { keyFingerprint } from './format.ts';
import type { Header } from './format.ts';

type KeyFacts = Pick<Header, 'keys' | 'lookups'>;

/** What a backup that is made now says of its keys: ours, and those of before that still find somebody. */
export async function keyFactsOf(sql: Sql, keys: Keys): Promise<KeyFacts> {
  const { rows } = await sql.query(
    `SELECT encode(lookup_sealed, 'base64') AS sealed FROM key_rotations WHERE lookup_sealed IS NOT NULL ORDER BY begun_at`,
  );
  return { keys: vaultsOf(keys).map(keyFingerprint), lookups: rows.map(({ sealed }) => String(sealed)) };
}

/** The vault under whose key the backup was written; null where we lack one that something in it may be under. */
export function makerOf(facts: KeyFacts, keys: Keys): Vault | null {
  const ours = vaultsOf(keys);
  const makers = facts.keys.map((fingerprint) => ours.find((vault) => keyFingerprint(vault) === fingerprint));
  return makers.includes(undefined) ? null : (makers[0] ?? null);
}

/** Once its rows are written: whoever was found by a key of before stays found. Answers whether it is to be sealed anew. */
export async function takeIn(sql: Sql, facts: KeyFacts, { piiKey, piiKeyPrevious: previous }: Keys): Promise<boolean> {
  const both = createVault(piiKey, { previous });
  for (const sealed of facts.lookups)
    await adopt(sql, both, Buffer.from(both.openShared(Buffer.from(sealed, 'base64')), 'base64'));
  const isNewest = facts.keys.every((fingerprint) => fingerprint === keyFingerprint(both));
  if (previous === null || isNewest) return false;
  await begin(sql, { both, previous });
  return true;
}

function vaultsOf({ piiKey, piiKeyPrevious: previous }: Keys): Vault[] {
  return [createVault(piiKey), ...(previous === null ? [] : [createVault(previous)])];
}
