// STORE_HOURS in words, as a shop writes them on its door: `Wed–Sun 12–19`, `Mon-Fri 9:30-18, Sat 10-14, Sat 15-17`.
import { z } from 'zod';
import { StoreHours, WEEKDAYS } from '../../../schema/stores.ts';
import type { OpenSpan, Weekday } from '../../../schema/stores.ts';

const PART = /^([a-z]{3})(?:-([a-z]{3}))? (\d{1,2}(?::\d{2})?)-(\d{1,2}(?::\d{2})?)$/;

/** Parses opening hours; days that are not named are closed, and a range of days may pass Sunday. */
export const openingHours = z.string().transform((text, context): StoreHours => {
  const hours = StoreHours.safeParse({ weekly: weekly(text), holidays: [] });
  if (hours.success) return hours.data;
  context.addIssue({ code: 'custom', message: 'not opening hours' });
  return z.NEVER;
});

function weekly(text: string): Record<Weekday, OpenSpan[]> | null {
  const week: Record<Weekday, OpenSpan[]> = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  for (const part of text.toLowerCase().replaceAll('–', '-').split(',')) {
    const match = PART.exec(
      part
        .trim()
        .replaceAll(/\s*-\s*/g, '-')
        .replaceAll(/\s+/g, ' '),
    );
    if (match === null) return null;
    const [, from = '', to = from, opens = '', closes = ''] = match;
    const days = daysBetween(from, to);
    if (days === null) return null;
    for (const day of days) week[day].push({ opens: clock(opens), closes: clock(closes) });
  }
  return week;
}

function daysBetween(from: string, to: string): Weekday[] | null {
  const first = WEEKDAYS.findIndex((day) => day === from);
  const last = WEEKDAYS.findIndex((day) => day === to);
  if (first < 0 || last < 0) return null;
  return first <= last ? WEEKDAYS.slice(first, last + 1) : [...WEEKDAYS.slice(first), ...WEEKDAYS.slice(0, last + 1)];
}

function clock(text: string): string {
  const [hours = '', minutes = '00'] = text.split(':');
  return `${hours.padStart(2, '0')}:${minutes}`;
}
