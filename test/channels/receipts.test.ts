// What a provider says later about a bubble: forward only, and only about ours.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Channels } from '../../src/channels/channels.ts';
import { applyReceipt } from '../../src/channels/receipts.ts';
import type { Receipt } from '../../src/channels/receipts.ts';
import { parseReference, referenceOf } from '../../src/channels/reference.ts';
import { useDatabase } from '../harness/database.ts';
import { NOON, PhoneLine, recordingChannel } from './phone-line.ts';

const database = useDatabase();
let line: PhoneLine;
let smobi: ReturnType<typeof recordingChannel>;
beforeEach(async () => {
  smobi = recordingChannel('smobi');
  line = new PhoneLine(database, [smobi.channel]);
  await line.hear('hi', { messageId: 'in-1' });
  await line.fact('one');
});

const bubble = async () => {
  const row = (await line.rows())[1];
  if (!row) throw new Error('the bubble is missing');
  return row;
};
const receive = async (
  status: Receipt['status'],
  overrides: Partial<Receipt> = {},
  onRefused: Channels['onRefused'] = () => Promise.reject(new Error('no carrier refused')),
) =>
  applyReceipt(
    database.db,
    { providerId: 'p-x', reference: referenceOf(await bubble()), status, ...overrides },
    NOON,
    [1],
    onRefused,
  );

describe('a receipt', () => {
  test.each<[Array<Receipt['status']>, string]>([
    [['sent', 'delivered', 'read'], 'read'],
    [['read', 'delivered', 'sent'], 'read'],
    [['delivered', 'failed'], 'delivered'],
    [['failed', 'delivered'], 'failed'],
    [['delivered', 'delivered'], 'delivered'],
  ])('%j ends in %s', async (statuses, end) => {
    await line.deliver();
    for (const status of statuses) await receive(status);
    expect((await bubble()).status).toBe(end);
  });

  test('says whose bubble it moved, if any', async () => {
    await line.deliver();
    const whose = { storeId: 1, actorKey: line.actorKey };
    expect([await receive('delivered'), await receive('delivered'), await receive('sent')]).toEqual([
      whose,
      null,
      null,
    ]);
  });

  test('of an opt-out is told to its customer before it counts: one that could not be told is told when it comes again', async () => {
    await line.deliver();
    const told: string[] = [];
    const overloaded = () => Promise.reject(new Error('overloaded'));
    const tells: Channels['onRefused'] = async ({ actorKey }, why) => void told.push(`${actorKey} ${why}`);
    await expect(receive('failed', { refusal: 'opted_out' }, overloaded)).rejects.toThrow('overloaded');
    for (let times = 0; times < 2; times += 1) await receive('failed', { refusal: 'opted_out' }, tells);
    expect([told, await bubble()]).toMatchObject([[`${line.actorKey} opted_out`], { status: 'failed' }]);
  });

  test('without our reference finds the bubble by the provider’s id', async () => {
    await line.deliver();
    const { providerId } = await bubble();
    expect(await receive('delivered', { reference: null, providerId: providerId ?? '' })).not.toBeNull();
  });

  test('about a text that came in, or about nothing of ours, changes nothing', async () => {
    expect(await receive('failed', { reference: null, providerId: 'in-1' })).toBeNull();
    expect(await receive('failed', { reference: 'somebody-elses', providerId: 'nobody' })).toBeNull();
    expect((await line.rows()).map(({ status }) => status)).toEqual(['received', 'queued']);
  });

  test('that overtakes the answer to the send is not overwritten by it', async () => {
    smobi.answer = async (request) => {
      await receive('delivered');
      return smobi.take(request);
    };
    await line.deliver();
    expect(await bubble()).toMatchObject({ status: 'delivered', providerId: 'p-1' });
  });

  test('settles a bubble of unknown fate: it is not sent again', async () => {
    await line.dieWhileSending();
    await receive('sent');
    expect(await line.deliver()).toEqual({ sent: 0, dropped: 0, failed: 0, unknown: 0 });
  });

  test('never revives what was dropped', async () => {
    await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
    await line.deliver();
    expect(await receive('delivered')).toBeNull();
    expect((await bubble()).status).toBe('dropped');
  });
});

test('a reference names its row and nothing else does', () => {
  const row = { storeId: 12, id: '019a0000-0000-7000-8000-000000000001' };
  expect(parseReference(referenceOf(row))).toEqual(row);
  expect(['', '12', '12-x', 'x-019a0000-0000-7000-8000-000000000001', '-1-2'].map(parseReference)).toEqual(
    Array(5).fill(null),
  );
});
