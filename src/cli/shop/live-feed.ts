// The turns of every process as they commit, read from the journal: one reader a process, whoever listens, and only while
// somebody does. A listener that is too slow is told that it missed something, and holds up nobody.
import type { LiveFeed, LiveNews } from '../../web/deps.ts';
import { findTurns, parseMark, tellTurns } from './journal-tail.ts';
import type { TurnMark } from './journal-tail.ts';
import type { Shop } from './open-shop.ts';
import { errorName } from '../../runtime/errors.ts';

/** Other processes' turns are looked for this often; one's own process says when to look. */
const LOOK_MS = 500;
const LOOK_AT_MOST_EVERY_MS = 50;
/** Turns commit in another order than they begin in, and clocks differ: each look goes back so far. */
const LOOK_BACK_MS = 3_000;
/** More than that between two looks, and listeners are told to read anew. */
const TURNS_A_LOOK_MAX = 2_000;
const BUFFERED_MAX = 1_000;
const RESUMED_MAX = 1_000;
const RESUME_WITHIN_MS = 10 * 60_000;

type Listener = { storeId: number; waiting: LiveNews[]; ring: () => void };

export function liveFeed(shop: Shop): LiveFeed {
  const reader = createReader(shop);
  return async function* (storeId, signal, lastEventId) {
    const listener: Listener = { storeId, waiting: [], ring: () => undefined };
    reader.join(listener);
    signal.addEventListener('abort', () => listener.ring(), { once: true });
    try {
      if (lastEventId !== undefined) yield* missed(shop, storeId, lastEventId);
      while (!signal.aborted) {
        const news = listener.waiting.shift();
        if (news) yield news;
        else await new Promise<void>((resolve) => (listener.ring = resolve));
      }
    } finally {
      reader.leave(listener);
    }
  };
}

/** What came after an event that the listener has; some of it once more, never less, or word that it is too much. */
async function* missed(shop: Shop, storeId: number, lastEventId: string): AsyncGenerator<LiveNews> {
  const last = parseMark(lastEventId);
  if (last === null || shop.clock.now() - last.at.getTime() > RESUME_WITHIN_MS) return yield 'gap';
  const since = new Date(last.at.getTime() - LOOK_BACK_MS);
  const marks = await findTurns(shop, { since, storeId, limit: RESUMED_MAX + 1 });
  if (marks.length > RESUMED_MAX) return yield 'gap';
  const unseen = marks.filter(({ actorKey, seq }) => actorKey !== last.actorKey || seq !== last.seq);
  yield* await tellTurns(shop, unseen);
}

function createReader(shop: Shop) {
  const listeners = new Set<Listener>();
  let told = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let since = new Date(shop.clock.now());

  async function look(): Promise<void> {
    timer = null;
    isLooking = true;
    try {
      await tellNew();
    } catch (error) {
      shop.log.warn({ error: errorName(error) }, 'the journal could not be read');
    } finally {
      isLooking = false;
      lookIn(LOOK_MS);
    }
  }

  async function tellNew(): Promise<void> {
    const beganMs = shop.clock.now();
    const marks = await findTurns(shop, { since, limit: TURNS_A_LOOK_MAX });
    const fresh = marks.filter((mark) => !told.has(nameOf(mark)));
    const floorMs = beganMs - LOOK_BACK_MS;
    // Who listened from the first turn on must not hear of the time before.
    told = new Map(marks.map((mark) => [nameOf(mark), mark.at.getTime()]));
    since = new Date(Math.max(since.getTime(), floorMs));
    if (marks.length === TURNS_A_LOOK_MAX) return spread('gap', () => true);
    for (const news of await tellTurns(shop, fresh)) {
      if (news !== 'gap') spread(news, ({ storeId }) => storeId === news.storeId);
    }
  }

  function spread(news: LiveNews, concerns: (listener: Listener) => boolean): void {
    for (const listener of listeners) {
      if (!concerns(listener)) continue;
      if (listener.waiting.length >= BUFFERED_MAX) listener.waiting = ['gap'];
      else listener.waiting.push(news);
      listener.ring();
    }
  }

  function lookIn(ms: number): void {
    if (listeners.size === 0 || isLooking) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  }

  let pokedAtMs = 0;
  const poke = () => {
    const nowMs = shop.clock.now();
    if (nowMs - pokedAtMs < LOOK_AT_MOST_EVERY_MS) return;
    pokedAtMs = nowMs;
    lookIn(LOOK_AT_MOST_EVERY_MS);
  };

  return {
    join(listener: Listener): void {
      listeners.add(listener);
      if (listeners.size > 1) return;
      since = new Date(shop.clock.now());
      shop.runtime.news.on('turn', poke);
      lookIn(LOOK_MS);
    },
    leave(listener: Listener): void {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      shop.runtime.news.off('turn', poke);
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

function nameOf({ actorKey, seq }: TurnMark): string {
  return `${actorKey}/${seq}`;
}
