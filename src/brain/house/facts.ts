// What the shop can say of itself without a model: hours, place, shipping, tax, payment, and who Marty is.
import { WEEKDAYS } from '../../../schema/stores.ts';
import { dayOpennessWords, daysUntil, opennessWords, weekWords } from '../hours.ts';
import type { Draft, Situation } from '../situation.ts';
import { talk } from './draft.ts';
import type { Intent } from './intents.ts';
import { price, sentence } from './sentences.ts';
import { joined } from './text.ts';

const PPM_PER_PERCENT = 10_000;

/** Answers what facts alone can answer; null when the intent is about something else. */
export function factReply(intent: Intent | null, situation: Situation): Draft | null {
  const { seed, store, now, unread } = situation;
  const openNow = opennessWords(store.hours, store.timezone, now);
  switch (intent) {
    case 'hours':
      return talk(
        [hoursOfDay(situation) ?? sentence('hours', seed, { now: openNow, week: weekWords(store.hours) })],
        [],
        1,
      );
    case 'address':
      return talk(
        [
          store.place === null
            ? sentence('address.unknown', seed)
            : sentence('address', seed, { place: store.place, now: openNow }),
        ],
        [],
        1,
      );
    case 'shippingCost':
      if (ABROAD.test(joined(unread)))
        return talk([sentence('shippingCost.abroad', seed, { shipping: price(store.shippingCents) })], [], 1);
      return talk(
        [
          store.shippingCents === 0
            ? sentence('shippingCost.free', seed)
            : sentence('shippingCost', seed, { shipping: price(store.shippingCents) }),
        ],
        [],
        1,
      );
    case 'tax':
      return talk(
        [
          store.taxRatePpm === 0
            ? sentence('tax.none', seed)
            : sentence('tax', seed, { tax: `${store.taxRatePpm / PPM_PER_PERCENT}%` }),
        ],
        [],
        1,
      );
    case 'payment':
      return talk([sentence('payment', seed)], [], 1);
    case 'phone':
      return talk(
        [
          store.phone === null
            ? sentence('phone.unknown', seed)
            : sentence('phone', seed, { phone: callable(store.phone) }),
        ],
        [],
        1,
      );
    case 'identity':
      return talk([sentence('identity', seed), sentence('identity.more', seed)], [], 1);
    case 'haggle':
      return talk([sentence('haggle', seed)], [], 1);
    case 'shopAsk':
      return talk([sentence('shop.ask', seed)], [], 0.8);
    case 'deliveryTime':
      return talk([sentence('deliveryTime', seed)], [], 1);
    case 'linkLife':
      return talk([sentence('linkLife', seed)], [], 1);
    case 'help':
      return talk([sentence('help', seed)], [], 1);
    default:
      return null;
  }
}

const ABROAD =
  /\b(?:canada|mexico|uk|england|britain|europe|germany|france|spain|australia|india|japan|brazil|internationally|overseas|abroad|outside)\b/;

/** "are you open tomorrow": that day's hours; null where no other day than today is asked about. */
function hoursOfDay({ seed, store, now, unread }: Situation): string | null {
  const text = joined(unread);
  const weekday = WEEKDAYS.find((day) => new RegExp(`\\b${day}(?:s|rs|\\w*days?)?\\b`).test(text));
  const isTomorrow = /\b(?:tomorrow|tmrw|tmr)\b/.test(text);
  if (weekday === undefined && !isTomorrow) return null;
  const daysAhead = weekday === undefined ? 1 : daysUntil(weekday, store.timezone, now);
  const open = dayOpennessWords(store.hours, store.timezone, now, daysAhead);
  return sentence('hours.day', seed, { day: weekday ?? 'tomorrow', open, week: weekWords(store.hours) });
}

/** +12015550123 → "201-555-0123"; numbers of other countries stay as they are. */
function callable(e164: string): string {
  return e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3');
}
