// The live feed before the whole shop: turns of every process, once each, and on from where a listener broke off.
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { liveFeed } from '../../src/cli/shop/live-feed.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { LiveNews } from '../../src/web/deps.ts';
import { useShop, WAIT } from './kit.ts';

const shop = useShop();

function listen(storeId: number, lastEventId?: string) {
  const heard: LiveNews[] = [];
  const away = new AbortController();
  const over = (async () => {
    for await (const news of liveFeed(shop().shop)(storeId, away.signal, lastEventId)) heard.push(news);
  })();
  const hangUp = () => {
    away.abort();
    return over;
  };
  onTestFinished(hangUp);
  return { heard, hangUp, events: () => heard.map((news) => (news === 'gap' ? news : news.turn.event)) };
}

/** A text as another process takes it in: it commits there, and only the database knows. */
async function elsewhere(text: string, phone: string): Promise<void> {
  const { config, secrets } = shop().shop;
  const other = await openShop(config, secrets, pino({ level: 'silent' }));
  const event = { type: 'text.received', messageId: text, text, channel: 'simulator', keyword: null };
  await other.runtime.send({ storeId: 1, machine: 'customer', id: phone }, event, { source: 'simulator' });
  await other.close(0);
}

test('a turn of another process is heard once, with what it was and by whom, and by its own shop alone', async () => {
  const [mine, theirs] = [listen(1), listen(2)];
  const { number } = shop().phone();
  await elsewhere('hello there', number);
  await vi.waitFor(() => expect(mine.events()).toContain('text.received'), WAIT);
  await shop().rest();
  await vi.waitFor(() => expect(mine.events().length).toBeGreaterThanOrEqual(3), WAIT);
  const turns = mine.heard.flatMap((news) => (news === 'gap' ? [] : [news.turn]));
  expect(turns[0]).toMatchObject({ id: `customer:${number}`, machine: 'customer', seq: 1, event: 'xstate.init' });
  expect(turns.map(({ seq }) => seq)).toEqual(turns.map((_, n) => n + 1));
  expect(JSON.stringify(turns)).not.toContain('hello there');
  expect(theirs.heard).toEqual([]);
});

test('who comes back with the last event that they had hears everything after it', async () => {
  const reader = shop().phone();
  const first = listen(1);
  await reader.texts('hello');
  await vi.waitFor(() => expect(first.events()).toContain('text.received'), WAIT);
  await first.hangUp();
  const last = first.heard.at(-1);
  await reader.asks('do you have dune', /./);
  await shop().rest();
  const { rows } = await shop().pool.query<{ n: number }>(
    'SELECT max(seq)::int AS n FROM events WHERE actor_key = (SELECT actor_key FROM events ORDER BY at DESC LIMIT 1)',
  );
  const second = listen(1, last === 'gap' ? undefined : last?.mark);
  const seqs = () => second.heard.flatMap((news) => (news === 'gap' ? [] : [news.turn.seq]));
  await vi.waitFor(() => expect(Math.max(0, ...seqs())).toBe(rows[0]?.n), WAIT);
  const had = last === 'gap' || last === undefined ? 0 : last.turn.seq;
  const missing = Array.from({ length: (rows[0]?.n ?? 0) - had }, (_, n) => had + 1 + n);
  expect(seqs()).toEqual(expect.arrayContaining(missing));
});

test('who comes back too late, or with a mark that is none, is told to read anew', async () => {
  const late = listen(1, `${Date.now() - 11 * 60_000}.0190a000-0000-7000-8000-000000000001.3`);
  const lost = listen(1, 'yesterday');
  await vi.waitFor(() => expect([late.heard, lost.heard]).toEqual([['gap'], ['gap']]), WAIT);
});
