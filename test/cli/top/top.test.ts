// `marty top`: what servers and the database tell, as figures and as lines of a terminal.
import { beforeAll, describe, expect, test } from 'vitest';
import { draw } from '../../../src/cli/top/draw.ts';
import { quantile, Scrape } from '../../../src/cli/top/exposition.ts';
import type { Figures } from '../../../src/cli/top/figures.ts';
import { figuresFrom } from '../../../src/cli/top/from-database.ts';
import { figuresOf, look } from '../../../src/cli/top/from-servers.ts';
import { book } from '../../shop/books.ts';
import { getsLink } from '../../shop/journeys.ts';
import { useShop } from '../../shop/kit.ts';
import { PAID } from '../../shop/lines.ts';

const shop = useShop();

async function lookOnce() {
  const looked = await look([shop().url], Date.now);
  if (!looked) throw new Error('the shop does not answer');
  return looked;
}

describe('a shop that sold one book', () => {
  let fromServer: Figures;
  let fromDatabase: Figures;
  beforeAll(async () => {
    const reader = shop().phone();
    await shop().pays(reader, await getsLink(reader, book('The Hobbit')));
    await reader.hears(PAID);
    await shop().rest();
    const after = await lookOnce();
    fromServer = figuresOf({ ...after, scrape: Scrape.read(), atMs: after.atMs - 10_000 }, after);
    fromDatabase = await figuresFrom(shop().pool, Date.now);
  });

  test('is told alike by its server and its database', () => {
    for (const figures of [fromServer, fromDatabase]) {
      expect(figures).toMatchObject({
        sales: { ordered: 1, paid: 1 },
        orders: { paid: 1 },
        conversations: { browsing: 1 },
        outbox: { ageSeconds: 0, deadLetters: 0, aside: 0, inboxWaiting: 0 },
        timers: { late: 0 },
        bubbles: { unsent: 0 },
      });
      const link = figures.commands.find(({ name }) => name === 'createPaymentLink');
      expect(link).toEqual({ name: 'createPaymentLink', open: 0, done: 1, refused: 0, again: 0, failed: 0 });
      expect(figures.turns.perSecond).toBeGreaterThan(0);
    }
    expect(fromServer.sales.texted).toBe(fromDatabase.sales.texted);
  });

  test('is told by its server with times, health and calls', () => {
    expect(fromServer.health).toMatchObject({ status: 'healthy', checks: { database: 'up' } });
    expect(fromServer.turns.p95Seconds).toBeGreaterThan(0);
    expect(fromServer.turns.batch).toBeGreaterThanOrEqual(1);
    expect(fromServer.providers).toMatchObject([{ name: 'till', isDown: false, failed: 0 }]);
  });

  test('fits a terminal, and has colours only where they are wanted', () => {
    const plain = draw(fromServer, { columns: 60, rows: 12, isColourful: false });
    expect(plain.length).toBe(12);
    expect(plain.every((line) => line.length <= 60 && !line.includes('\u001b'))).toBe(true);
    expect(plain.join('\n')).toContain('1 paid');
    const all = draw(fromServer, { columns: 100, rows: Infinity, isColourful: false }).join('\n');
    expect(all).toMatch(/createPaymentLink +0 +1 +0 +0 +0/);
  });
});

test('an address where nobody answers is no look', async () => {
  expect(await look(['http://127.0.0.1:1'], Date.now)).toBeNull();
});

describe('the text of Prometheus', () => {
  test('is read with its labels, escapes and infinities; what is not understood is passed over', () => {
    const scrape = Scrape.read('# HELP a b\na{x="1",y="q\\"\\n"} 2\na 3 1700000000\nb +Inf\nc NaN\n???\n');
    expect(scrape.of('a')).toEqual([
      { name: 'a', labels: { x: '1', y: 'q"\n' }, value: 2 },
      { name: 'a', labels: {}, value: 3 },
    ]);
    expect([scrape.sum('a'), scrape.max('b'), scrape.max('c'), scrape.max('nothing')]).toEqual([
      5,
      Infinity,
      null,
      null,
    ]);
  });

  test('of several processes is summed, and a quantile is that of what came between two looks', () => {
    const at = (few: number, all: number) =>
      `t_bucket{le="0.1"} ${few}\nt_bucket{le="1"} ${all}\nt_bucket{le="+Inf"} ${all}\n`;
    const before = Scrape.read(at(100, 100), at(0, 0));
    expect(quantile(0.95, 't', before, Scrape.read(at(100, 100), at(0, 0)))).toBeNull();
    expect(quantile(0.95, 't', before, Scrape.read(at(100, 102), at(0, 8)))).toBe(1);
    expect(quantile(0.5, 't', before, Scrape.read(at(109, 110), at(0, 0)))).toBe(0.1);
  });
});
