// The transcript as the customer sees it, each bubble with how far it got. In the past, only what had been said by then.
import { Transcript } from '../../../../web/wire/messages.ts';
import type { TranscriptItem } from '../../../../web/wire/messages.ts';
import { element, setAttributes } from '../../../dom.ts';
import { isAbort } from '../../api.ts';
import type { Office } from '../../desk.ts';
import { button } from '../../parts/controls.ts';
import { broken, empty, loading } from '../../parts/states.ts';
import type { JourneyStore } from '../../time/journey.ts';
import { pastBanner } from '../../time/slider.ts';
import { clock, moment } from '../../when.ts';
import { words } from '../../words.ts';

const PAGE = 60;
const NEAR_END_PX = 160;
/** How often bubbles that are on their way are looked at again. */
const ON_THE_WAY_MS = 1_500;
const MOVING: ReadonlySet<TranscriptItem['status']> = new Set(['queued', 'sending']);

export type TranscriptView = { root: HTMLElement; refresh(): Promise<void> };
type Row = { item: TranscriptItem; row: HTMLLIElement };

export function createTranscript(
  { api, complain }: Office,
  path: string,
  name: string,
  journey: JourneyStore,
  signal: AbortSignal,
): TranscriptView {
  const list = element('ol', { class: 'bubbles' }, element('li', {}, loading()));
  const above = element('div', { class: 'bubbles-above' });
  const label = words.transcript.label(name);
  const log = element('div', { class: 'transcript', role: 'log', tabindex: '0', 'aria-label': label }, above, list);
  const root = element('div', { class: 'transcript-place' }, pastBanner(journey, signal), log);
  const rows = new Map<string, Row>();
  let earlier: string | null = null;
  let isFirst = true;
  let isReading = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = (before: string) => api.get(`${path}/messages`, Transcript, { query: { before, limit: PAGE }, signal });
  const draw = (items: TranscriptItem[]) => {
    for (const item of items) rows.set(item.id, dressed(rows.get(item.id), item));
    place(list, rows);
    showUntil();
  };
  const showUntil = () => {
    const { at } = journey.getSnapshot().context;
    for (const { item, row } of rows.values()) row.hidden = at !== null && item.seq > at;
    const oldest = Math.min(...[...rows.values()].map(({ item }) => item.seq));
    if (at !== null && oldest > at) void readEarlier();
  };
  const readEarlier = async () => {
    if (earlier === null || isReading) return;
    isReading = true;
    try {
      const { scrollHeight, scrollTop } = log;
      const page = await read(earlier);
      earlier = page.nextCursor;
      showAbove();
      draw(page.items);
      log.scrollTop = scrollTop + log.scrollHeight - scrollHeight;
    } catch (error) {
      complain(error);
    } finally {
      isReading = false;
    }
  };
  const showAbove = () => {
    if (rows.size === 0 && earlier === null)
      above.replaceChildren(empty(words.transcript.none, words.transcript.noneText));
    else if (earlier === null) above.replaceChildren();
    else above.replaceChildren(button(words.transcript.earlier, readEarlier, { small: true }));
  };
  const show = ({ items, nextCursor }: Transcript) => {
    const isNearEnd = isAtEnd(log);
    const before = rows.size;
    if (isFirst) {
      earlier = nextCursor;
      list.replaceChildren();
    }
    draw(items);
    if (isFirst) showAbove();
    if (isFirst || (rows.size > before && isNearEnd)) log.scrollTo({ top: log.scrollHeight });
    isFirst = false;
    clearTimeout(timer);
    if (items.some(({ status }) => MOVING.has(status))) timer = setTimeout(() => void refresh(), ON_THE_WAY_MS);
  };
  const refresh = async () => {
    try {
      show(await read('latest'));
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      if (isFirst) list.replaceChildren(element('li', {}, broken(error, refresh)));
      else complain(error);
    }
  };
  // Turns come while somebody reads earlier texts: only travelling moves the list.
  let at: number | null = null;
  const subscription = journey.subscribe(({ context }) => {
    showUntil();
    if (context.at === at) return;
    at = context.at;
    if (at === null) log.scrollTo({ top: log.scrollHeight });
    else [...list.querySelectorAll('li:not([hidden])')].at(-1)?.scrollIntoView({ block: 'nearest' });
  });
  stayAtEnd(log, signal);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    },
    { once: true },
  );
  void refresh();
  return { root, refresh };
}

function isAtEnd(log: HTMLElement): boolean {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
}

/** A draft that appears below takes room from the list: what was said last stays in sight. */
function stayAtEnd(log: HTMLElement, signal: AbortSignal): void {
  let wasAtEnd = true;
  log.addEventListener('scroll', () => (wasAtEnd = isAtEnd(log)), { passive: true, signal });
  const sizes = new ResizeObserver(() => wasAtEnd && log.scrollTo({ top: log.scrollHeight }));
  sizes.observe(log);
  signal.addEventListener('abort', () => sizes.disconnect(), { once: true });
}

function dressed(known: Row | undefined, item: TranscriptItem): Row {
  if (known && JSON.stringify(known.item) === JSON.stringify(item)) return known;
  const row = known?.row ?? element('li');
  const { text, at, by, status, reason, direction } = item;
  const who = element('span', { class: 'unseen' }, `${words.by[by]}: `);
  const meta = element('p', { class: 'bubble-meta' }, element('time', { datetime: at, title: moment(at) }, clock(at)));
  if (by === 'staff') meta.append(' · ', words.by.staff);
  if (direction === 'outbound') {
    meta.append(' · ', element('span', { class: `delivery delivery-${status}` }, words.delivery[status]));
  }
  if (reason !== null) meta.append(' · ', words.transcript.reason(reason));
  setAttributes(row, { class: 'bubble-row', 'data-by': by, 'data-status': status });
  row.replaceChildren(element('p', { class: 'bubble-day' }), element('div', { class: 'bubble' }, who, text), meta);
  return { item, row };
}

/** Oldest first, each day named once. */
function place(list: HTMLElement, rows: ReadonlyMap<string, Row>): void {
  const sorted = [...rows.values()].sort((a, b) => a.item.at.localeCompare(b.item.at) || a.item.seq - b.item.seq);
  let day = '';
  sorted.forEach(({ item, row }, index) => {
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    const its = new Date(item.at).toDateString();
    const label = row.querySelector('.bubble-day');
    if (label) label.textContent = its === day ? '' : dayName(item.at);
    day = its;
  });
}

function dayName(at: string): string {
  return new Date(at).toLocaleDateString(undefined, { weekday: 'long', month: 'long', day: 'numeric' });
}
