// Nobody makes the shop ask an address of their choice: whatever a picture, a cover, a description or a text names, the canary on the
// loopback interface is not asked. Only what the environment and the keys of a store name is.
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { importBooks } from '../../src/catalogue/import-books.ts';
import { hardcover } from '../../src/catalogue/sources/hardcover.ts';
import { openLibrary } from '../../src/catalogue/sources/open-library.ts';
import { coverFrom } from '../../src/catalogue/sources/source.ts';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { isbn13Of } from '../brain/isbn13.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { SHOP_PHONE, useShop, WAIT } from '../shop/kit.ts';
import { textsByTwilio, TwilioPhone } from '../shop/twilio-phone.ts';
import { Canary } from './canary.ts';

const hard = new FakeHardcover();
const open = new FakeOpenLibrary();
const twilio = new FakeTwilio();
const canary = new Canary();
const fakes = [hard.service, open.service, twilio, canary];
const shop = useShop('quick', true, async () => {
  await Promise.all(fakes.map((fake) => fake.start()));
  return { HARDCOVER_API_KEY: hard.token, HARDCOVER_API_URL: hard.url, OPEN_LIBRARY_API_URL: open.url };
});
const SHELVED = isbn13Of(1);
const IMPORTED = isbn13Of(2);
const PIRANESI = '9781635575637';

beforeAll(async () => {
  await textsByTwilio(shop().shop, twilio);
  const named = { description: `A house. See ${canary.url}/description`, cover: `${canary.url}/cover.jpg` };
  hard.books = [
    { isbns: [SHELVED], title: 'Turnips of the Tower', authors: ['T. Root'], ...named },
    { isbns: [PIRANESI], title: 'Piranesi', authors: ['Susanna Clarke'], ...named },
  ];
});
afterAll(() => Promise.all(fakes.map((fake) => fake.stop())));
afterEach(async () => {
  await shop().rest();
  await fetch(`${canary.url}/is-it-awake`);
  expect(canary.asked.splice(0)).toEqual(['GET /is-it-awake']);
});

const reader = (number: string) => new TwilioPhone({ url: shop().url, phone: SHOP_PHONE }, number, twilio);

async function keptOf(isbn13: string): Promise<unknown> {
  const { rows } = await shop().pool.query(
    'SELECT credit, description, cover_url FROM book_details WHERE isbn13 = $1',
    [isbn13],
  );
  return rows;
}

describe('an address that somebody names is not asked', () => {
  test('by a picture that a customer sends', async () => {
    const from = '+12015550188';
    const url = `${shop().url}/webhook/twilio`;
    const media = { NumMedia: '1', MediaUrl0: `${canary.url}/picture.jpg`, MediaContentType0: 'image/jpeg' };
    const fields = { MessageSid: 'MM1', From: from, To: SHOP_PHONE, Body: 'do you have this one?', ...media };
    expect((await fetch(url, twilio.webhook(url, fields))).status).toBe(200);
    await reader(from).hears(/./);
  });

  test('by a text', async () => {
    const phone = reader('+12015550189');
    await phone.asks(`is ${canary.url}/text in stock?`, /./);
    await phone.asks(`look at ${canary.url}/book.html and tell me what it is about, would you`, /./);
  });

  test('by the cover and the description of a book that a source knows', async () => {
    const phone = reader('+12015550190');
    await phone.asks('do you have piranesi by susanna clarke?', /Piranesi/);
    expect(hard.service.asked.length).toBeGreaterThan(0);
  });

  test('by the cover and the description of a book on the shelf, which is kept without that cover', async () => {
    const put = { title: 'Turnips of the Tower', authors: ['T. Root'], priceCents: 1300 };
    expect((await shop().staff('PUT', `/api/books/${SHELVED}`, put)).status).toBeLessThan(300);
    const described = { credit: 'Hardcover', description: `A house. See ${canary.url}/description`, cover_url: null };
    await keepHouse(shop().shop);
    await vi.waitFor(async () => expect(await keptOf(SHELVED)).toEqual([described]), WAIT);
    const phone = reader('+12015550191');
    await phone.asks('do you have turnips of the tower?', /Turnips/);
    await phone.asks('what is it about?', /./);
  });

  test('by a column of an import', async () => {
    const csv = `isbn13,title,authors,year,price,on_hand,cover_url,description
${IMPORTED},Beets,B. Root,1999,9.00,2,${canary.url}/cover.jpg,${canary.url}/description`;
    shop().comesIn(IMPORTED, 2);
    expect(await importBooks(shop().shop.db, 1, Readable.from([csv]))).toMatchObject({ added: 1, bad: 0 });
    await keepHouse(shop().shop);
    await reader('+12015550192').asks('do you have beets by b. root?', /Beets/);
  });
});

describe('a book source', () => {
  const sources = [
    { name: 'hardcover', of: hard, source: () => hardcover({ apiKey: hard.token, apiUrl: hard.url, expiresAt: null }) },
    { name: 'open library', of: open, source: () => openLibrary({ contact: 'x@example.org', apiUrl: open.url }) },
  ];

  test.each(sources)('that sends on to another address is not followed: $name', async ({ of, source }) => {
    of.service.faults = [{ sendsTo: `${canary.url}/redirected` }];
    const asked = source().ask({ words: 'piranesi' }, AbortSignal.timeout(WAIT.timeout));
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    expect(of.service.faults).toEqual([]);
  });

  test.each([
    'http://covers.example/1.jpg',
    'https://127.0.0.1/1.jpg',
    'https://covers.example.evil.example/1.jpg',
    'https://covers.example@127.0.0.1/1.jpg',
    'https://127.0.0.1/#covers.example',
    'file:///covers.example/1.jpg',
    '//covers.example/1.jpg',
  ])('has no cover at %s', (address) => {
    expect(coverFrom(['covers.example'], address)).toBe(null);
  });
});
