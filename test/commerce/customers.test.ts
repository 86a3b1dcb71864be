// What a customer's own actor asks of the shop: a quote, and a place to send books to.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkAddress } from '../../actors/check-address.ts';
import { quote } from '../../actors/quote.ts';
import type { Services } from '../../actors/services.ts';
import { addresses, customers } from '../../schema/commerce.ts';
import type { Book } from '../../src/catalogue/catalogue.ts';
import { checkPostal } from '../../src/commerce/address.ts';
import { isZipOf } from '../../src/commerce/us-states.ts';
import { uuidAt } from '../../src/runtime/ids.ts';
import { useDatabase } from '../harness/database.ts';
import { openCounter } from './counter.ts';
import { asked, dataKey, run, servicesOf, undo, vault } from './running.ts';
import type { Asked } from './running.ts';
import { DUNE, openShop } from './shop.ts';

const database = useDatabase();
const typed = {
  name: ' Jane  Doe ',
  line1: '12 Elm St.',
  line2: 'Apt 4',
  city: 'Hoboken,',
  state: 'new jersey',
  zip: '07030',
};
const label = { name: 'Jane Doe', line1: '12 Elm St.', line2: 'Apt 4', city: 'Hoboken', state: 'NJ', zip: '07030' };
const line = 'Jane Doe, 12 Elm St., Apt 4, Hoboken, NJ 07030';

let customer: Asked;
let forgotten: Set<string>;
let services: Services;

beforeEach(async () => {
  const storeId = await openShop(database.db);
  customer = asked(storeId, 'customer', randomUUID());
  forgotten = new Set();
  services = servicesOf(openCounter(database.db), {}, forgotten);
});

describe('checkAddress', () => {
  const ref = () => ({ storeId: customer.storeId, id: customer.commandId });

  test('keeps the address as a label needs it, once per command, and reads it back', async () => {
    const expected = { addressId: customer.commandId, oneLine: line };
    expect(await run(checkAddress, { address: typed }, services, customer)).toEqual(expected);
    expect(await run(checkAddress, { address: typed }, services, customer)).toEqual(expected);
    expect(await database.db.$count(addresses)).toBe(1);
    expect(await services.addresses.open(ref())).toEqual(label);
  });

  test('what is stored cannot be read, and not even with the vault once the customer was forgotten', async () => {
    await run(checkAddress, { address: typed }, services, customer);
    const [row] = await database.db.select().from(addresses);
    expect(row?.addressSealed.toString('latin1')).not.toMatch(/Jane|Elm|Hoboken|07030/);
    forgotten.add(customer.key);
    expect(await services.addresses.open(ref())).toBeNull();
  });

  test('undone, nothing is kept', async () => {
    await run(checkAddress, { address: typed }, services, customer);
    await undo(checkAddress, { address: typed }, services, customer);
    expect(await services.addresses.open(ref())).toBeNull();
  });

  test('undone, it is not kept by an attempt that comes late, nor by the first', async () => {
    await run(checkAddress, { address: typed }, services, customer);
    await undo(checkAddress, { address: typed }, services, customer);
    await run(checkAddress, { address: typed }, services, customer);
    expect(await services.addresses.open(ref())).toBeNull();
    const next = { ...customer, commandId: randomUUID() };
    await undo(checkAddress, { address: typed }, services, next);
    await run(checkAddress, { address: typed }, services, next);
    expect(await services.addresses.open({ storeId: next.storeId, id: next.commandId })).toBeNull();
  });

  describe('the customer is called', () => {
    const given = (at: number) => ({ ...customer, commandId: uuidAt(at) });
    const under = (name: string) => ({ address: { ...typed, name } });
    async function name(): Promise<string | null> {
      const [row] = await database.db.select().from(customers);
      return row?.nameSealed ? vault.open(dataKey, row.nameSealed) : null;
    }

    test('by the name that they gave last, whichever is kept last, and how often', async () => {
      const [early, late] = [given(1_000), given(2_000)];
      await run(checkAddress, under('Jane Doe'), services, late);
      await run(checkAddress, under('Jan Do'), services, early);
      expect(await name()).toBe('Jane Doe');
      await run(checkAddress, under('Jane Roe'), services, given(3_000));
      await run(checkAddress, under('Jane Doe'), services, late);
      expect(await name()).toBe('Jane Roe');
    });

    test('so also where several are kept at once', async () => {
      const times = [5, 2, 8, 1, 9, 3, 7];
      await Promise.all(times.map((at) => run(checkAddress, under(`Jane ${'I'.repeat(at)}`), services, given(at))));
      expect(await name()).toBe(`Jane ${'I'.repeat(9)}`);
    });

    test('by an earlier one where the last was taken back before it was kept', async () => {
      const late = given(2_000);
      await undo(checkAddress, under('Jane Doe'), services, late);
      await run(checkAddress, under('Jan Do'), services, given(1_000));
      await run(checkAddress, under('Jane Doe'), services, late);
      expect(await name()).toBe('Jan Do');
    });
  });

  test('a refused address is not kept', async () => {
    const answer = await run(checkAddress, { address: { ...typed, zip: '90210' } }, services, customer);
    expect(answer).toEqual({ refused: 'mismatch', data: null });
    expect(await database.db.$count(addresses)).toBe(0);
  });

  test('a database out of reach may pass', async () => {
    const keep = () => Promise.reject(new Error('connection refused'));
    const down = { ...services, addresses: { ...services.addresses, keep } };
    expect(await run(checkAddress, { address: typed }, down, customer)).toBe('transient');
  });
});

