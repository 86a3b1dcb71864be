// A book that is not on the shelf, from the question to the reader's hands: the waiting list, a special order, a link,
// and titles that the shop does not list, with book sources that answer and that do not.
import { Readable } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { importIngram } from '../../src/catalogue/import-ingram.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { book } from './books.ts';
import { useShop } from './kit.ts';
import { HELD, METHOD, PAY_HOW, SURE } from './lines.ts';
import type { Phone } from './phone.ts';

const hard = new FakeHardcover();
const open = new FakeOpenLibrary();
const shop = useShop('quick', true, async () => {
  await Promise.all([hard.service.start(), open.service.start()]);
  return {
    HARDCOVER_API_KEY: hard.token,
    HARDCOVER_API_URL: hard.url,
    OPEN_LIBRARY_API_URL: open.url,
    BOOKSHOP_AFFILIATE_ID: '108216',
  };
});
afterAll(() => Promise.all([hard.service.stop(), open.service.stop()]));
beforeEach(() => {
  hard.service.isDown = null;
  open.service.isDown = null;
});

const HOBBIT = book('The Hobbit');
const DISPOSSESSED = book('The Dispossessed');
const GRUFFALO = book('The Gruffalo');
const PIRANESI = '9781635575637';
const BABEL = '9780063021426';

const LINK = /^http\S+\/go\/[a-z2-7]{10}$/;
const WAIT_OFFER = /i text you if a copy turns up|put you on the list and text/;
const JOINED = /you're on the list for|put you down for/;
const BACK = /is back, \$|it's here, \$/;
const HERE = /came in\. it's behind the counter|is here\. it waits behind/;

const house = () => keepHouse(shop().shop);

/** Told of every way, and put at the end of the line. */
async function waitsFor(reader: Phone, { named, isbn13 }: typeof HOBBIT): Promise<string> {
  await shop().stand(isbn13, 0);
  await reader.asks(`i'll take ${named}`, /bookshop\.org/);
  const link = await reader.hears(LINK);
  await reader.hears(WAIT_OFFER);
  await reader.asks('yes', JOINED);
  return link;
}

async function notices(reader: Phone): Promise<number> {
  await shop().rest();
  return (await reader.bubbles()).filter((text) => BACK.test(text)).length;
}

async function line(isbn13: string): Promise<string[]> {
  const { rows } = await shop().pool.query<{ state: string }>(
    'SELECT state FROM waitlist WHERE isbn13 = $1 ORDER BY joined_at',
    [isbn13],
  );
  return rows.map(({ state }) => state);
}

describe('a book that is out', () => {
  test('waited for, back, told once, kept from everybody else, and bought', async () => {
    const [reader, stranger] = [shop().phone(), shop().phone()];
    await waitsFor(reader, HOBBIT);
    await house();
    expect(await notices(reader)).toBe(0);
    await shop().passes('threadLapse', { machine: 'customer', id: reader.number }); // it takes days
    await shop().stand(HOBBIT.isbn13, 1);
    await house();
    await reader.hears(BACK);
    await house();
    expect(await notices(reader)).toBe(1);
    await stranger.asks('do you have the hobbit?', /out right now|no The Hobbit on the shelf/);
    await reader.asks('yes please', SURE);
    await reader.asks('yes', METHOD);
    await reader.asks('pick it up', PAY_HOW);
    await reader.asks('hold it', HELD);
    expect(await line(HOBBIT.isbn13)).toEqual(['taken']);
    const { id } = await shop().order(reader);
    expect((await shop().staff('POST', `/api/orders/${id}/picked-up`)).status).toBe(202);
    await reader.hears(/treats you well|found its reader/);
  });

  test('two wait for one copy: the first has a day, then it is the next one’s', async () => {
    const [first, second] = [shop().phone(), shop().phone()];
    await waitsFor(first, GRUFFALO);
    await waitsFor(second, GRUFFALO);
    await shop().stand(GRUFFALO.isbn13, 1);
    await house();
    await first.hears(BACK);
    expect([await notices(second), await line(GRUFFALO.isbn13)]).toEqual([0, ['told', 'waiting']]);
    await shop().pool.query(`UPDATE waitlist SET until = now() - interval '1 second' WHERE state = 'told'`);
    await house();
    await second.hears(BACK);
    expect([await notices(first), await line(GRUFFALO.isbn13)]).toEqual([1, ['lapsed', 'told']]);
    await shop().pool.query(`UPDATE waitlist SET until = now() - interval '1 second' WHERE state = 'told'`);
    await house();
    await shop().rest();
  });

  test('a lapsed hold is a copy too; who has opted out is passed over and keeps their place', async () => {
    const [buyer, silent, next] = [shop().phone(), shop().phone(), shop().phone()];
    await shop().stand(DISPOSSESSED.isbn13, 1);
    await buyer.asks(`do you have ${DISPOSSESSED.named}?`, /The Dispossessed/);
    await buyer.asks("i'll take it", SURE);
    await buyer.asks('yes', METHOD);
    await buyer.asks('pick it up', PAY_HOW);
    await buyer.asks('hold it', HELD);
    for (const reader of [silent, next]) {
      await reader.asks(`i'll take ${DISPOSSESSED.named}`, /bookshop\.org/);
      await reader.hears(WAIT_OFFER);
      await reader.asks('yes', JOINED);
    }
    await silent.asks('STOP', /opted out/);
    const { id } = await shop().order(buyer);
    await shop().passes('holdLapse', { machine: 'order', id });
    await buyer.hears(/your hold on|had to let go of/);
    await shop().rest();
    await house();
    await next.hears(BACK);
    expect([await notices(silent), await line(DISPOSSESSED.isbn13)]).toEqual([0, ['waiting', 'told']]);
    await shop().pool.query(`UPDATE waitlist SET until = now() - interval '1 second' WHERE state = 'told'`);
    await house();
    await shop().rest();
  });

  test('the link leads to that book at bookshop.org and is counted; any other leads nowhere', async () => {
    const link = await waitsFor(shop().phone(), HOBBIT);
    const follow = (address: string) => fetch(address, { redirect: 'manual' });
    for (let times = 0; times < 2; times += 1) {
      const { status, headers } = await follow(link);
      expect([status, headers.get('location')]).toEqual([302, `https://bookshop.org/a/108216/${HOBBIT.isbn13}`]);
    }
    await fetch(link, { method: 'HEAD', redirect: 'manual' });
    const { rows } = await shop().pool.query('SELECT clicks::int FROM bookshop_links WHERE isbn13 = $1', [
      HOBBIT.isbn13,
    ]);
    expect(rows).toEqual([{ clicks: 2 }]);
    for (const code of ['aaaaaaaaaa', 'https:%2F%2Fevil.example', '..%2Fapi'])
      expect((await follow(`${shop().url}/go/${code}`)).status).toBe(404);
  });
});

