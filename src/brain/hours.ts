// When the shop is open, in its own zone and in words. Works on local wall-clock times only, so that a day of
// 23 or 25 hours (summer time) changes nothing.
import { WEEKDAYS } from '../../schema/stores.ts';
import type { OpenSpan, StoreHours, Weekday } from '../../schema/stores.ts';

/** Open until `closes` today, or closed until `next` (`daysAhead` 0 is today); null: not within the next two weeks. */
export type Openness =
  { open: true; closes: string } | { open: false; next: { daysAhead: number; weekday: Weekday; opens: string } | null };

const DAYS_AHEAD_MAX = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

type LocalTime = { date: string; weekday: Weekday; clock: string };

/** Whether the shop is open at `nowMs` (UTC) in the IANA zone `timezone`, and what changes next. */
export function openness(hours: StoreHours, timezone: string, nowMs: number): Openness {
  const now = localTime(timezone, nowMs);
  const current = spansOn(hours, now.date).find((span) => span.opens <= now.clock && now.clock < span.closes);
  if (current !== undefined) return { open: true, closes: current.closes };
  return { open: false, next: nextOpening(hours, now) };
}

/** "closed" · "open noon to 7" · "open 9am to noon and 2 to 7", on the day so many days from now. */
export function dayOpennessWords(hours: StoreHours, timezone: string, nowMs: number, daysAhead: number): string {
  const spans = spansOn(hours, dateAfter(localTime(timezone, nowMs).date, daysAhead));
  return spans.length === 0 ? 'closed' : `open ${spanWords(spans)}`;
}

/** How many days from now the next such weekday is: 0 to 6. */
export function daysUntil(weekday: Weekday, timezone: string, nowMs: number): number {
  const today = WEEKDAYS.indexOf(localTime(timezone, nowMs).weekday);
  return (WEEKDAYS.indexOf(weekday) - today + WEEKDAYS.length) % WEEKDAYS.length;
}

function spanWords(spans: readonly OpenSpan[]): string {
  return spans.map((span) => `${clockWords(span.opens)} to ${clockWords(span.closes)}`).join(' and ');
}

function nextOpening(hours: StoreHours, now: LocalTime) {
  for (let daysAhead = 0; daysAhead <= DAYS_AHEAD_MAX; daysAhead += 1) {
    const date = dateAfter(now.date, daysAhead);
    const span = spansOn(hours, date).find((each) => daysAhead > 0 || each.opens > now.clock);
    if (span !== undefined) return { daysAhead, weekday: weekdayOf(date), opens: span.opens };
  }
  return null;
}

/** What holds on one local date, holidays first, in order of time. */
function spansOn(hours: StoreHours, date: string): OpenSpan[] {
  const holiday = hours.holidays.find((each) => each.date === date);
  const spans = holiday?.open ?? hours.weekly[weekdayOf(date)];
  return [...spans].sort((a, b) => a.opens.localeCompare(b.opens));
}

function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function weekdayOf(date: string): Weekday {
  const fromMonday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return WEEKDAYS[fromMonday] ?? 'mon';
}

function localTime(timezone: string, nowMs: number): LocalTime {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const part = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const date = `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
  return { date, weekday: weekdayOf(date), clock: `${part.get('hour')}:${part.get('minute')}` };
}

/** "open til 7 today" · "closed, opens wed at noon" · "closed for now". */
export function opennessWords(hours: StoreHours, timezone: string, nowMs: number): string {
  const now = openness(hours, timezone, nowMs);
  if (now.open) return `open til ${clockWords(now.closes)} today`;
  if (now.next === null) return 'closed for now';
  return `closed, opens ${dayWords(now.next)} at ${clockWords(now.next.opens)}`;
}

function dayWords({ daysAhead, weekday }: { daysAhead: number; weekday: Weekday }): string {
  if (daysAhead === 0) return 'today';
  if (daysAhead === 1) return 'tomorrow';
  return daysAhead >= 7 ? `next ${weekday}` : weekday;
}

/** "12:00" → "noon", "09:30" → "9:30am", "19:00" → "7": afternoons go without "pm", as people text. */
export function clockWords(clock: string): string {
  if (clock === '12:00') return 'noon';
  if (clock === '24:00' || clock === '00:00') return 'midnight';
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const shown = `${hour > 12 ? hour - 12 : hour}${minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`}`;
  return hour < 12 ? `${shown}am` : shown;
}

/** "wed to sun, noon to 7" · "mon 10am to 6, tue noon to 8" · "daily, 9am to 5". Holidays are left out. */
export function weekWords(hours: StoreHours): string {
  const runs = runsOfEqualDays(hours);
  const [only] = runs;
  if (only === undefined) return 'closed for now';
  if (runs.length === 1) return `${runName(only)}, ${only.words}`;
  return runs.map((run) => `${runName(run)} ${run.words}`).join(', ');
}

type Run = { first: number; last: number; words: string };

function runsOfEqualDays(hours: StoreHours): Run[] {
  const runs: Run[] = [];
  for (const [index, weekday] of WEEKDAYS.entries()) {
    const words = spanWords(hours.weekly[weekday]);
    const previous = runs.at(-1);
    if (words === '') continue;
    if (previous?.words === words && previous.last === index - 1) previous.last = index;
    else runs.push({ first: index, last: index, words });
  }
  return runs;
}

function runName({ first, last }: Run): string {
  if (first === 0 && last === WEEKDAYS.length - 1) return 'daily';
  return first === last ? `${WEEKDAYS[first]}` : `${WEEKDAYS[first]} to ${WEEKDAYS[last]}`;
}
