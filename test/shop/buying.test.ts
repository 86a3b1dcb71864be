// A book is bought by text, from the first word to the reader's hands.
import { describe, expect, test } from 'vitest';
import { book } from './books.ts';
import { getsLink, HOME, picksUp, ships } from './journeys.ts';
import { useShop } from './kit.ts';
import { ADDRESS, HELD, NOTICE, PAID, READ_BACK } from './lines.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');
const DISPOSSESSED = book('The Dispossessed');
const GRUFFALO = book('The Gruffalo');

describe('buying a book by text', () => {
  test('picked up and paid by link, asked after, made ready, handed over', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, HOBBIT);
    await shop().pays(reader, link);
    await reader.hears(PAID);
    const order = await shop().order(reader);
    expect(order).toEqual({
      ...order,
      state: 'paid',
      fulfillment: 'pickup',
      lines: [{ isbn13: HOBBIT.isbn13, title: HOBBIT.title, copies: 1, priceCents: 1499 }],
      totalCents: 1598,
      currency: 'USD',
      payment: { provider: 'local', reference: order.payment?.reference, status: 'paid', url: link },
    });
    await reader.asks('where is my order?', /hobbit: /i);
    expect((await shop().staff('POST', `/api/orders/${order.id}/ready`)).status).toBe(202);
    await reader.hears(/is ready for you at|come get .+ now/);
    expect((await shop().staff('POST', `/api/orders/${order.id}/picked-up`)).status).toBe(202);
    await reader.hears(/treats you well|found its reader/);
    await shop().rest();
    expect((await shop().order(reader)).state).toBe('pickedUp');
  });

  test('the first answer begins with the notice that the law asks for, and it comes once', async () => {
    const reader = shop().phone();
    await reader.asks('hi', NOTICE);
    await reader.hears(/marty/);
    await reader.asks('do you have dune?', /Dune/);
    await shop().rest();
    expect((await reader.bubbles()).filter((text) => NOTICE.test(text))).toHaveLength(1);
  });

  test('shipped, after an address that cannot be right', async () => {
    const reader = shop().phone();
    await ships(reader, DISPOSSESSED);
    await reader.asks(
      'Ada Lovelace, 12 Main St, Jersey City, CA 07302',
      /don't belong together|disagree with each other/,
    );
    await reader.asks(HOME, READ_BACK);
    await reader.asks('no', ADDRESS);
    expect(await reader.asks('Ada Lovelace, 14 Main St, Jersey City, NJ 07302', READ_BACK)).toContain('14 Main St');
    await reader.texts('yes');
    const link = await reader.hearsLink();
    await shop().pays(reader, link);
    await reader.hears(PAID);
    const order = await shop().order(reader);
    expect([order.state, order.fulfillment, order.totalCents]).toEqual(['paid', 'shipping', 1599 + 106 + 800]);
    const shipped = await shop().staff('POST', `/api/orders/${order.id}/shipped`, { tracking: '9400111899223' });
    expect(shipped.status).toBe(202);
    await reader.hears(/9400111899223/);
  });

  test('held, and paid for at the counter', async () => {
    const reader = shop().phone();
    await picksUp(reader, GRUFFALO);
    await reader.asks('hold it', HELD);
    const order = await shop().order(reader);
    expect([order.state, order.fulfillment, order.payment?.url ?? null]).toEqual(['held', 'hold', null]);
    expect((await shop().staff('POST', `/api/orders/${order.id}/picked-up`)).status).toBe(202);
    await reader.hears(/treats you well|found its reader/);
    await shop().rest();
    expect((await shop().order(reader)).state).toBe('pickedUp');
  });

  test('a hold that nobody comes for goes back on the shelf', async () => {
    const reader = shop().phone();
    await picksUp(reader, GRUFFALO);
    await reader.asks('hold it', HELD);
    const { id } = await shop().order(reader);
    await shop().passes('holdReminder', { machine: 'order', id });
    await reader.hears(/still on hold|on hold for you, but only/);
    await shop().passes('holdLapse', { machine: 'order', id });
    await reader.hears(/your hold on|had to let go of/);
  });

  test('a second book while the first is unpaid: two orders, two links, two charges', async () => {
    const reader = shop().phone();
    const first = await getsLink(reader, HOBBIT);
    const second = await getsLink(reader, DISPOSSESSED);
    await shop().pays(reader, second);
    await reader.hears(PAID);
    await shop().pays(reader, first);
    await reader.hears(PAID);
    await shop().rest();
    expect((await shop().orders(reader)).map(({ state }) => state)).toEqual(['paid', 'paid']);
  });
});
