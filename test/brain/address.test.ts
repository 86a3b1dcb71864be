import { describe, expect, test } from 'vitest';
import { addressIn, completed, wholeAddress } from '../../src/brain/house/address.ts';

const JANE = { name: 'jane doe', line1: '12 elm st', city: 'hoboken', state: 'NJ', zip: '07030' };

describe('addresses in free text', () => {
  test.each([
    ['jane doe, 12 elm st, hoboken nj 07030', JANE],
    ['jane doe, 12 elm st apt 4, hoboken nj 07030', { ...JANE, line2: 'apt 4' }],
    ['jane doe 12 elm st #4b hoboken, NJ, 07030', { ...JANE, line2: '#4b', state: 'NJ' }],
    ['jane doe\n12 elm st\nhoboken, nj 07030', JANE],
    ['12 elm st, hoboken, new jersey 07030. jane doe', JANE],
    ['yes ship it to jane doe, 12 elm st, hoboken nj 07030 please', JANE],
    ['my name is jane doe, address is 12 elm st, hoboken nj 07030', JANE],
    ['ok but ship it to jane doe, 12 loop rd, hoboken nj 07030', { ...JANE, line1: '12 loop rd' }],
    ['jane doe, 12 court st, hoboken nj 07030', { ...JANE, line1: '12 court st' }],
    ['jane doe, 12 park row, hoboken nj 07030', { ...JANE, line1: '12 park row' }],
    ['jane doe 12 elm st st louis mo 63101', { ...JANE, city: 'st louis', state: 'MO', zip: '63101' }],
    ['his address is 12 elm st, hoboken nj 07030, jane doe', JANE],
    ["her name's jane doe, 12 elm st, hoboken nj 07030", JANE],
    [
      'Sean O\u2019Brien, PO Box 77, Truth or Consequences, New Mexico 87901-1234, USA',
      { name: "Sean O'Brien", line1: 'PO Box 77', city: 'Truth or Consequences', state: 'NM', zip: '87901-1234' },
    ],
    [
      'ann lee 400 w 119th st suite 5 new york ny 10027',
      { name: 'ann lee', line1: '400 w 119th st', line2: 'suite 5', city: 'new york', state: 'NY', zip: '10027' },
    ],
    [
      'bo, 1 broadway, salt lake city utah 84101',
      { name: 'bo', line1: '1 broadway', city: 'salt lake city', state: 'UT', zip: '84101' },
    ],
  ])('%s', (text, address) => {
    const found = addressIn(text);
    expect(found === null ? null : wholeAddress(found)).toEqual(address);
  });

  test.each([
    'no wait, 14 elm st',
    'oops i meant 14 elm st',
    'no it should be 14 elm st',
    'make that 14 elm st please',
    'change it to 14 elm st',
  ])('a correction is no name: %s', (text) => expect(addressIn(text)?.parts).toEqual({ line1: '14 elm st' }));

  test('what is missing is named, and nothing is made up', () => {
    expect(addressIn('12 elm st')).toEqual({
      parts: { line1: '12 elm st' },
      missing: ['name', 'city', 'state', 'zip'],
    });
    expect(addressIn('12 elm st, hoboken nj 07030')).toEqual({
      parts: { line1: '12 elm st', city: 'hoboken', state: 'NJ', zip: '07030' },
      missing: ['name'],
    });
    expect(addressIn('hoboken nj 07030')).toEqual({
      parts: { city: 'hoboken', state: 'NJ', zip: '07030' },
      missing: ['name', 'line1'],
    });
  });

  test.each(['i loved it', 'do you have 1984', 'under 15 bucks', 'for my nephew, 8', '2', '9780441172719', 'yes'])(
    'no address in "%s"',
    (text) => {
      expect(addressIn(text)).toBeNull();
    },
  );

  test('what comes later completes what came before', () => {
    const earlier = addressIn('jane doe, 12 elm st');
    const later = addressIn('hoboken nj 07030');
    expect(later === null ? null : wholeAddress(completed(earlier, later))).toEqual(JANE);
  });
});
