// A customer's story in tests: their texts, what the brain made of them, and the turns by which a talk gets to each state.
import type { AnyEventObject } from 'xstate';
import { CustomerContext } from '../../schema/customer.ts';
import type { Keyword } from '../../schema/customer.ts';
import type { Act, Address, Elsewhere, ShownBook } from '../../schema/acts.ts';
import { customerTo2, customerTo3, customerTo4, customerTo5 } from '../../src/cli/shop/machine-steps.ts';
import { customerMachine } from '../../machines/customer.ts';
import { given } from './given.ts';
import type { Story } from './given.ts';

export const DUNE: ShownBook = {
  isbn13: '9780441172719',
  title: 'Dune',
  authors: ['Frank Herbert'],
  priceCents: 1299,
  onHand: 3,
};
export const UBIK: ShownBook = {
  isbn13: '9780547572291',
  title: 'Ubik',
  authors: ['Philip K. Dick'],
  priceCents: 1599,
  onHand: 1,
};
export const ADDRESS: Address = { name: 'Ada', line1: '1 Main St', city: 'Jersey City', state: 'NJ', zip: '07302' };
export const ADDRESS_ID = '0190a000-0000-7000-8000-0000000000dd';
export const ONE_LINE = 'Ada, 1 Main St, Jersey City, NJ 07302';
export const URL = 'https://pay.example/1';

export const customerDefinition = {
  machine: customerMachine,
  version: 5,
  migrations: { 1: customerTo2, 2: customerTo3, 3: customerTo4, 4: customerTo5 },
  context: CustomerContext,
  bornBy: 'event',
} as const;

/** A text as the edge hands it in. */
export const text = (words: string, keyword: Keyword = null) => ({
  type: 'text.received',
  messageId: `m-${words}`,
  text: words,
  channel: 'simulator',
  keyword,
});
export const STOP = text('STOP', 'stop');

/** The customer texts and Marty has understood this much; `effects` are those of the answer. */
export function says(story: Story, act: Act, shown: ShownBook[] = [], bubbles: string[] = []): Story {
  return story.when(text('words')).after('settle').done('reply', { act, bubbles, shown, confidence: 1, by: 'house' });
}

export const chose = (book: ShownBook, copies = 1): Act => ({
  type: 'customer.choseBook',
  isbn13: book.isbn13,
  copies,
});

/** News about the order that this customer placed last. */
export const news = (story: Story, type: string, facts: Record<string, unknown> = {}): AnyEventObject => ({
  type,
  orderId: story.context['orderId'],
  title: 'Dune',
  ...facts,
});
export const linkReady = (story: Story) =>
  story.when(news(story, 'order.linkReady', { url: URL, totalCents: 1386, taxCents: 87, shippingCents: 0 }));

// A story is a value, so the same beginning need not be told twice.
function once(tell: () => Story): () => Story {
  let told: Story | undefined;
  return () => (told ??= tell());
}

/** A customer who has texted before. */
export const browsing = once(() => says(given(customerDefinition), { type: 'customer.asked' }, [], ['hey']));
export const recommending = (...shown: ShownBook[]) =>
  says(browsing(), { type: 'customer.asked' }, shown, ['try these']);
export const which = once(() => says(recommending(DUNE, UBIK), { type: 'customer.agreed' }));
export const checking = once(() => says(recommending(DUNE), chose(DUNE)));
/** The price has been looked up. */
export const quoted = (story: Story, book: ShownBook = DUNE) => story.done('quote', book);
export const sure = once(() => quoted(checking()));
export const method = once(() => says(sure(), { type: 'customer.agreed' }));
export const address = once(() => says(method(), { type: 'customer.wantsShipping' }));
export const checkingAddress = once(() => says(address(), { type: 'customer.gaveAddress', address: ADDRESS }));
export const readback = once(() => checkingAddress().done('address', { addressId: ADDRESS_ID, oneLine: ONE_LINE }));
export const payment = once(() => says(method(), { type: 'customer.wantsPickup' }));
export const preparing = once(() => says(payment(), { type: 'customer.paysNow' }));
export const awaiting = once(() => linkReady(preparing()));

/** Ubik is out: how else it can be had. */
export const ELSEWHERE: Elsewhere = {
  isbn13: UBIK.isbn13,
  title: 'Ubik',
  authors: ['Philip K. Dick'],
  url: 'https://shop.example/go/abcdefghij',
  isAffiliate: true,
  special: { priceCents: 1599, days: 7 },
};
const wants = (type: 'customer.wantsElsewhere' | 'customer.wantsWaitlist'): Act => ({ type, isbn13: UBIK.isbn13 });
const ordersIn: Act = { type: 'customer.wantsSpecialOrder', isbn13: UBIK.isbn13, copies: 1 };
export const lookingElsewhere = once(() => says(recommending(UBIK), wants('customer.wantsElsewhere')));
export const offeredElsewhere = once(() => lookingElsewhere().done('elsewhere', ELSEWHERE));
export const joining = once(() => says(recommending(UBIK), wants('customer.wantsWaitlist')));
export const pricing = once(() => says(recommending(UBIK), ordersIn));
export const specialSure = once(() => pricing().done('special', { book: { ...UBIK, onHand: 0 }, days: 7 }));

/** Every state of the conversation, and the shortest story that leads there. */
export const STATES: Record<string, () => Story> = {
  browsing,
  recommending: once(() => recommending(DUNE)),
  'confirming.which': which,
  'confirming.checking': checking,
  'confirming.sure': sure,
  'missing.looking': lookingElsewhere,
  'missing.offered': offeredElsewhere,
  'missing.joining': joining,
  'missing.pricing': pricing,
  'missing.sure': specialSure,
  'fulfillment.method': method,
  'fulfillment.address': address,
  'fulfillment.checkingAddress': checkingAddress,
  'fulfillment.readback': readback,
  'fulfillment.payment': payment,
  'payment.preparing': preparing,
  'payment.awaiting': awaiting,
};

/** A region's state as one word, such as `confirming.sure`. */
export function at(story: Story, region: string): string {
  const value = Object.entries(Object(story.value)).find(([name]) => name === region)?.[1];
  if (typeof value === 'string') return value;
  return Object.entries(Object(value)).flat().join('.');
}

/** What the last turn said: lines by their key, and talk as it is. */
export function said(story: Story): unknown[] {
  return story.did('say').map((params) => Object(params).line ?? Object(params).bubbles);
}
