// Processes while the master key is exchanged: some write under the one, some under the other, all accept both.
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createVault } from '../../src/runtime/vault.ts';
import { useDatabase } from '../harness/database.ts';
import { prepare, startRuntime, to } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const ADDRESSES = 40;

test('an address that two of them hear of at once becomes one actor', async () => {
  const runtimes = [createVault(OLD, { previous: NEW }), createVault(NEW, { previous: OLD })].map(
    (vault) => startRuntime(database.url, { vault, work: false }).runtime,
  );
  const names = Array.from({ length: ADDRESSES }, (_, n) => `both-${n}`);
  const sent = names.flatMap((name) => runtimes.map((runtime) => runtime.send(to(name), { type: 'parcel.note' })));
  const settled = await Promise.all(sent);
  expect(settled.map(({ settled: how }) => how)).toEqual(sent.map(() => 'stepped'));
  const { rows } = await database.pool.query('SELECT count(*)::int AS actors FROM actors');
  expect(rows).toEqual([{ actors: ADDRESSES }]);
});

test('what one of them knows another finds and goes on with', async () => {
  const before = startRuntime(database.url, { vault: createVault(OLD), work: false }).runtime;
  const { actorKey } = await before.send(to('known'), { type: 'parcel.note' });
  const after = startRuntime(database.url, { vault: createVault(NEW, { previous: OLD }), work: false }).runtime;
  expect(await after.send(to('known'), { type: 'parcel.note' })).toMatchObject({ settled: 'stepped', actorKey });
});
