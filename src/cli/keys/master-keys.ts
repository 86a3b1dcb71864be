// The keys of a rotation: the newest, the previous one where it is still known, and vaults of each.
import { createRekey } from '../../runtime/rekey.ts';
import type { Rekey } from '../../runtime/rekey.ts';
import { createVault } from '../../runtime/vault.ts';
import type { Vault } from '../../runtime/vault.ts';

/** Everything that a rotation opens, closes and compares with. */
export type MasterKeys = {
  rekey: Rekey;
  /** Opens what either key closed. */
  both: Vault;
  newest: Vault;
  previous: Vault | null;
};

/** @param newest 32 bytes @param previous 32 bytes, or null where it is gone */
export function masterKeys(newest: Buffer, previous: Buffer | null): MasterKeys {
  return {
    rekey: createRekey(newest, previous),
    both: createVault(newest, { previous }),
    newest: createVault(newest),
    previous: previous && createVault(previous),
  };
}

/**
 * What stands in the database: `previous` is still under the previous key, `neither` is opened by no key that we have. `duplicates`: keys
 * of actors that lost their address to another that has it too.
 */
export type Tally = { rows: number; renewed: number; previous: number; neither: number; duplicates: readonly string[] };

/** Of no row at all. */
export const NOTHING: Tally = { rows: 0, renewed: 0, previous: 0, neither: 0, duplicates: [] };

/** Of both together. */
export function sum(one: Tally, other: Tally): Tally {
  return {
    rows: one.rows + other.rows,
    renewed: one.renewed + other.renewed,
    previous: one.previous + other.previous,
    neither: one.neither + other.neither,
    duplicates: [...one.duplicates, ...other.duplicates],
  };
}
