// Times as a person in the shop reads them; the machine-readable one stays in the element.
import { element, setText } from '../dom.ts';
import { words } from './words.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** `just now`, `4 min`, `3 h`, `2 d`, then the date. */
export function ago(at: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(at)) / 1000);
  if (seconds < 45) return words.time.justNow;
  if (seconds < HOUR_S) return words.time.minutes(Math.round(seconds / MINUTE_S));
  if (seconds < DAY_S) return words.time.hours(Math.round(seconds / HOUR_S));
  if (seconds < 14 * DAY_S) return words.time.days(Math.round(seconds / DAY_S));
  return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `12 s`, `3 min`, `4.5 h`, `2 d`; a dash for nothing. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 10) return words.time.seconds(Number(seconds.toFixed(1)));
  if (seconds < 100) return words.time.seconds(Math.round(seconds));
  if (seconds < 100 * MINUTE_S) return words.time.minutes(Math.round(seconds / MINUTE_S));
  if (seconds < 48 * HOUR_S) return words.time.hours(Number((seconds / HOUR_S).toFixed(1)));
  return words.time.days(Math.round(seconds / DAY_S));
}

/** What is left until an instant: `4:09`, `2 h 05 min`, `3 d 4 h`; `now` when it is over. */
export function left(untilMs: number, nowMs: number): string {
  const seconds = Math.ceil((untilMs - nowMs) / 1000);
  if (seconds <= 0) return words.time.due;
  const [hours, minutes] = [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / MINUTE_S)];
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return `${minutes}:${String(seconds % MINUTE_S).padStart(2, '0')}`;
}

/** `Nov 22, 7:04:09 PM`, in the reader's own way. */
export function moment(at: string): string {
  return new Date(at).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });
}

export function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
}

/** How long ago, with the instant as a tooltip; `keepAges` lets it grow older. */
export function agoElement(at: string): HTMLTimeElement {
  return element('time', { class: 'ago', datetime: at, title: moment(at) }, ago(at, Date.now()));
}

const AGE_EVERY_MS = 15_000;

/** From now on what is on the page ages, also in rows that nothing else draws anew. */
export function keepAges(): void {
  setInterval(() => {
    for (const one of document.querySelectorAll<HTMLTimeElement>('time.ago'))
      setText(one, ago(one.dateTime, Date.now()));
  }, AGE_EVERY_MS);
}

/** A countdown that moves each second until `signal` fires. */
export function countdown(until: string, signal: AbortSignal): HTMLTimeElement {
  const made = element('time', { datetime: until, title: moment(until), class: 'countdown' });
  const show = () => {
    made.textContent = left(Date.parse(until), Date.now());
  };
  show();
  const timer = setInterval(() => (made.isConnected || signal.aborted ? show() : clearInterval(timer)), 1000);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return made;
}
