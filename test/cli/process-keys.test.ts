// With which keys a process may start, before, while and after PII_KEY is exchanged.
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/cli/plain-errors.ts';
import { rotate } from '../../src/cli/keys/rotate.ts';
import { openVault } from '../../src/cli/keys/rotations.ts';
import { createVault } from '../../src/runtime/vault.ts';
import type { Vault } from '../../src/runtime/vault.ts';
import { useDatabase } from '../harness/database.ts';
import { bear, FIRST, LAST } from './customers.ts';
import { openStore } from './open-store.ts';

const database = useDatabase();
const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const previously = createVault(OLD);
const CUSTOMERS = 250; // more than one page

const turn = () => rotate({ pool: database.pool, newest: NEW, previous: OLD });
const open = (piiKey: Buffer, piiKeyPrevious: Buffer | null) => openVault(database.pool, { piiKey, piiKeyPrevious });

beforeEach(async () => {
  await database.pool.query('TRUNCATE actors, key_rotations, stores CASCADE');
  await openStore(database.pool, 1);
  const addresses = Array.from({ length: CUSTOMERS }, (_, n) => `1/customer/+1201555${1000 + n}`);
  await bear(
    database.pool,
    addresses.map(() => randomUUID()),
    addresses,
    previously,
  );
});

describe('a process', () => {
  test('does not start with a key that opens nothing', async () => {
    await expect(open(NEW, null)).rejects.toThrow(/^PII_KEY: it does not open what is stored/);
    expect((await open(NEW, OLD)).isRotating).toBe(true);
  });

  test.each([
    ['oldest', FIRST, 1],
    ['newest', LAST, 1],
    ['oldest', FIRST, 2],
    ['newest', LAST, 2],
  ])(
    'does not start with a key that does not open the %s actor (%s) of store %i, of three',
    async (_end, key, store) => {
      await openThree(store, [key], createVault(NEW));
      await expect(open(OLD, null)).rejects.toThrow(/^PII_KEY: it does not open what is stored/);
      expect((await open(OLD, NEW)).isRotating).toBe(true);
    },
  );

  test('does not start, and says which key is missing, where what is kept of former keys cannot be opened', async () => {
    await database.pool.query('TRUNCATE actors CASCADE');
    await database.pool.query(
      'INSERT INTO key_rotations (id, begun_at, ended_at, lookup_sealed) VALUES ($1, now(), now(), $2)',
      [randomUUID(), previously.sealShared('a lookup key')],
    );
    await expect(open(NEW, null)).rejects.toThrow(ConfigError);
    await expect(open(NEW, null)).rejects.toThrow(/^PII_KEY: it does not open what key_rotations keeps/);
  });

  test('does not start without the previous key while a rotation that was killed, wherever that was, has not ended', async () => {
    let killed = 0;
    for (let at = 1, ended = false; !ended; at += 1) {
      let heard = 0;
      const dies = rotate({
        pool: database.pool,
        newest: NEW,
        previous: OLD,
        onProgress: () => {
          heard += 1;
          if (heard === at) throw new Error('killed');
        },
      });
      ended = await dies.then(
        () => true,
        () => false,
      );
      if (ended) break;
      killed += 1;
      await expect(open(NEW, null)).rejects.toThrow(/^PII_KEY/);
      await expect(open(OLD, null)).rejects.toThrow(/^PII_KEY/);
      expect((await open(OLD, NEW)).isRotating).toBe(true);
    }
    expect(killed).toBeGreaterThan(10);
    expect((await open(NEW, null)).isRotating).toBe(false);
  });

  test('finds who was forgotten and had opted out under every key that there was, and keeps none for nobody', async () => {
    await turn();
    expect((await open(NEW, null)).lookupHashes('a')).toHaveLength(1);
    await database.pool.query(
      `UPDATE actors SET address_sealed = NULL, address_hash = $1 WHERE key = (SELECT key FROM actors LIMIT 1)`,
      [previously.lookupHash('1/customer/+12015550100')],
    );
    await turn();
    const NEWER = randomBytes(32);
    await rotate({ pool: database.pool, newest: NEWER, previous: NEW });
    const hashes = (await open(NEWER, null)).lookupHashes('1/customer/+12015550100');
    expect(hashes).toEqual([NEWER, OLD, NEW].map((key) => createVault(key).lookupHash('1/customer/+12015550100')));
  });
});

/** Stores 1, 2 and 3, each with customers of the old key; one of them with others besides. */
async function openThree(storeId: number, keys: string[], vault: Vault): Promise<void> {
  for (const id of [2, 3]) {
    await openStore(database.pool, id);
    await bear(
      database.pool,
      [randomUUID(), randomUUID()],
      [`${id}/customer/+12015550101`, `${id}/customer/+12015550102`],
      previously,
      id,
    );
  }
  await bear(
    database.pool,
    keys,
    keys.map((_, n) => `${storeId}/customer/+1201555010${n + 3}`),
    vault,
    storeId,
  );
}
