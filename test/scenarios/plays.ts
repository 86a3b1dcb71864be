// What the customers of the table do, step by step, and what staff and Square do meanwhile. The same in any weather.
import { expect } from 'vitest';
import { book } from '../shop/books.ts';
import { givesAddress, picksUp } from '../shop/journeys.ts';
import type { Book } from '../shop/journeys.ts';
import { HELD, METHOD, PAID, PAY_HOW, SURE } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';
import type { Stage } from './stage.ts';

const GONE = /somebody got the last|sold out while/;
const GOODBYE = /treats you well|found its reader/;
const BACK = /is back, \$|it's here, \$/;
const HOW_ARE_YOU = /tired|complain/;
const TILL_ASLEEP = /payment system is(?:n't answering| asleep)/;

export async function buysByShipping(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await givesAddress(reader, sold);
  await reader.texts('yes');
  await pays(stage, reader, await stage.hearsLink(reader));
  await stage.staff(reader, 'shipped', { tracking: '9400111899223' });
  await reader.hears(/9400111899223/);
}

/** The counter knows this number, and sold it a book three weeks ago; they have texted since, and Marty has looked. */
export async function wasHereBefore(stage: Stage, reader: Phone): Promise<void> {
  const { title, isbn13 } = book('Dune');
  const { kit, fake } = stage;
  const line = { name: title, quantity: '1', note: isbn13 };
  const sale = fake.books.sellAtCounter(fake.locationId, [line], fake.addCustomer(reader.number).id);
  sale.created_at = new Date(Date.now() - 21 * 24 * 3_600_000).toISOString();
  sale.closed_at = sale.created_at;
  await reader.asks('how are you?', HOW_ARE_YOU);
  const looked = `SELECT FROM customers WHERE actor_key = $1 AND past_orders_sealed IS NOT NULL`;
  const key = await stage.keyOf(reader);
  await stage.until(async () => {
    await kit.shop.services.customers.look({ storeId: 1, actorKey: key }); // as with each text: a look that came to nothing is made again
    if ((await kit.pool.query(looked, [key])).rowCount === 0) throw new Error('they were not looked up yet');
  });
}

export async function comesBackAndPicksUp(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await reader.asks('hi', /Dune/);
  await picksUp(reader, sold);
  await paysNow(stage, reader);
  await stage.staff(reader, 'ready');
  await reader.hears(/is ready for you at|come get .+ now/);
  await stage.staff(reader, 'picked-up');
  await reader.hears(GOODBYE);
}

export async function holds(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  await reader.asks('hold it', HELD);
  stage.fake.sellAtCounter(stage.variation(sold));
  await stage.staff(reader, 'picked-up');
  await reader.hears(GOODBYE);
}

export async function waitsForIt(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await reader.asks(`i'll take ${sold.named}`, /bookshop\.org/);
  await reader.hears(/i text you if a copy turns up|put you on the list and text/);
  await reader.asks('yes', /you're on the list for|put you down for/);
  stage.fake.books.move(stage.variation(sold), 1);
  stage.kit.comesIn(sold.isbn13, 1);
  await stage.until(async () => {
    await stage.squareCalls();
    await stage.rounds();
    if ((await reader.news()).some((text) => BACK.test(text))) return;
    throw new Error(`they were not told of ${JSON.stringify(await stage.copies(sold))}`);
  });
  await reader.hears(BACK);
  await reader.asks("i'll take it", SURE);
  await takesIt(stage, reader);
}

export async function isPaidBack(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  await paysNow(stage, reader);
  await stage.staff(reader, 'refund');
  const { id } = await stage.kit.order(reader);
  const { refunds, payments, orders } = stage.fake.books;
  const orderOf = (paymentId: string) => orders.get(payments.get(paymentId)?.order_id ?? '')?.reference_id;
  const refund = await stage.until(() => {
    const asked = [...refunds.values()].find(({ payment_id }) => orderOf(payment_id) === id);
    if (!asked) throw new Error('Square was not asked yet');
    return asked;
  });
  stage.fake.settleRefund(refund.id, 'COMPLETED');
  await stage.squareCalls();
  await reader.hears(/^refunded|on its way back to you/);
}

/** Staff give the money back where it came in, a part first, and say nothing of it here; what Square tells of the rest is lost. */
export async function isPaidBackAtSquare(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  await paysNow(stage, reader);
  const { id } = await stage.kit.order(reader);
  const { payments, orders } = stage.fake.books;
  const paid = [...payments.values()].find(({ order_id }) => orders.get(order_id)?.reference_id === id);
  stage.fake.giveBack(paid?.id ?? '', 300);
  await stage.squareCalls();
  stage.fake.giveBack(paid?.id ?? '');
  stage.fake.outbox.splice(-2);
  await stage.until(async () => {
    await stage.rounds();
    expect((await stage.kit.order(reader)).state).toBe('refunded');
  });
  await reader.hears(/^refunded|on its way back to you/);
}

export async function hearsAnotherPrice(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  stage.variation(sold).priceCents = sold.priceCents + 200;
  await reader.asks('pay now', /price of .+ changed|has a new price/);
  await reader.hears(SURE);
  await takesIt(stage, reader);
}

export async function raceForTheLast(stage: Stage, reader: Phone, sold: Book): Promise<Phone[]> {
  const rival = stage.phone();
  const racers = [reader, rival];
  await Promise.all(racers.map((one) => picksUp(one, sold)));
  await Promise.all(racers.map((one) => one.texts('pay now')));
  const heard = await Promise.all(racers.map((one) => one.hears(new RegExp(`/l/link-|${GONE.source}`))));
  const [link, ...others] = heard.filter((text) => !GONE.test(text));
  if (link === undefined || others.length > 0) throw new Error(`${heard.length} heard ${JSON.stringify(heard)}`);
  const [winner, loser] = link === heard[0] ? [reader, rival] : [rival, reader];
  await pays(stage, winner, link);
  return [winner, loser];
}

export async function optsOutAndPays(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  await reader.texts('pay now');
  const link = await stage.hearsLink(reader);
  await reader.asks('STOP', /opted out/);
  await stage.pays(link);
  await stage.until(async () => {
    const { state } = await stage.kit.order(reader);
    if (state !== 'paid') throw new Error(`the order is ${state}`);
  });
}

/** Five times in ten minutes we see that Square was asked for the link once more; the customer was told what goes on. */
export async function asksWhileSquareIsDown(stage: Stage, reader: Phone, sold: Book): Promise<void> {
  await picksUp(reader, sold);
  stage.fake.isDown = 503;
  await reader.texts('pay now');
  await stage.until(async () => {
    const { id } = await stage.kit.order(reader);
    await stage.kit.passes('linkDelay', { machine: 'order', id });
  });
  await reader.hears(TILL_ASLEEP);
  for (let minutes = 0; minutes < 10; minutes += 2) {
    const before = await linkAttempts(stage, reader);
    await stage.passes(2);
    await stage.until(async () => {
      if ((await linkAttempts(stage, reader)) <= before) throw new Error('Square was not asked again');
    });
  }
  stage.fake.isDown = null;
}

export async function paysOnceSquareIsBack(stage: Stage, reader: Phone): Promise<void> {
  await stage.passes(1);
  await pays(stage, reader, await stage.hearsLink(reader));
}

/** How often the link of this reader's order was asked for in vain, between two attempts. */
async function linkAttempts(stage: Stage, reader: Phone): Promise<number> {
  const { id } = await stage.kit.order(reader);
  const waiting = `SELECT failures FROM commands WHERE actor_key = $1 AND name = 'createPaymentLink' AND status = 'pending'`;
  return stage.until(async () => {
    const [command] = (await stage.kit.pool.query<{ failures: number }>(waiting, [id])).rows;
    if (command === undefined) throw new Error('the link is being asked for');
    return command.failures;
  });
}

/** From the question whether they are sure to the paid order. */
async function takesIt(stage: Stage, reader: Phone): Promise<void> {
  await reader.asks('yes', METHOD);
  await reader.asks('pick it up', PAY_HOW);
  await paysNow(stage, reader);
}

async function paysNow(stage: Stage, reader: Phone): Promise<void> {
  await reader.texts('pay now');
  await pays(stage, reader, await stage.hearsLink(reader));
}

async function pays(stage: Stage, reader: Phone, link: string): Promise<void> {
  await stage.pays(link);
  await reader.hears(PAID);
}
