// What each scenario has to come to, in any weather. Texts of Marty's stand under the name of their line, with its values.
import type { Outcome } from './stage.ts';

type Sold = { named: string; by: string; price: string; total: string };

/** Asked for, taken, and: shipped or picked up? */
const takes = (title: string, sold: Sold, copies: number) =>
  takesWhenTold(`book.stock ${copies} ${sold.price} ${title} by ${sold.by}`, title, sold);
/** The title is a first name too: Marty asks back. */
const takesWhenAsked = (title: string, sold: Sold) =>
  takesWhenTold(`book.didYouMean ${title} by ${sold.by} (${sold.price})`, title, sold);
const takesWhenTold = (answer: string, title: string, { named, price }: Sold) => [
  `you: do you have ${named}?`,
  'marty: welcome.notice',
  `marty: ${answer}`,
  ...agrees(title, price),
];
const agrees = (title: string, price: string) => [
  "you: i'll take it",
  `marty: confirm.sure one copy ${title} ${price}`,
  'you: yes',
  `marty: fulfillment.method ${title}`,
];
const picksUp = (title: string) => ['you: pick it up', `marty: fulfillment.payment ${title}`];
const getsLink = (title: string, { total }: Pick<Sold, 'total'>) => [
  'you: pay now',
  `marty: payment.preparing ${title}`,
  `marty: order.linkReady ${title} ${total}`,
  'marty: <link>',
];
const isPaid = (title: string, { total }: Pick<Sold, 'total'>, how = 'pickup') => [
  `marty: order.paid.${how} ${title} ${total}`,
  'marty: order.paid',
];

const HOBBIT: Sold = { named: 'the hobbit', by: 'J.R.R. Tolkien', price: '$14.99', total: '$15.98' };
const MATILDA: Sold = { named: 'matilda', by: 'Roald Dahl', price: '$8.99', total: '$17.59' };
const GRUFFALO: Sold = { named: 'the gruffalo', by: 'Julia Donaldson', price: '$8.99', total: '' };
const HOMELAND: Sold = { named: 'homeland', by: 'R.A. Salvatore', price: '$9.99', total: '$10.65' };
const EARTHSEA: Sold = { named: 'a wizard of earthsea', by: 'Ursula K. Le Guin', price: '$9.99', total: '$12.78' };
const LORD: Sold = { named: 'lord of light', by: 'Roger Zelazny', price: '$14.99', total: '$15.98' };
const MEDITATIONS: Sold = { named: 'meditations', by: 'Marcus Aurelius', price: '$9.99', total: '$10.65' };
const CRASH: Sold = { named: 'snow crash', by: 'Neal Stephenson', price: '$16.99', total: '$18.12' };

const paidAtSquare = [{ state: 'OPEN', handedOver: 'PROPOSED', isNamed: true }];
const handedOver = [{ state: 'COMPLETED', handedOver: 'COMPLETED', isNamed: true }];
const left = (copies: number) => ({ ours: copies, promised: 0, atSquare: copies });

