// Nothing that we begin ourselves leaves while its reader may sleep; what they asked for leaves at any hour.
import { beforeEach, describe, expect, test } from 'vitest';
import { COAST_TO_COAST, wakesAt } from '../../schema/quiet-hours.ts';
import { clocksFor } from '../../src/channels/area-codes.ts';
import { NotYet } from '../../src/runtime/define-actor.ts';
import { useDatabase } from '../harness/database.ts';
import { PhoneLine, recordingChannel } from './phone-line.ts';

const database = useDatabase();
const HOUR_MS = 60 * 60_000;
const NEW_YORK = 'America/New_York';
let smobi: ReturnType<typeof recordingChannel>;
let line: PhoneLine;

beforeEach(() => {
  smobi = recordingChannel('smobi');
  line = new PhoneLine(database, [smobi.channel, recordingChannel('terminal').channel]);
});

describe('a reader wakes', () => {
  const inNewYork = (hour: number, minute = 0) => Date.UTC(2026, 0, 15, hour + 5, minute);
  const hoursFrom = (zones: readonly string[], atMs: number) => (wakesAt(zones, atMs) - atMs) / HOUR_MS;

  test.each([
    [8, 59, 1 / 60],
    [9, 0, 0],
    [12, 34, 0],
    [19, 59, 0],
    [20, 0, 13],
    [23, 30, 9.5],
    [0, 0, 9],
  ])('at nine: from %i:%i it is %f hours', (hour, minute, hours) => {
    expect(hoursFrom([NEW_YORK], inNewYork(hour, minute))).toBeCloseTo(hours, 6);
  });

  test('where all clocks agree that it is day', () => {
    expect(hoursFrom(COAST_TO_COAST, inNewYork(9))).toBe(3);
    expect(hoursFrom(COAST_TO_COAST, inNewYork(20))).toBe(16);
    expect(hoursFrom([NEW_YORK, 'Pacific/Honolulu'], inNewYork(10))).toBe(4);
  });

  test('by the clock of the phone alone, where the two share no waking hour', () => {
    expect(hoursFrom([NEW_YORK, 'Asia/Tokyo'], inNewYork(19))).toBe(0);
  });

  test('at nine also on the mornings after clocks changed', () => {
    expect(wakesAt([NEW_YORK], Date.UTC(2026, 2, 8, 4))).toBe(Date.UTC(2026, 2, 8, 13));
    expect(wakesAt([NEW_YORK], Date.UTC(2026, 10, 1, 3))).toBe(Date.UTC(2026, 10, 1, 14));
  });
});

describe('the clocks that count', () => {
  test.each([
    ['+12015550123', [NEW_YORK]],
    ['+14155550123', [NEW_YORK, 'America/Los_Angeles']],
    ['+16025550123', [NEW_YORK, 'America/Phoenix']],
    ['+17015550123', [NEW_YORK, 'America/Chicago', 'America/Denver']],
    ['+18085550123', [NEW_YORK, 'Pacific/Honolulu']],
    ['+447700900123', [NEW_YORK]],
  ])('for %s are %j', (phone, zones) => {
    expect(clocksFor(NEW_YORK, phone, 'smobi')).toEqual(zones);
  });

  test.each(['simulator', 'terminal'])('for a phone in the %s are none', (channel) => {
    expect(clocksFor(NEW_YORK, '+12015550123', channel)).toEqual([]);
  });
});

describe('what we began ourselves', () => {
  const NIGHT = Date.UTC(2026, 10, 26, 2, 30); // 21:30 in New Jersey
  const MORNING = Date.UTC(2026, 10, 26, 14); // 9 o'clock
  const notice = (title: string) => ({ line: 'order.ready', with: { title }, kind: 'fact', started: true }) as const;

  test('does not leave at night: the command comes back when its reader wakes, and what was asked for goes first', async () => {
    await line.hear('hi');
    line.nowMs = NIGHT;
    await line.say(notice('Dune'), { bubbles: ['an answer'], kind: 'fact', by: 'staff' });
    await expect(line.deliver()).rejects.toEqual(new NotYet(MORNING));
    expect(smobi.texts()).toEqual(['an answer']);
    expect((await line.transcript()).map(([, status]) => status)).toEqual(['received', 'queued', 'sent']);
    expect((await line.thread())?.leaseOwner).toBeNull();
    line.nowMs = MORNING;
    await line.deliver({ attempt: 2 });
    expect(smobi.texts()[1]).toContain('Dune');
  });

  test('is not forgotten by a sender that comes too early', async () => {
    await line.hear('hi');
    line.nowMs = NIGHT;
    await line.say(notice('Dune'));
    for (const attempt of [1, 2]) await expect(line.deliver({ attempt })).rejects.toEqual(new NotYet(MORNING));
    expect(smobi.texts()).toEqual([]);
  });

  test('leaves at any hour where the phone is pretend', async () => {
    line.nowMs = NIGHT;
    await line.hear('hi', { channel: 'terminal' });
    await line.say(notice('Dune'));
    expect(await line.deliver()).toMatchObject({ sent: 1 });
  });

  test.each([
    ['that honours a reference', true],
    ['that can be asked', false],
  ])('does not leave at night after a restore either, by a provider %s', async (_what, honoursReference) => {
    const plain = recordingChannel('smobi', honoursReference);
    const asked = { ...plain.channel, find: () => Promise.resolve(null) };
    line = new PhoneLine(database, [honoursReference ? plain.channel : asked]);
    line.nowMs = NIGHT - 3 * HOUR_MS;
    await line.hear('hi');
    await line.say(notice('Dune'));
    await line.comeBack(line.nowMs, NIGHT);
    await line.dieWhileSending(); // as it is set up anew
    line.nowMs = NIGHT;
    await expect(line.deliver()).rejects.toEqual(new NotYet(MORNING));
    expect([plain.texts(), (await line.rows()).at(-1)?.status]).toEqual([[], 'queued']);
    line.nowMs = MORNING;
    await line.deliver({ attempt: 2 });
    expect(plain.texts()).toEqual([expect.stringContaining('Dune')]);
    await database.pool.query('DELETE FROM restores');
  });

  test('that may be half sent is finished at any hour where nothing was lost', async () => {
    await line.hear('hi');
    await line.say(notice('Dune'));
    await line.dieWhileSending();
    line.nowMs = NIGHT;
    expect(await line.deliver()).toMatchObject({ sent: 1 });
  });

  test('never leaves after a STOP', async () => {
    await line.hear('hi');
    line.nowMs = NIGHT;
    await line.say(notice('Dune'));
    await expect(line.deliver()).rejects.toThrow(NotYet);
    await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
    line.nowMs = MORNING;
    await line.deliver({ attempt: 2 });
    expect([smobi.texts(), (await line.rows()).at(-1)?.status]).toEqual([[], 'dropped']);
  });
});
