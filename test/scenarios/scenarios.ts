// The rows of the table: what a customer does, and what it has to come to, on both sides of the counter and on their screen.
// The same in any weather.
import { keepHouse } from '../../src/cli/shop/work.ts';
import { book } from '../shop/books.ts';
import { givesAddress, picksUp } from '../shop/journeys.ts';
import type { Book } from '../shop/journeys.ts';
import { HELD, METHOD, PAID, PAY_HOW, SURE } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';
import type { Outcome, Stage } from './stage.ts';

export type Scenario = {
  name: string;
  book: Book;
  /** How many stand in the shop when it begins. */
  copies: number;
  play: (stage: Stage, sold: Book, reader: Phone) => Promise<Outcome>;
};

const GONE = /somebody got the last|sold out while/;
const GOODBYE = /treats you well|found its reader/;
const BACK = /is back, \$|it's here, \$/;

async function getsLink(stage: Stage, reader: Phone, sold: Book): Promise<string> {
  await picksUp(reader, sold);
  await reader.texts('pay now');
  return stage.hearsLink(reader);
}

async function buys(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await stage.pays(await getsLink(stage, reader, sold));
  await reader.hears(PAID);
}

/** The counter knows this number, and sold it a book three weeks ago; Marty has looked. */
async function wasHere(stage: Stage, reader: Phone, { title, isbn13 }: Book): Promise<void> {
  const { kit, fake } = stage;
  const line = { name: title, quantity: '1', note: isbn13 };
  const sale = fake.books.sellAtCounter(fake.locationId, [line], fake.addCustomer(reader.number).id);
  sale.created_at = new Date(Date.now() - 21 * 24 * 3_600_000).toISOString();
  sale.closed_at = sale.created_at;
  await reader.asks('how are you?', /tired|complain/);
  const key = await kit.shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
  if (key === null) throw new Error('who texted is a customer');
  await stage.until(async () => {
    const looked = `SELECT FROM customers WHERE actor_key = $1 AND past_orders_sealed IS NOT NULL`;
    if ((await kit.pool.query(looked, [key])).rows.length > 0) return;
    await looksAgain(stage, key);
    throw new Error('they were not looked up yet');
  });
}

/** Of nine who text at once eight are looked up, and a look that failed is not repeated for minutes: these need not pass. */
async function looksAgain({ kit: { pool, shop } }: Stage, actorKey: string): Promise<void> {
  await pool.query(`UPDATE customers SET past_orders_at = NULL WHERE actor_key = $1`, [actorKey]);
  await shop.services.customers.look({ storeId: 1, actorKey });
}

export const shipping: Scenario = {
  name: 'a new customer, by shipping',
  book: book('Matilda'),
  copies: 3,
  async play(stage, sold, reader) {
    await givesAddress(reader, sold);
    await reader.texts('yes');
    await stage.pays(await stage.hearsLink(reader));
    await reader.hears(PAID);
    await stage.staff(reader, 'shipped', { tracking: '9400111899223' });
    await reader.hears(/9400111899223/);
    return stage.outcome(reader, sold);
  },
};

const pickup: Scenario = {
  name: 'a returning customer, by pickup',
  book: book('The Hobbit'),
  copies: 3,
  async play(stage, sold, reader) {
    await wasHere(stage, reader, book('Dune'));
    await reader.asks('hi', /Dune/);
    await reader.asks('hi', /.+/);
    await buys(stage, reader, sold);
    await stage.staff(reader, 'ready');
    await reader.hears(/is ready for you at|come get .+ now/);
    await stage.staff(reader, 'picked-up');
    await reader.hears(GOODBYE);
    return stage.outcome(reader, sold);
  },
};

const hold: Scenario = {
  name: 'a hold',
  book: book('The Gruffalo'),
  copies: 3,
  async play(stage, sold, reader) {
    await picksUp(reader, sold);
    await reader.asks('hold it', HELD);
    stage.fake.sellAtCounter(stage.variation(sold));
    await stage.staff(reader, 'picked-up');
    await reader.hears(GOODBYE);
    return stage.outcome(reader, sold);
  },
};

