// From natural ids (`customer:+1…`) to actor keys. A key changes only when its actor is forgotten, so senders remember it;
// they learn from the turn that it is nobody's any more. Readers ask each time.
import type pg from 'pg';
import { RuntimeError } from './errors.ts';
import { isUuid } from './ids.ts';
import type { DurableMachine } from './machine.ts';
import { inTransaction } from './transaction.ts';
import type { Vault } from './vault.ts';

/** Where an event goes: a machine and a natural id within a store. */
export type Address = { storeId: number; machine: string; id: string };

export type Directory = {
  /** The actor's key. An unknown id of a machine that events give birth to gets a row without a turn yet. Null where there is none. */
  keyOf: (address: Address) => Promise<string | null>;
  /** The same without giving birth. */
  find: (address: Address) => Promise<string | null>;
  /** Splits `machine:id`, or `key:uuid`, as machines write targets. */
  parse: (storeId: number, target: string) => Address | { key: string };
  forget: (address: Address) => void;
};

const REMEMBERED_MAX = 50_000;

export function createDirectory(deps: {
  pool: pg.Pool;
  vault: Vault;
  machines: ReadonlyMap<string, DurableMachine>;
  now: () => number;
  newId: () => string;
}): Directory {
  const remembered = new Map<string, string>();
  const asking = new Map<string, Promise<string | null>>();
  const name = ({ storeId, machine, id }: Address) => `${storeId}/${machine}/${id}`;

  async function look(address: Address, by: typeof find): Promise<string | null> {
    const key = await by(deps, address);
    if (key) remember(remembered, name(address), key);
    return key;
  }

  return {
    keyOf(address) {
      if (!deps.machines.has(address.machine)) return Promise.resolve(null);
      if (isUuid(address.id)) return Promise.resolve(address.id);
      const known = remembered.get(name(address));
      if (known) return Promise.resolve(known);
      const underway =
        asking.get(name(address)) ?? look(address, findOrBear).finally(() => asking.delete(name(address)));
      asking.set(name(address), underway);
      return underway;
    },
    find(address) {
      if (!deps.machines.has(address.machine)) return Promise.resolve(null);
      if (isUuid(address.id)) return Promise.resolve(address.id);
      return look(address, find);
    },
    parse: (storeId, target) => parseTarget(storeId, target),
    forget: (address) => void remembered.delete(name(address)),
  };
}

function remember(remembered: Map<string, string>, name: string, key: string): void {
  if (remembered.size >= REMEMBERED_MAX) {
    const oldest = remembered.keys().next();
    if (!oldest.done) remembered.delete(oldest.value);
  }
  remembered.set(name, key);
}

function parseTarget(storeId: number, target: string): Address | { key: string } {
  const colon = target.indexOf(':');
  const [machine, id] = [target.slice(0, colon), target.slice(colon + 1)];
  if (colon < 1 || id === '') throw new RuntimeError('unsupported', 'a target is not of the form machine:id');
  return machine === 'key' ? { key: id } : { storeId, machine, id };
}

type Deps = Parameters<typeof createDirectory>[0];
type Asked = Pick<pg.Pool, 'query'>;

/** What the keyed hash of an address is made of. */
export function addressText({ storeId, machine, id }: Address): string {
  return `${storeId}/${machine}/${id}`;
}

async function findOrBear(deps: Deps, address: Address): Promise<string | null> {
  const found = await seek(deps, deps.pool, address);
  if (found?.nameless) await giveAddress(deps, address, found.key);
  const definition = deps.machines.get(address.machine);
  if (found || definition?.bornBy !== 'event') return found?.key ?? null;
  // Its own commit: a row without a turn is harmless, and no lane ever waits for another's insert.
  if (deps.vault.isRotating) return bearAlone(deps, address, definition.version);
  await bear(deps, deps.pool, address, definition.version);
  return find(deps, address);
}

async function bear(deps: Deps, tx: Asked, address: Address, version: number): Promise<void> {
  const { storeId, machine, id } = address;
  await tx.query(
    `INSERT INTO actors (store_id, key, machine, version, address_hash, address_sealed, data_key, seq, status, value, tags, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'active', '{}', '[]', $8, $8) ON CONFLICT DO NOTHING`,
    [
      storeId,
      deps.newId(),
      machine,
      version,
      deps.vault.lookupHash(addressText(address)),
      deps.vault.sealShared(id),
      deps.vault.createDataKey(),
      new Date(deps.now()),
    ],
  );
}

// While two master keys count, one process may write the hash of the one and another that of the other, and no unique index
// sees that it is the same address. So they take turns.
function bearAlone(deps: Deps, address: Address, version: number): Promise<string | null> {
  return inTransaction(deps.pool, async (tx) => {
    const [one, other] = deps.vault.lookupHashes(addressText(address)); // of the two keys; older ones are written by nobody
    await tx.query('SELECT pg_advisory_xact_lock($1)', [lockOf([one, other])]);
    if (!(await seek(deps, tx, address))) await bear(deps, tx, address, version);
    return (await seek(deps, tx, address))?.key ?? null;
  });
}

// The same whichever of the keys a process takes for the newest.
function lockOf(hashes: ReadonlyArray<Buffer | undefined>): string {
  const [first] = hashes.flatMap((hash) => hash ?? []).toSorted((one, other) => Buffer.compare(one, other));
  if (!first) throw new Error('an address has at least one hash');
  return first.readBigInt64BE(0).toString();
}

async function find(deps: Deps, address: Address): Promise<string | null> {
  return (await seek(deps, deps.pool, address))?.key ?? null;
}

type Found = { key: string; nameless: boolean };

async function seek({ vault }: Deps, tx: Asked, address: Address): Promise<Found | null> {
  const { rows } = await tx.query<Found>(
    'SELECT key, address_sealed IS NULL AS nameless FROM actors WHERE store_id = $1 AND machine = $2 AND address_hash = ANY ($3)',
    [address.storeId, address.machine, vault.lookupHashes(addressText(address))],
  );
  // By mistake there may be two, under different master keys: the one of before is meant.
  return rows.toSorted((one, other) => (one.key < other.key ? -1 : 1))[0] ?? null;
}

// The heir of a forgotten actor has a place and no address, until somebody uses it again.
async function giveAddress({ pool, vault }: Deps, address: Address, key: string): Promise<void> {
  await pool.query('UPDATE actors SET address_sealed = $3, address_hash = $4 WHERE store_id = $1 AND key = $2', [
    address.storeId,
    key,
    vault.sealShared(address.id),
    vault.lookupHash(addressText(address)),
  ]);
}
