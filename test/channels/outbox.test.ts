// The hand-over of the right to send, statement by statement, with a third connection that holds the lock between them.
import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sayWriter } from '../../actors/say.ts';
import { releaseWhenEmpty, takeLease } from '../../src/channels/outbox.ts';
import type { Sender } from '../../src/channels/outbox.ts';
import { useDatabase } from '../harness/database.ts';
import { NOON, PhoneLine, recordingChannel, SHOP, vault, voice } from './phone-line.ts';

const database = useDatabase();
let line: PhoneLine;
let first: Sender;
let other: PoolClient;

beforeEach(async () => {
  line = new PhoneLine(database, [recordingChannel('smobi').channel]);
  await line.hear('hi');
  first = { storeId: 1, actorKey: line.actorKey, commandId: randomUUID(), attempt: 1 };
  await takeLease(database.db, first, NOON);
  other = await database.pool.connect();
  await other.query('begin');
  await other.query('select 1 from threads where actor_key = $1 for no key update', [line.actorKey]);
});
afterEach(() => other.release());

/** Until somebody waits for the lock that `other` holds. */
async function untilSomebodyWaits(): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await database.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rowCount).toBe(1);
  }, 20_000);
}

test('a bubble that is committed while the sender waits to give up its right is seen by it', async () => {
  const release = releaseWhenEmpty(database.db, first, NOON);
  await untilSomebodyWaits();
  const speech = { bubbles: ['wait for me'], kind: 'fact' as const, by: 'marty' as const };
  await sayWriter({ vault, voice, shopOf: () => SHOP }).write(other, [line.effect(speech)]);
  await other.query('commit');
  expect(await release).toBe(false);
  expect((await line.thread())?.leaseOwner).toBe(`${first.commandId}/1`);
});

test('a sender that asks while the right is being given up waits and gets it', async () => {
  const take = takeLease(database.db, { ...first, commandId: randomUUID() }, NOON);
  await untilSomebodyWaits();
  await other.query('update threads set lease_owner = null where actor_key = $1', [line.actorKey]);
  await other.query('commit');
  expect(await take).toBe(true);
});

test('a later attempt takes the right over from the one that died, and never the other way round', async () => {
  await other.query('commit');
  const second = { ...first, attempt: 2 };
  expect(await takeLease(database.db, second, NOON)).toBe(true);
  expect(await takeLease(database.db, first, NOON)).toBe(false);
  expect((await line.thread())?.leaseOwner).toBe(`${first.commandId}/2`);
});
