// What the shop can say of itself without a model: hours, place, shipping, tax, payment, and who Marty is.
import { opennessWords, weekWords } from '../hours.ts';
import type { Draft, Situation } from '../situation.ts';
import { talk } from './draft.ts';
import type { Intent } from './intents.ts';
import { price, sentence } from './sentences.ts';

const PPM_PER_PERCENT = 10_000;

/** Answers what facts alone can answer; null when the intent is about something else. */
export function factReply(intent: Intent | null, { seed, store, now }: Situation): Draft | null {
  const openNow = opennessWords(store.hours, store.timezone, now);
  switch (intent) {
    case 'hours':
      return talk([sentence('hours', seed, { now: openNow, week: weekWords(store.hours) })], [], 1);
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
    case 'help':
      return talk([sentence('help', seed)], [], 1);
    default:
      return null;
  }
}

/** +12015550123 → "201-555-0123"; numbers of other countries stay as they are. */
function callable(e164: string): string {
  return e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3');
}
