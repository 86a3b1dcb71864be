// What `marty stores add` says to a person who mistypes.
import { expect, test } from 'vitest';
import { storeIn } from '../../src/cli/commands/stores.ts';

const FLAGS = {
  name: 'Tower Books',
  timezone: 'America/Chicago',
  hours: 'Wed-Sun 12-19',
  currency: 'USD',
  taxRate: '6.625',
  shippingCents: '800',
};

test('a shop that is well described is opened as it was', () => {
  const { hours, ...store } = storeIn('tower', { ...FLAGS, phone: '+12015550177' });
  expect([store, Object.keys(hours.weekly)]).toEqual([
    {
      slug: 'tower',
      name: 'Tower Books',
      phone: '+12015550177',
      place: null,
      contact: null,
      persona: null,
      timezone: 'America/Chicago',
      currency: 'USD',
      taxRatePpm: 66_250,
      shippingCents: 800,
      merchantId: null,
    },
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  ]);
});

test.each([
  ['Bad Slug!', {}, 'The slug is up to 40 lower-case letters, digits and hyphens, such as tower-books.'],
  ['t', { phone: '12345' }, '--phone is a number in E.164, such as +12015550100.'],
  ['t', { timezone: 'Mars/Olympus' }, '--timezone is an IANA zone, such as America/New_York.'],
  ['t', { hours: 'nonsense' }, '--hours nonsense: write it like "Wed-Sun 12-19".'],
  ['t', { currency: 'XX' }, '--currency is three letters of ISO 4217, such as USD.'],
  ['t', { taxRate: 'abc' }, '--tax-rate is percent from 0 to 100, such as 6.625.'],
  ['t', { shippingCents: '-3' }, '--shipping-cents is a whole number from 0 to 100000.'],
  ['t', { persona: '/nowhere' }, '"/nowhere" cannot be read; give the path of a text file.'],
  ['t', { name: '' }, '--name is 1 to 80 characters.'],
])('%s %j: %s', (slug, flags, says) => {
  expect(() => storeIn(slug, { ...FLAGS, ...flags })).toThrow(says);
});