describe('what a typed address is', () => {
  test.each([
    [{ zip: '070301234' }, '07030-1234'],
    [{ zip: '07030-1234', state: 'N.J.' }, '07030-1234'],
    [{ zip: ' 10001 ', state: 'NY' }, '10001'],
    [{ zip: '09012', state: 'AE' }, '09012'],
    [{ zip: '00901', state: 'Puerto Rico' }, '00901'],
  ])('%j is fine', (given, zip) => {
    expect(checkPostal({ ...typed, ...given })).toMatchObject({ address: { zip } });
  });

  test.each([
    [{ zip: '0703' }, 'incomplete'],
    [{ name: '  ' }, 'incomplete'],
    [{ line1: ' , ' }, 'incomplete'],
    [{ city: '?' }, 'incomplete'],
    [{ state: ' ' }, 'incomplete'],
    [{ state: 'Ontario', zip: 'M5V 2T6' }, 'not_us'],
    [{ state: 'NJ', zip: 'SW1A 1AA' }, 'not_us'],
    [{ state: 'constructor' }, 'not_us'],
    [{ state: 'NY' }, 'mismatch'],
  ])('%j is refused: %s', (given, refused) => {
    expect(checkPostal({ ...typed, ...given })).toEqual({ refused });
  });

  test('a town on a border is at home on both sides of it', () => {
    expect([isZipOf('WY', '83414'), isZipOf('ID', '83414'), isZipOf('VT', '05501'), isZipOf('MA', '05501')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('quote', () => {
  const shown = { isbn13: DUNE, title: 'Dune', authors: ['Frank Herbert'], priceCents: 1899, onHand: 2 };
  const none = {
    year: null,
    shelf: null,
    description: null,
    coverUrl: null,
    credit: null,
    series: null,
    seriesNumber: null,
  };
  const dune: Book = {
    ...shown,
    ...none,
    currency: 'USD',
    subjects: [],
    moods: [],
    age: 'adult',
    stock: { onHand: 3, reserved: 1 },
  };
  const shop = (books: Book[]): Services => ({
    ...services,
    catalogue: { ...services.catalogue, get: () => Promise.resolve(books) },
  });
  const ask = (copies: number, books: Book[]) => run(quote, { isbn13: DUNE, copies }, shop(books), customer);

  test('a book with a title and authors without end is sold like any other', async () => {
    const endless = { ...dune, title: 'Dune '.repeat(100), authors: Array.from({ length: 13 }, () => 'x'.repeat(200)) };
    expect(await ask(1, [endless])).toEqual({
      isbn13: DUNE,
      title: `${'Dune '.repeat(59)}Du...`,
      authors: Array.from({ length: 12 }, () => `${'x'.repeat(117)}...`),
      priceCents: dune.priceCents,
      onHand: dune.onHand,
    });
  });

  test('a book, its price, and the copies that can be sold now; the same when asked twice', async () => {
    expect([await ask(2, [dune]), await ask(2, [dune])]).toEqual([shown, shown]);
  });

  test('refuses more copies than are free, and says how many are', async () => {
    expect(await ask(3, [dune])).toEqual({ refused: 'sold_out', data: shown });
  });

  test('refuses a book that the shop does not know', async () => {
    expect(await ask(1, [])).toEqual({ refused: 'unknown_book', data: null });
  });

  test('a catalogue out of reach may pass', async () => {
    expect(await run(quote, { isbn13: DUNE, copies: 1 }, services, customer)).toBe('transient');
  });
});