const waiting: Scenario = {
  name: 'out of stock, waited for, back, bought',
  book: book('The Dispossessed'),
  copies: 0,
  async play(stage, sold, reader) {
    await reader.asks(`i'll take ${sold.named}`, /bookshop\.org/);
    await reader.hears(/i text you if a copy turns up|put you on the list and text/);
    await reader.asks('yes', /you're on the list for|put you down for/);
    stage.fake.books.move(stage.variation(sold), 1);
    await stage.until(async () => {
      await stage.squareCalls();
      await stage.rounds();
      if (!(await reader.news()).some((text) => BACK.test(text))) throw new Error('they were not told yet');
    });
    await reader.hears(BACK);
    await reader.asks("i'll take it", SURE);
    await reader.asks('yes', METHOD);
    await reader.asks('pick it up', PAY_HOW);
    await reader.texts('pay now');
    await stage.pays(await stage.hearsLink(reader));
    await reader.hears(PAID);
    return stage.outcome(reader, sold);
  },
};

export const refund: Scenario = {
  name: 'a refund',
  book: book('Homeland'),
  copies: 3,
  async play(stage, sold, reader) {
    await buys(stage, reader, sold);
    await stage.staff(reader, 'refund');
    const { id } = await stage.kit.order(reader);
    await stage.until(() => {
      const { refunds, payments, orders } = stage.fake.books;
      const mine = [...refunds.values()].find(
        ({ payment_id }) => orders.get(payments.get(payment_id)?.order_id ?? '')?.reference_id === id,
      );
      if (!mine) throw new Error('Square was not asked yet');
      stage.fake.settleRefund(mine.id, 'COMPLETED');
    });
    await stage.squareCalls();
    await reader.hears(/^refunded|on its way back to you/);
    return stage.outcome(reader, sold);
  },
};

const price: Scenario = {
  name: 'the price changed before the link',
  book: book('A Wizard of Earthsea'),
  copies: 3,
  async play(stage, sold, reader) {
    await picksUp(reader, sold);
    stage.variation(sold).priceCents = sold.priceCents + 200;
    await reader.asks('pay now', /price of .+ changed|has a new price/);
    await reader.hears(SURE);
    await reader.asks('yes', METHOD);
    await reader.asks('pick it up', PAY_HOW);
    await reader.texts('pay now');
    await stage.pays(await stage.hearsLink(reader));
    await reader.hears(PAID);
    return stage.outcome(reader, sold);
  },
};

const lastCopy: Scenario = {
  name: 'two customers, the last copy',
  book: book('Lord of Light'),
  copies: 1,
  async play(stage, sold, reader) {
    const other = stage.phone();
    await Promise.all([picksUp(reader, sold), picksUp(other, sold)]);
    await Promise.all([reader.texts('pay now'), other.texts('pay now')]);
    const heard = await Promise.all([reader, other].map((one) => one.hears(new RegExp(`/l/link-|${GONE.source}`))));
    const [winner, loser] = GONE.test(heard[0] ?? '') ? [other, reader] : [reader, other];
    await stage.pays(heard.find((text) => !GONE.test(text)) ?? '');
    await winner.hears(PAID);
    const outcome = await stage.outcome(winner, sold);
    return { ...outcome, told: [...outcome.told, ...(await stage.told(loser)).slice(-2)] };
  },
};

const optOut: Scenario = {
  name: 'an opt-out in the middle of a payment',
  book: book('Meditations'),
  copies: 3,
  async play(stage, sold, reader) {
    const link = await getsLink(stage, reader, sold);
    await reader.asks('STOP', /opted out/);
    await stage.pays(link);
    await stage.until(async () => {
      const { state } = await stage.kit.order(reader);
      if (state !== 'paid') throw new Error(`the order is ${state}`);
    });
    return stage.outcome(reader, sold);
  },
};

export const SCENARIOS: readonly Scenario[] = [shipping, pickup, hold, waiting, refund, price, lastCopy, optOut];

/** Square is away for ten minutes, in the middle of a sale. */
export const OUTAGE: Scenario = {
  name: 'Square is down for ten minutes',
  book: book('Snow Crash'),
  copies: 3,
  async play(stage, sold, reader) {
    await picksUp(reader, sold);
    stage.fake.isDown = 503;
    await reader.texts('pay now');
    await stage.until(async () => {
      const { id } = await stage.kit.order(reader);
      await stage.kit.passes('linkDelay', { machine: 'order', id });
    });
    await reader.hears(/payment system is(?:n't answering| asleep)/);
    for (let minutes = 0; minutes < 10; minutes += 2) await asksInVain(stage, reader, 2);
    stage.fake.isDown = null;
    await aWhile(stage, 1);
    await stage.pays(await stage.hearsLink(reader));
    await reader.hears(PAID);
    await keepHouse(stage.kit.shop);
    return stage.outcome(reader, sold);
  },
};

/** So many minutes less to wait for whatever waits. */
async function aWhile({ kit: { pool } }: Stage, minutes: number): Promise<void> {
  const less = `SET due_at = due_at - $1 * interval '1 minute'`;
  await pool.query(`UPDATE commands ${less} WHERE status = 'pending'`, [minutes]);
  await pool.query(`UPDATE timers ${less}`, [minutes]);
}

/** The same, until the link was asked for once more and has not come. */
async function asksInVain(stage: Stage, reader: Phone, minutes: number): Promise<void> {
  const { id } = await stage.kit.order(reader);
  const key = await stage.kit.shop.runtime.find({ storeId: 1, machine: 'order', id });
  const failed = async () => {
    const asked = `SELECT attempt FROM commands WHERE actor_key = $1 AND name = 'createPaymentLink' AND status = 'pending'`;
    const { rows } = await stage.kit.pool.query<{ attempt: number }>(asked, [key]);
    if (rows[0] === undefined) throw new Error('the link is being asked for');
    return rows[0].attempt;
  };
  let before = 0;
  await stage.until(async () => void (before = await failed()));
  await aWhile(stage, minutes);
  await stage.until(async () => {
    if ((await failed()) <= before) throw new Error('Square was not asked again');
  });
}
