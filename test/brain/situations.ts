// Situations for tests: a quiet wednesday afternoon in the demo shop, and whatever a test says about it.
import type { StoreFacts, Situation } from '../../src/brain/situation.ts';
import { shownBook } from '../../src/catalogue/shown-book.ts';
import { bookOf } from './shelf.ts';

const open = [{ opens: '12:00', closes: '19:00' }];

export const STORE: StoreFacts = {
  name: 'Dungeon Books',
  timezone: 'America/New_York',
  hours: { weekly: { mon: [], tue: [], wed: open, thu: open, fri: open, sat: open, sun: open }, holidays: [] },
  phone: '+12015550123',
  place: '115 Brunswick St, Jersey City NJ',
  persona: null,
  shippingCents: 800,
  taxRatePpm: 66_250,
};

export const WEDNESDAY_ONE_PM = Date.parse('2026-11-25T18:00:00Z');

/** A situation in which the customer has just written `texts`. */
export function situation(texts: string | string[], over: Partial<Situation> = {}): Situation {
  const offers = over.offers ?? [];
  return {
    stage: 'browsing',
    chosen: null,
    found: [],
    elsewhere: null,
    orderId: null,
    threadId: '00000000-0000-7000-8000-0000000000aa',
    storeId: 1,
    actorKey: '00000000-0000-7000-8000-000000000001',
    unread: typeof texts === 'string' ? [texts] : texts,
    history: [],
    table: offers,
    seenIsbns: [],
    orders: [],
    library: { owned: [], lastBought: null, askAbout: null },
    summary: null,
    awaySinceMs: null,
    begun: null,
    store: STORE,
    seed: 0,
    now: WEDNESDAY_ONE_PM,
    ...over,
    offers,
  };
}

/** The named books of the test shelf, as they are offered. */
export function offered(...titles: string[]) {
  return titles.map((title) => shownBook(bookOf(title)));
}
