// What the customers of the table write and read, from the first text to the last. Marty's bubbles stand under the name of their
// line, with its values, whichever of its wordings the customer was given.

type Sold = { named: string; title: string; by: string; price: string; total: string };

const MATILDA = { named: 'matilda', title: 'Matilda', by: 'Roald Dahl', price: '$8.99', total: '$17.59' };
const HOBBIT = { named: 'the hobbit', title: 'The Hobbit', by: 'J.R.R. Tolkien', price: '$14.99', total: '$15.98' };
const GRUFFALO = { named: 'the gruffalo', title: 'The Gruffalo', by: 'Julia Donaldson', price: '$8.99' };
const HOMELAND = { named: 'homeland', title: 'Homeland', by: 'R.A. Salvatore', price: '$9.99', total: '$10.65' };
const KINDRED = { named: 'kindred', title: 'Kindred', by: 'Octavia E. Butler', price: '$12.99', total: '$13.85' };
const EARTHSEA = {
  named: 'a wizard of earthsea',
  title: 'A Wizard of Earthsea',
  by: 'Ursula K. Le Guin',
  price: '$9.99',
  total: '$12.78', // of the price that came between
};
const LORD = { named: 'lord of light', title: 'Lord of Light', by: 'Roger Zelazny', price: '$14.99', total: '$15.98' };
const MEDITATIONS = {
  named: 'meditations',
  title: 'Meditations',
  by: 'Marcus Aurelius',
  price: '$9.99',
  total: '$10.65',
};
const CRASH = { named: 'snow crash', title: 'Snow Crash', by: 'Neal Stephenson', price: '$16.99', total: '$18.12' };
const DISPOSSESSED = { title: 'The Dispossessed', price: '$15.99', total: '$17.05' };

type Titled = Pick<Sold, 'title'>;
type Priced = Pick<Sold, 'title' | 'price'>;
type Totalled = Pick<Sold, 'title' | 'total'>;

const agrees = ({ title, price }: Priced) => [
  "you: i'll take it",
  `marty: confirm.sure one copy ${title} ${price}`,
  'you: yes',
  `marty: fulfillment.method ${title}`,
];
const asks = ({ named }: Pick<Sold, 'named'>) => [`you: do you have ${named}?`, 'marty: welcome.notice'];
/** Asked for, shown with how many there are, and taken. */
const takes = (sold: Omit<Sold, 'total'>, copies: number) => [
  ...asks(sold),
  `marty: book.stock ${copies} ${sold.price} ${sold.title} by ${sold.by}`,
  ...agrees(sold),
];
const picksUp = ({ title }: Titled) => ['you: pick it up', `marty: fulfillment.payment ${title}`];
const isLinked = ({ title, total }: Totalled) => [
  `marty: payment.preparing ${title}`,
  `marty: order.linkReady ${title} ${total}`,
  'marty: <link>',
];
const getsLink = (sold: Totalled) => [...picksUp(sold), 'you: pay now', ...isLinked(sold)];
const pays = (sold: Totalled) => [
  ...getsLink(sold),
  `marty: order.paid.pickup ${sold.title} ${sold.total}`,
  'marty: order.paid',
];

export const shipping = [
  ...asks(MATILDA),
  `marty: book.didYouMean ${MATILDA.title} by ${MATILDA.by} (${MATILDA.price})`, // a first name too
  ...agrees(MATILDA),
  'you: ship it',
  'marty: fulfillment.address',
  'you: Ada Lovelace, 12 Main St, Jersey City, NJ 07302',
  'marty: fulfillment.readback',
  'you: yes',
  ...isLinked(MATILDA),
  `marty: order.paid.shipping ${MATILDA.title} ${MATILDA.total}`,
  'marty: order.paid',
  `marty: order.shipped.tracked ${MATILDA.title} 9400111899223`,
];

export const pickup = [
  'you: how are you?',
  'marty: welcome.notice',
  'marty: howAreYou',
  'you: hi',
  'marty: greet.known Dune',
  ...takes(HOBBIT, 3).filter((line) => line !== 'marty: welcome.notice'),
  ...pays(HOBBIT),
  `marty: order.ready ${HOBBIT.title}`,
  `marty: order.pickedUp ${HOBBIT.title}`,
];

export const hold = [
  ...takes(GRUFFALO, 3),
  ...picksUp(GRUFFALO),
  'you: hold it',
  `marty: payment.preparing ${GRUFFALO.title}`,
  `marty: order.held ${GRUFFALO.title}`,
  `marty: order.pickedUp ${GRUFFALO.title}`,
];

export const waiting = [
  "you: i'll take the dispossessed",
  'marty: welcome.notice',
  `marty: missing.plainLink ${DISPOSSESSED.title}`,
  'marty: <link>',
  'marty: missing.wait',
  'you: yes',
  `marty: waitlist.joined ${DISPOSSESSED.title}`,
  `marty: waitlist.back ${DISPOSSESSED.price} ${DISPOSSESSED.title}`,
  ...agrees(DISPOSSESSED),
  ...pays(DISPOSSESSED),
];

export const refund = [
  ...takes(HOMELAND, 3),
  ...pays(HOMELAND),
  `marty: order.refunded ${HOMELAND.total} ${HOMELAND.title}`,
];

export const refundAtSquare = [
  ...takes(KINDRED, 3),
  ...pays(KINDRED),
  `marty: order.refunded ${KINDRED.total} ${KINDRED.title}`,
];

export const price = [
  ...takes(EARTHSEA, 3),
  ...picksUp(EARTHSEA),
  'you: pay now',
  `marty: payment.preparing ${EARTHSEA.title}`,
  `marty: confirm.priceChanged ${EARTHSEA.title}`,
  ...agrees({ ...EARTHSEA, price: '$11.99' }).slice(1), // it is asked at once
  ...pays(EARTHSEA),
];

export const lastCopy = [
  ...takes(LORD, 1),
  ...pays(LORD),
  // and the other one:
  ...takes(LORD, 1),
  ...picksUp(LORD),
  'you: pay now',
  `marty: payment.preparing ${LORD.title}`,
  `marty: order.refused.soldOut ${LORD.title}`,
];

export const optOut = [...takes(MEDITATIONS, 3), ...getsLink(MEDITATIONS), 'you: STOP', 'marty: consent.stopped'];

export const outage = [...takes(CRASH, 3), ...pays(CRASH)];
