// The two voices of Marty held against each other, on customers who really texted, bought and opted out.
import { expect, test } from 'vitest';
import { abOf } from '../../src/cli/commands/numbers.ts';
import { loadVoice } from '../../src/channels/voice.ts';
import { Numbers } from '../../src/web/wire/numbers.ts';
import { book } from './books.ts';
import { getsLink } from './journeys.ts';
import { useShop } from './kit.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

async function variantOf(reader: Phone): Promise<string> {
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  return loadVoice().variantFor(key ?? '');
}

test('each customer counts once under the voice that they hear: who wrote again, bought, opted out', async () => {
  const [buyer, leaver, silent] = [shop().phone(), shop().phone(), shop().phone()];
  await shop().pays(buyer, await getsLink(buyer, HOBBIT));
  await buyer.hears(/paid|yours|thank/i);
  await leaver.asks('hello', /./);
  await leaver.asks('STOP', /./);
  await silent.asks('hello', /./);
  await shop().rest();
  const { trials } = await abOf(shop().shop, { last: '1d' }, Date.now());
  const sharesOf = (measure: string) => trials.find((one) => one.measure === measure)?.shares ?? [];
  const total = (measure: string) => sharesOf(measure).reduce((sum, { hits }) => sum + hits, 0);
  expect([total('wroteAgain'), total('bought'), total('optedOut')]).toEqual([2, 1, 1]);
  const hits = (measure: string, voice: string) => sharesOf(measure).find(({ variant }) => variant === voice)?.hits;
  expect(hits('bought', await variantOf(buyer))).toBe(1);
  expect(hits('optedOut', await variantOf(leaver))).toBe(1);
  expect(sharesOf('bought').map(({ variant }) => variant)).toEqual(
    [...new Set([await variantOf(buyer), await variantOf(leaver), await variantOf(silent)])].sort(),
  );
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York' }).format(Date.now());
  const numbers = Numbers.parse(await (await shop().staff('GET', `/api/numbers?from=${day}&to=${day}`)).json());
  expect(numbers.trials).toEqual(trials);
  await expect(abOf(shop().shop, { last: '3h' }, Date.now())).rejects.toThrow('--last is a number of days');
});
