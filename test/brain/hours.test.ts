import { describe, expect, test } from 'vitest';
import { openness, opennessWords, weekWords } from '../../src/brain/hours.ts';
import type { StoreHours } from '../../schema/stores.ts';

const noonToSeven = [{ opens: '12:00', closes: '19:00' }];
const HOURS: StoreHours = {
  weekly: {
    mon: [],
    tue: [],
    wed: noonToSeven,
    thu: noonToSeven,
    fri: noonToSeven,
    sat: noonToSeven,
    sun: noonToSeven,
  },
  holidays: [{ date: '2026-12-25', name: 'christmas', open: [] }],
};
const NEW_YORK = 'America/New_York';
const at = (iso: string) => Date.parse(iso);

describe('hours: when the shop is open', () => {
  test.each([
    ['a wednesday afternoon', '2026-11-25T18:00:00Z', 'open til 7 today'],
    ['the first minute of the day', '2026-11-25T17:00:00Z', 'open til 7 today'],
    ['the minute of closing', '2026-11-26T00:00:00Z', 'closed, opens tomorrow at noon'],
    ['a wednesday morning', '2026-11-25T14:00:00Z', 'closed, opens today at noon'],
    ['a sunday night', '2026-11-23T01:00:00Z', 'closed, opens wed at noon'],
    ['a tuesday', '2026-11-24T18:00:00Z', 'closed, opens tomorrow at noon'],
    ['christmas day', '2026-12-25T18:00:00Z', 'closed, opens tomorrow at noon'],
  ])('%s', (_name, iso, words) => {
    expect(opennessWords(HOURS, NEW_YORK, at(iso))).toBe(words);
  });

  test('the hour that is skipped in spring and the hour that comes twice in autumn change nothing', () => {
    expect(opennessWords(HOURS, NEW_YORK, at('2026-03-08T06:59:00Z'))).toBe('closed, opens today at noon');
    expect(opennessWords(HOURS, NEW_YORK, at('2026-03-08T15:59:00Z'))).toBe('closed, opens today at noon');
    expect(opennessWords(HOURS, NEW_YORK, at('2026-03-08T16:00:00Z'))).toBe('open til 7 today');
    expect(opennessWords(HOURS, NEW_YORK, at('2026-11-01T16:59:00Z'))).toBe('closed, opens today at noon');
    expect(opennessWords(HOURS, NEW_YORK, at('2026-11-01T17:00:00Z'))).toBe('open til 7 today');
    expect(opennessWords(HOURS, NEW_YORK, at('2026-11-02T00:00:00Z'))).toBe('closed, opens wed at noon');
  });

  test('the same instant is another day in another zone', () => {
    const instant = at('2026-11-25T03:30:00Z');
    expect(openness(HOURS, NEW_YORK, instant)).toEqual({
      open: false,
      next: { daysAhead: 1, weekday: 'wed', opens: '12:00' },
    });
    expect(openness(HOURS, 'Asia/Tokyo', instant)).toEqual({ open: true, closes: '19:00' });
  });

  test('a shop without any hours is closed for now', () => {
    const never: StoreHours = {
      weekly: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
      holidays: [],
    };
    expect(opennessWords(never, NEW_YORK, at('2026-11-25T18:00:00Z'))).toBe('closed for now');
    expect(weekWords(never)).toBe('closed for now');
  });

  test('the week is told in runs of equal days', () => {
    const daily = [{ opens: '09:30', closes: '24:00' }];
    expect(weekWords(HOURS)).toBe('wed to sun, noon to 7');
    expect(weekWords({ ...HOURS, weekly: { ...HOURS.weekly, tue: daily } })).toBe(
      'tue 9:30am to midnight, wed to sun noon to 7',
    );
    const open = { mon: daily, tue: daily, wed: daily, thu: daily, fri: daily, sat: daily, sun: daily };
    expect(weekWords({ weekly: open, holidays: [] })).toBe('daily, 9:30am to midnight');
  });
});
