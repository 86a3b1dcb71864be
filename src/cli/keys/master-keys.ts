// The keys of a rotation: the newest, the previous one where it is still known, and vaults of each.
import { createRekey } from '../../runtime/rekey.ts';
import type { Rekey } from '../../runtime/rekey.ts';
import { createVault } from '../../runtime/vault.ts';
import type { Vault } from '../../runtime/vault.ts';

export type MasterKeys = {
  rekey: Rekey;
  /** Opens what either key closed. */
  both: Vault;
  newest: Vault;
  previous: Vault | null;
};

export function masterKeys(newest: Buffer, previous: Buffer | null): MasterKeys {
  return {
    rekey: createRekey(newest, previous),
    both: createVault(newest, { previous }),
    newest: createVault(newest),
    previous: previous && createVault(previous),
  };
}

/**
 * What stands in the database: `previous` is still under the previous key, `neither` is opened by no key that we have. `doubled`: keys
 * of actors that lost their address to another that has it too.
 */
export type Tally = { rows: number; renewed: number; previous: number; neither: number; doubled: readonly string[] };

export const NOTHING: Tally = { rows: 0, renewed: 0, previous: 0, neither: 0, doubled: [] };

export function sum(one: Tally, other: Tally): Tally {
  return {
    rows: one.rows + other.rows,
    renewed: one.renewed + other.renewed,
    previous: one.previous + other.previous,
    neither: one.neither + other.neither,
    doubled: [...one.doubled, ...other.doubled],
  };
}
