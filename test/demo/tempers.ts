// The people who text the shop, as scripts: what each says, what they wait for, and whether they buy.
import { ADDRESS, METHOD, PAID, PAY_HOW, READ_BACK, SURE } from '../shop/lines.ts';
import { HOME } from '../shop/journeys.ts';
import type { Ledger, Purchase } from './ledger.ts';
import type { Phone } from './phone.ts';
import { escaped } from './shelf.ts';

export type Visit = {
  phone: Phone;
  ledger: Ledger;
  /** A title that is on the shelf. */
  title: string;
  /** 0 up to, not including, 1. */
  chance: () => number;
  /** As long as a person takes to read and type. */
  thinks: () => Promise<void>;
  /** Presses the button of a pay page; resolves when it says that it is paid. */
  pays: (link: string) => Promise<void>;
};

const LINK = /^http\S+\/l\/link-\S+$/;
const ANYTHING = /./;

/** Who may come in, and how often of a hundred. */
export const TEMPERS: ReadonlyArray<{ name: string; often: number; visit: (visit: Visit) => Promise<void> }> = [
  { name: 'decided', often: 30, visit: buysAtOnce },
  { name: 'browsing', often: 18, visit: browses },
  { name: 'posted', often: 14, visit: hasItShipped },
  { name: 'waverer', often: 12, visit: wavers },
  { name: 'complainer', often: 8, visit: complains },
  { name: 'night owl', often: 6, visit: asksForHours },
  { name: 'silent', often: 7, visit: fallsSilent },
  { name: 'stopper', often: 5, visit: stops },
];

async function buysAtOnce(visit: Visit): Promise<void> {
  await isShown(visit);
  await takes(visit);
  await paysForPickup(visit);
}

async function browses(visit: Visit): Promise<void> {
  const wishes = [
    'got anything weird?',
    'something with dragons',
    'a sad book about robots',
    'what should i read next?',
  ];
  await says(visit, wishes[Math.floor(visit.chance() * wishes.length)] ?? 'got anything weird?', ANYTHING);
  await says(visit, 'another one', ANYTHING);
  await buysAtOnce(visit);
}

async function hasItShipped(visit: Visit): Promise<void> {
  await isShown(visit);
  await takes(visit);
  await says(visit, 'ship it', ADDRESS);
  await says(visit, HOME, READ_BACK);
  await paysTheLink(visit, 'yes');
}

async function wavers(visit: Visit): Promise<void> {
  await isShown(visit);
  await says(visit, "i'll take it", SURE);
  await says(visit, 'never mind', ANYTHING);
  await buysAtOnce(visit);
}

async function complains(visit: Visit): Promise<void> {
  await buysAtOnce(visit);
  await says(visit, 'the last one came with a bent cover. can i talk to a real person please', ANYTHING);
}

async function asksForHours(visit: Visit): Promise<void> {
  await says(visit, 'when are you open?', ANYTHING);
  await buysAtOnce(visit);
}

async function fallsSilent(visit: Visit): Promise<void> {
  await isShown(visit);
  if (visit.chance() < 0.5) await says(visit, "i'll take it", SURE);
}

async function stops(visit: Visit): Promise<void> {
  await isShown(visit);
  await says(visit, 'STOP', ANYTHING);
}

async function isShown(visit: Visit): Promise<void> {
  await says(visit, `do you have ${visit.title}?`, new RegExp(escaped(visit.title), 'i'));
}

async function takes(visit: Visit): Promise<void> {
  await says(visit, "i'll take it", SURE);
  await says(visit, 'yes', METHOD);
}

async function paysForPickup(visit: Visit): Promise<void> {
  await says(visit, 'pick it up', PAY_HOW);
  await paysTheLink(visit, 'pay now');
}

/** From here on it is a purchase: whoever gets this far pays. */
async function paysTheLink(visit: Visit, lastWord: string): Promise<void> {
  const { phone, ledger, thinks, pays } = visit;
  await thinks();
  const purchase = ledger.asks(phone.number, Date.now()); // before it is said: the order may be there before we hear so
  await phone.texts(lastWord);
  const link = await phone.hears(LINK);
  purchase.linkedMs = Date.now();
  await thinks();
  await pays(link);
  purchase.paidMs = Date.now();
  await phone.hears(PAID);
  purchase.thankedMs = Date.now();
  await thinks();
  countTwice(visit, purchase);
}

function countTwice({ phone, ledger }: Visit, { phone: number }: Purchase): void {
  const links = phone.bubbles.filter((text) => LINK.test(text));
  const receipts = phone.bubbles.filter((text) => PAID.test(text));
  const bought = ledger.purchases.filter((one) => one.phone === number).length;
  if (links.length > bought) ledger.doubled.push('a link that was texted twice');
  if (receipts.length > bought) ledger.doubled.push('a receipt that was texted twice');
}

async function says({ phone, thinks }: Visit, text: string, answer: RegExp): Promise<void> {
  await thinks();
  await phone.asks(text, answer);
}
