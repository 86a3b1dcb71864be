// What a store's rows ask to be done, after a restore: one row of each kind, and what becomes of it.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { setUpAnew } from '../../src/cli/backup/set-up.ts';
import { useDatabase } from '../harness/database.ts';
import { openStore } from './open-store.ts';

const database = useDatabase();
const at = (time: string) => new Date(`2026-11-28T${time}Z`);
const [BACKUP, LATER, NOW] = [at('08:00:00'), at('09:00:00'), at('10:00:00')];
const FOREVER = new Date('9999-12-31T00:00:00Z');
const WHO = '00000000-0000-7000-8000-000000000001';

type Values = Record<string, unknown>;
async function insert(table: string, rows: Values[]): Promise<void> {
  for (const row of rows) {
    const names = Object.keys(row);
    await database.pool.query(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(row),
    );
  }
}

async function select(table: string, columns: string, order: string): Promise<unknown[][]> {
  const query = { text: `SELECT ${columns} FROM ${table} ORDER BY store_id, ${order}`, rowMode: 'array' } as const;
  return (await database.pool.query<unknown[]>(query)).rows;
}

const whose = { store_id: 2, actor_key: WHO };
const command = (id: string, status: string) => ({
  ...whose,
  id: randomUUID(),
  seq: 1,
  kind: 'action',
  name: id,
  status,
  attempt: 1,
  failures: 0,
  input: Buffer.alloc(1),
  owner: status === 'running' ? randomUUID() : null,
  due_at: status === 'done' ? null : LATER,
  correlation_id: 'one',
  created_at: BACKUP,
});
const bubble = (position: number, status: string, given: Values = {}) => ({
  ...whose,
  id: randomUUID(),
  position,
  status,
  direction: 'outbound',
  by: 'marty',
  kind: 'fact',
  body_sealed: Buffer.alloc(1),
  seq: 1,
  at: BACKUP,
  updated_at: BACKUP,
  ...given,
});
const timer = (id: string, due: Date, held: Date) => ({
  ...whose,
  id,
  token: randomUUID(),
  due_at: due,
  held_until: held,
  event: Buffer.alloc(1),
  correlation_id: 'one',
});
const intent = (key: string, given: Values) => ({
  store_id: 2,
  key,
  operation: 'link',
  provider: 'square',
  order_id: randomUUID(),
  checked_at: BACKUP,
  created_at: BACKUP,
  ...given,
});

async function asAtTheBackup(): Promise<void> {
  for (const id of [1, 2]) await openStore(database.pool, id);
  const thread = { ...whose, channel: 'twilio', lease_owner: 'dead/1', lease_until: LATER };
  await insert('threads', [thread, { ...thread, store_id: 1 }]);
  await insert('commands', [command('done', 'done'), command('pending', 'pending'), command('running', 'running')]);
  await insert('messages', [
    bubble(0, 'queued'),
    bubble(1, 'sending', { channel: 'smobi' }),
    bubble(2, 'queued', { not_before: at('14:00:00') }),
    bubble(3, 'queued', { not_before: LATER }),
    bubble(4, 'sent'),
    bubble(0, 'queued', { store_id: 1 }),
  ]);
  await insert('timers', [
    timer('free', LATER, BACKUP),
    timer('held', LATER, NOW),
    timer('waits for a person', LATER, FOREVER),
  ]);
  await insert('night_rounds', [
    { store_id: 2, name: 'square', night: '2026-11-27', started_at: BACKUP, leased_until: BACKUP, finished_at: BACKUP },
    { store_id: 2, name: 'square', night: '2026-11-28', started_at: BACKUP, leased_until: FOREVER },
  ]);
  await insert('till_intents', [
    intent('asked', {}),
    intent('open', { response: '{}' }),
    intent('settled', { response: '{}', settled_at: BACKUP }),
  ]);
  await insert('square_catalogues', [{ store_id: 2, leased_until: FOREVER, due_at: null }]);
  await insert('square_variations', [
    { store_id: 2, isbn13: 'counted', variation_id: 'a', is_counted: true, seen_at: BACKUP },
    { store_id: 2, isbn13: 'called for', variation_id: 'b', is_counted: true, seen_at: BACKUP },
    { store_id: 2, isbn13: 'not counted', variation_id: 'c', is_counted: false, seen_at: BACKUP },
  ]);
  await insert('stock_checks', [{ store_id: 2, isbn13: 'called for', due_at: BACKUP }]);
}

async function world() {
  return {
    restores: await select('restores', 'store_id, backup_at, restored_at', 'store_id'),
    threads: await select('threads', 'store_id, lease_owner, lease_until', 'actor_key'),
    commands: await select('commands', 'name, status, attempt, owner IS NULL, due_at', 'name'),
    messages: await select('messages', 'store_id, position, status, channel', 'position'),
    timers: await select('timers', 'id, held_until', 'id'),
    nightRounds: await select('night_rounds', 'night::text, leased_until', 'night'),
    tillIntents: await select('till_intents', 'key, checked_at', 'key'),
    squareCatalogues: await select('square_catalogues', 'leased_until, due_at', 'store_id'),
    stockChecks: await select('stock_checks', 'isbn13, due_at, calls', 'isbn13'),
  };
}

/** @param calls for a look at the book that somebody had called for before */
const anew = (now: Date, calls: number) => ({
  restores: [[2, BACKUP, now]],
  threads: [
    [1, 'dead/1', LATER],
    [2, null, null],
  ],
  commands: [
    ['done', 'done', 1, true, null],
    ['pending', 'pending', 1, true, LATER],
    ['running', 'pending', 2, true, NOW],
  ],
  messages: [
    [1, 0, 'queued', null],
    [2, 0, 'sending', 'twilio'],
    [2, 1, 'sending', 'smobi'],
    [2, 2, 'queued', null],
    [2, 3, 'sending', 'twilio'],
    [2, 4, 'sent', null],
  ],
  timers: [
    ['free', BACKUP],
    ['held', LATER],
    ['waits for a person', FOREVER],
  ],
  nightRounds: [
    ['2026-11-27', BACKUP],
    ['2026-11-28', now],
  ],
  tillIntents: [
    ['asked', BACKUP],
    ['open', null],
    ['settled', BACKUP],
  ],
  squareCatalogues: [[null, now]],
  stockChecks: [
    ['called for', now, calls],
    ['counted', now, calls - 1],
  ],
});

test('a store goes on from its backup, and a second time changes nothing but when it is asked for', async () => {
  await asAtTheBackup();
  const done = { commands: 2, bubbles: 3, links: 1 };
  const lost = { storeId: 2, backupAt: BACKUP };
  expect(await setUpAnew(database.pool, { ...lost, now: NOW })).toEqual(done);
  expect(await world()).toEqual(anew(NOW, 2));
  const again = at('11:00:00');
  expect(await setUpAnew(database.pool, { ...lost, now: again })).toEqual(done);
  expect(await world()).toEqual(anew(again, 3));
});