describe('a special order', () => {
  test('asked for, ordered in, here, picked up: nothing is paid before', async () => {
    const csv = `EAN,Title,Author,List Price,On Hand\n${PIRANESI},Piranesi,Susanna Clarke,17.99,4`;
    await importIngram(shop().shop.db, 1, Readable.from([csv]), { now: Date.now });
    const reader = shop().phone();
    hard.service.isDown = 'cut';
    open.service.isDown = 'cut';
    await reader.asks('can you order piranesi by susanna clarke for me?', /\$17\.99 plus tax/);
    await reader.asks('ship it', /picked up/);
    await reader.asks('yes', /the shop orders Piranesi|Piranesi goes on our next order/);
    const order = await shop().order(reader);
    expect(order).toMatchObject({
      state: 'toOrder',
      fulfillment: 'hold',
      totalCents: 1799,
      actions: expect.any(Array),
    });
    const toOrder = await (await shop().staff('GET', '/api/orders?state=toOrder')).json();
    expect(toOrder).toMatchObject({ items: [{ id: order.id, lines: [{ isbn13: PIRANESI, title: 'Piranesi' }] }] });
    expect((await shop().staff('POST', `/api/orders/${order.id}/ordered`)).status).toBe(202);
    await reader.hears(/is ordered\.|is on order now/);
    await reader.asks('where is my order?', /distributor/);
    expect((await shop().staff('POST', `/api/orders/${order.id}/arrived`)).status).toBe(202);
    await reader.hears(HERE);
    shop().comesIn(PIRANESI, 1);
    expect((await shop().staff('POST', `/api/orders/${order.id}/picked-up`)).status).toBe(202);
    await reader.hears(/treats you well|found its reader/);
    await shop().rest();
    expect((await shop().order(reader)).state).toBe('pickedUp');
  });
});

describe('a title that the shop does not list', () => {
  test('is looked up, said as it is, and offered as far as it exists', async () => {
    hard.books = [{ isbns: [BABEL], title: 'Babel', authors: ['R. F. Kuang'] }];
    const reader = shop().phone();
    await reader.asks('do you have babel by r. f. kuang?', /Babel by R. F. Kuang/);
    await reader.hears(LINK);
    await reader.hears(WAIT_OFFER);
    await reader.asks("text me when it's here", JOINED);
    expect(await line(BABEL)).toEqual(['waiting']);
  });

  test('is not looked up when nobody can be asked, and that is what Marty says', async () => {
    hard.service.isDown = 'slow';
    open.service.isDown = 500;
    const asked = 'do you have the glass hotel by emily st. john mandel?';
    await shop()
      .phone()
      .asks(asked, /can't look further right now|isn't answering/);
  });

  test('that nobody knows stays unknown', async () => {
    hard.books = [];
    open.books = [];
    await shop()
      .phone()
      .asks('do you have the brass harmonica of lisbon?', /on our shelves/);
  });
});
