// The shops themselves.
import { beforeEach, expect, test } from 'vitest';
import { addStore, getStore, listStores, seedStore } from '../../src/commerce/stores.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNGEON, openShop } from './shop.ts';

const database = useDatabase();
beforeEach(() => openShop(database.db));

test('seeding again changes nothing, until the configuration has changed', async () => {
  const seeded = await seedStore(database.db, DUNGEON);
  expect(await seedStore(database.db, DUNGEON)).toEqual(seeded);
  const moved = await seedStore(database.db, { ...DUNGEON, taxRatePpm: 70_000 });
  expect(moved).toEqual({ ...seeded, taxRatePpm: 70_000, version: 2 });
  expect(await getStore(database.db, seeded.id)).toEqual(moved);
});

test('a second shop stands beside the first', async () => {
  const second = await addStore(database.db, { ...DUNGEON, slug: 'tower-books', phone: '+12015550100' });
  expect((await listStores(database.db)).map(({ slug }) => slug)).toEqual(['dungeon-books', second.slug]);
});

test('a slug is taken once', async () => {
  const other = { ...DUNGEON, name: 'Other Books' };
  await expect(addStore(database.db, other)).rejects.toThrow('there is already another store "dungeon-books"');
});

test.each([
  [{ timezone: 'America/Hoboken' }, 'IANA time zone'],
  [{ taxRatePpm: -1 }, 'taxRatePpm'],
  [{ slug: 'Dungeon Books' }, 'lower-case words'],
  [{ phone: '555 0100' }, 'phone'],
])('%j is refused', async (given, words) => {
  await expect(seedStore(database.db, { ...DUNGEON, ...given })).rejects.toThrow(words);
});