export const EXPECTED: Readonly<Record<string, Outcome>> = {
  'a new customer, by shipping': {
    square: handedOver,
    links: 1,
    refunds: [],
    orders: ['shipped'],
    stock: left(2),
    told: [
      ...takesWhenAsked('Matilda', MATILDA),
      'you: ship it',
      'marty: fulfillment.address',
      'you: Ada Lovelace, 12 Main St, Jersey City, NJ 07302',
      'marty: fulfillment.readback',
      'you: yes',
      'marty: payment.preparing Matilda',
      `marty: order.linkReady Matilda ${MATILDA.total}`,
      'marty: <link>',
      ...isPaid('Matilda', MATILDA, 'shipping'),
      'marty: order.shipped.tracked Matilda 9400111899223',
    ],
  },
  'a returning customer, by pickup': {
    square: handedOver,
    links: 1,
    refunds: [],
    orders: ['pickedUp'],
    stock: left(2),
    told: [
      'you: how are you?',
      'marty: welcome.notice',
      'marty: howAreYou',
      'you: hi',
      'marty: greet.known Dune',
      'you: hi',
      'marty: greet.again',
      ...takes('The Hobbit', HOBBIT, 3).filter((line) => line !== 'marty: welcome.notice'),
      ...picksUp('The Hobbit'),
      ...getsLink('The Hobbit', HOBBIT),
      ...isPaid('The Hobbit', HOBBIT),
      'marty: order.ready The Hobbit',
      'marty: order.pickedUp The Hobbit',
    ],
  },
  'a hold': {
    square: [],
    links: 0,
    refunds: [],
    orders: ['pickedUp'],
    stock: left(2),
    told: [
      ...takes('The Gruffalo', GRUFFALO, 3),
      ...picksUp('The Gruffalo'),
      'you: hold it',
      'marty: payment.preparing The Gruffalo',
      'marty: order.held The Gruffalo',
      'marty: order.pickedUp The Gruffalo',
    ],
  },
  'out of stock, waited for, back, bought': {
    square: paidAtSquare,
    links: 1,
    refunds: [],
    orders: ['paid'],
    stock: left(0),
    told: [
      "you: i'll take the dispossessed",
      'marty: welcome.notice',
      'marty: missing.plainLink The Dispossessed',
      'marty: <link>',
      'marty: missing.wait',
      'you: yes',
      'marty: waitlist.joined The Dispossessed',
      'marty: waitlist.back $15.99 The Dispossessed',
      ...agrees('The Dispossessed', '$15.99'),
      ...picksUp('The Dispossessed'),
      ...getsLink('The Dispossessed', { total: '$17.05' }),
      ...isPaid('The Dispossessed', { total: '$17.05' }),
    ],
  },
  'a refund': {
    square: [{ state: 'OPEN', handedOver: 'CANCELED', isNamed: true }],
    links: 1,
    refunds: ['COMPLETED'],
    orders: ['refunded'],
    stock: left(3),
    told: [
      ...takes('Homeland', HOMELAND, 3),
      ...picksUp('Homeland'),
      ...getsLink('Homeland', HOMELAND),
      ...isPaid('Homeland', HOMELAND),
      `marty: order.refunded ${HOMELAND.total} Homeland`,
    ],
  },
  'the price changed before the link': {
    square: paidAtSquare,
    links: 1,
    refunds: [],
    orders: ['paid', 'refused'],
    stock: left(2),
    told: [
      ...takes('A Wizard of Earthsea', EARTHSEA, 3),
      ...picksUp('A Wizard of Earthsea'),
      'you: pay now',
      'marty: payment.preparing A Wizard of Earthsea',
      'marty: confirm.priceChanged A Wizard of Earthsea',
      'marty: confirm.sure one copy A Wizard of Earthsea $11.99',
      'you: yes',
      'marty: fulfillment.method A Wizard of Earthsea',
      ...picksUp('A Wizard of Earthsea'),
      ...getsLink('A Wizard of Earthsea', EARTHSEA),
      ...isPaid('A Wizard of Earthsea', EARTHSEA),
    ],
  },
  'two customers, the last copy': {
    square: paidAtSquare,
    links: 1,
    refunds: [],
    orders: ['paid'],
    stock: left(0),
    told: [
      ...takes('Lord of Light', LORD, 1),
      ...picksUp('Lord of Light'),
      ...getsLink('Lord of Light', LORD),
      ...isPaid('Lord of Light', LORD),
      // and the other one:
      'marty: payment.preparing Lord of Light',
      'marty: order.refused.soldOut Lord of Light',
    ],
  },
  'an opt-out in the middle of a payment': {
    square: paidAtSquare,
    links: 1,
    refunds: [],
    orders: ['paid'],
    stock: left(2),
    told: [
      ...takes('Meditations', MEDITATIONS, 3),
      ...picksUp('Meditations'),
      ...getsLink('Meditations', MEDITATIONS),
      'you: STOP',
      'marty: consent.stopped',
    ],
  },
  'Square is down for ten minutes': {
    square: [{ state: 'OPEN', handedOver: 'PROPOSED', isNamed: false }], // asked so often in vain, a sale does without the customer's record
    links: 1,
    refunds: [],
    orders: ['paid'],
    stock: left(2),
    told: [
      ...takes('Snow Crash', CRASH, 3),
      ...picksUp('Snow Crash'),
      ...getsLink('Snow Crash', CRASH),
      ...isPaid('Snow Crash', CRASH),
    ],
  },
};
