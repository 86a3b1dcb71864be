import { describe, expect, test } from 'vitest';
import type { Message } from '../../schema/messages.ts';
import { lostBetween, mayRepeat, wasQueuedBefore } from '../../src/channels/lost-time.ts';
import type { Known } from '../../src/channels/lost-time.ts';

const HOUR_MS = 60 * 60_000;
const BACKUP = new Date('2026-11-28T08:00:00Z');
const RESTORE = new Date('2026-11-28T10:00:00Z');
const lost = lostBetween(BACKUP, RESTORE);
/** So many hours after the restore. */
const later = (hours: number) => new Date(RESTORE.getTime() + hours * HOUR_MS);

type Bubble = Pick<Message, 'status' | 'at' | 'exempt' | 'by' | 'line'>;
const notice: Bubble = { status: 'queued', at: later(1), exempt: false, by: 'marty', line: 'order.paid.pickup' };
const before = new Date(BACKUP.getTime() - HOUR_MS);
const customer: Known = { heardAt: before, orderedAt: before };

test('nothing is lost where no backup came back', () => {
  expect([lostBetween(null, null), lostBetween(BACKUP, null), lostBetween(null, RESTORE)]).toEqual([null, null, null]);
  expect(lost).toEqual({ fromMs: BACKUP.getTime(), untilMs: RESTORE.getTime() });
  expect(mayRepeat(null, customer, notice)).toBe(false);
});

describe('after a restore', () => {
  test.each<[string, Partial<Bubble>, Partial<Known>, boolean]>([
    ['news of an order from before the backup', {}, {}, true],
    ['such news, though the customer has written since', {}, { heardAt: later(0.5) }, true],
    ['news of an order at the very backup', {}, { heardAt: later(0.5), orderedAt: BACKUP }, true],
    ['a reminder to who has written nothing since', { line: 'waitlist.back' }, {}, true],
    ['free talk to who has written nothing since', { line: null }, {}, true],
    ['news to who never wrote and never ordered', {}, { heardAt: null, orderedAt: null }, true],
    ['what is queued at the very restore', { at: RESTORE }, {}, true],
    ['what is queued a day after it', { at: later(24) }, {}, true],
  ])('%s may have been heard (%#)', (_what, bubble, known, may) => {
    expect(mayRepeat(lost, { ...customer, ...known }, { ...notice, ...bubble })).toBe(may);
  });

  test.each<[string, Partial<Bubble>, Partial<Known>]>([
    ['the receipt of an order that was placed since', {}, { heardAt: later(0.5), orderedAt: later(0.6) }],
    ['an answer about an order that is not known', {}, { heardAt: later(0.5), orderedAt: null }],
    ['an answer to a text that came since', { line: null }, { heardAt: later(0.5) }],
    ['what the law asks for', { exempt: true }, {}],
    ['what staff write', { by: 'staff', line: null }, {}],
    ['what is half sent', { status: 'sending' }, {}],
    ['what was queued before the restore', { at: new Date(RESTORE.getTime() - 1) }, {}],
    ['what is queued more than a day after it', { at: new Date(later(24).getTime() + 1) }, {}],
  ])('%s has not been heard', (_what, bubble, known) => {
    expect(mayRepeat(lost, { ...customer, ...known }, { ...notice, ...bubble })).toBe(false);
  });

  test.each([
    ['sending', -1, true],
    ['sending', 0, false],
    ['queued', -1, false],
  ] as const)('a bubble that is %s and %i ms from the restore was queued before it: %s', (status, ms, was) => {
    expect(wasQueuedBefore(lost, { status, at: new Date(RESTORE.getTime() + ms) })).toBe(was);
  });
});

test('where nothing came back nothing was queued before', () => {
  expect(wasQueuedBefore(null, { status: 'sending', at: before })).toBe(false);
});
