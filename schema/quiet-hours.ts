// When we may begin to text somebody ourselves: by day, by the clock of the shop and by that of the phone.
// Pure: zones and instants come in. The statechart waits by it, and the last gate before a phone asks it again.

/**
 * Hours of the day, by every clock in question. Federal law (47 CFR 64.1200) lets us begin from 8 to 21; several states
 * end at 20, and nobody misses the first hour.
 */
export const WAKING_HOURS = { from: 9, to: 20 } as const;

/** Where a phone may be of which we know nothing: from coast to coast. */
export const COAST_TO_COAST: readonly string[] = ['America/New_York', 'America/Los_Angeles'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_HOURS = 24;
/** Two zones that share waking hours agree within two steps each; zones that share none never do. */
const STEPS_MAX = 6;

/**
 * From when on everybody concerned is awake: `atMs` itself where they are. Milliseconds since 1970 (UTC).
 * @param zones IANA names, the phone's own last; where they share no waking hour, the phone's alone counts. None: nobody sleeps there
 */
export function wakesAt(zones: readonly string[], atMs: number): number {
  let wakeMs = atMs;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const asleep = zones.find((zone) => !isAwake(zone, wakeMs));
    if (asleep === undefined) return wakeMs;
    wakeMs = nextMorning(asleep, wakeMs);
  }
  return wakesAt(zones.slice(-1), atMs);
}

function isAwake(zone: string, atMs: number): boolean {
  const { hour } = clockOf(zone, atMs);
  return hour >= WAKING_HOURS.from && hour < WAKING_HOURS.to;
}

function nextMorning(zone: string, atMs: number): number {
  const { hour, minute } = clockOf(zone, atMs);
  const hours = (WAKING_HOURS.from - hour + DAY_HOURS) % DAY_HOURS;
  const morningMs = atMs - (atMs % MINUTE_MS) + hours * HOUR_MS - minute * MINUTE_MS;
  // In the night in which clocks change, that many hours are one too few or too many.
  return morningMs + (WAKING_HOURS.from - clockOf(zone, morningMs).hour) * HOUR_MS;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string, atMs: number): { hour: number; minute: number } {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-US', OPTIONS(zone));
  clocks.set(zone, clock);
  const parts = clock.formatToParts(atMs);
  const read = (type: 'hour' | 'minute') => Number(parts.find((part) => part.type === type)?.value);
  return { hour: read('hour'), minute: read('minute') };
}

const OPTIONS = (timeZone: string): Intl.DateTimeFormatOptions => ({
  timeZone,
  hour: 'numeric',
  minute: 'numeric',
  hourCycle: 'h23',
});
