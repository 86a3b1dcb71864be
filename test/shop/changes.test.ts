// What a customer meant a minute ago no longer holds, or the shelf is not what it was. At other questions: changes.long.test.ts.
import { describe, expect, test } from 'vitest';
import { book } from './books.ts';
import { chooses, getsLink, picksUp, ships } from './journeys.ts';
import type { Book } from './journeys.ts';
import { useShop } from './kit.ts';
import { CANCELLED, DROPPED, METHOD, PAY_HOW, SURE } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOMELAND = book('Homeland');
const SOLD_OUT = /somebody got the last|sold out while/;

const stages: Array<[stage: string, reach: (reader: Phone, book: Book) => Promise<unknown>, answer: RegExp]> = [
  ['"are you sure?"', chooses, DROPPED],
  ['"where to?"', ships, DROPPED],
  ['the link was sent', getsLink, CANCELLED],
];

describe('a change of mind', () => {
  test.each(stages)('when %s leaves nothing promised, and the talk goes on', async (_stage, reach, answer) => {
    const reader = shop().phone();
    await reach(reader, HOMELAND);
    await reader.asks('never mind', answer);
    await shop().rest();
    expect((await shop().orders(reader)).map(({ state }) => state)).toEqual(reach === getsLink ? ['cancelled'] : []);
    await reader.asks('do you have homeland?', /Homeland/);
  });

  test('that was answered by news alone is not heard again with the next text', async () => {
    const reader = shop().phone();
    await reader.asks('can i talk to a person?', /let the humans|get you a person/);
    await reader.asks('do you have homeland?', /Homeland/);
    await shop().rest();
    expect((await reader.bubbles()).filter((text) => /let the humans|get you a person/.test(text))).toHaveLength(1);
  });

  test('after the link was sent: its page takes no money any more', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, HOMELAND);
    await reader.asks('never mind', CANCELLED);
    const page = await fetch(link);
    expect([page.status, (await page.text()).includes('<form')]).toEqual([410, false]);
    const press = await fetch(`${link}/pay`, { method: 'POST', redirect: 'manual' });
    expect(press.headers.get('location')).toBe(new URL(link).pathname);
  });
});

describe('the shelf', () => {
  test('a book that sold out before the yes is not promised', async () => {
    const sphere = book('Meditations');
    const reader = shop().phone();
    await chooses(reader, sphere);
    await shop().stand(sphere.isbn13, 0);
    await reader.asks('yes', METHOD);
    await reader.asks('pick it up', PAY_HOW);
    await reader.asks('pay now', SOLD_OUT);
    await shop().stand(sphere.isbn13, 4);
  });

  test('two customers and one last copy: one gets it', async () => {
    const last = book('Lord of Light');
    const readers = [shop().phone(), shop().phone()];
    await Promise.all(readers.map((reader) => picksUp(reader, last)));
    await Promise.all(readers.map((reader) => reader.texts('pay now')));
    const answers = await Promise.all(
      readers.map((reader) => reader.hears(/\/till\/|somebody got the last|sold out while/)),
    );
    const links = answers.filter((text) => text.includes('/till/'));
    expect(links).toHaveLength(1);
    await shop().rest();
    const states = (await Promise.all(readers.map((reader) => shop().order(reader)))).map(({ state }) => state);
    expect(states.sort()).toEqual(['awaitingPayment', 'refused']);
  });

  test('a price that changed before the link is told and asked about again', async () => {
    const { isbn13, title } = book('The Lathe of Heaven');
    const reader = shop().phone();
    await picksUp(reader, book('The Lathe of Heaven'));
    const dearer = await shop().staff('PUT', `/api/books/${isbn13}`, {
      title,
      authors: ['Ursula K. Le Guin'],
      year: 1971,
      priceCents: 1999,
    });
    expect(dearer.status).toBe(200);
    await reader.asks('pay now', /price of .+ changed|has a new price/);
    expect(await reader.hears(SURE)).toContain('$19.99');
    await reader.asks('yes', METHOD);
    await reader.asks('pick it up', PAY_HOW);
    await reader.texts('pay now');
    await reader.hearsLink();
    expect((await shop().orders(reader)).map(({ state, totalCents }) => [state, totalCents])).toEqual([
      ['awaitingPayment', 1999 + 132],
      ['refused', 1499],
    ]);
  });
});
