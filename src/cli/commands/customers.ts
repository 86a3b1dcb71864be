// `marty customers export|forget|opt-out`: what a customer may ask of a shop that keeps things about them.
import { Phone } from '../../web/wire/common.ts';
import { tellOptedOut } from '../shop/carrier-news.ts';
import { customerFile } from '../shop/customer-file.ts';
import { forgetCustomer } from '../shop/forget-customer.ts';
import type { ForgetAnswer } from '../shop/forget-customer.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

type InStore = { store?: string };

/** Prints everything that the shop knows of one customer as JSON. */
export async function runCustomersExport(phone: string, flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    const file = await customerFile(shop, storeOf(shop, flags.store).id, numberOf(phone));
    if (file === null) throw nobody();
    console.log(JSON.stringify(file, null, 2));
  });
}

/** Forgets one customer; works meanwhile, since unpaid orders have to be called off. */
export async function runCustomersForget(phone: string, flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    shop.runtime.startWork();
    const answer = await forgetCustomer(shop, storeOf(shop, flags.store).id, numberOf(phone));
    if (!answer.done) throw refusal(answer);
    console.log('Forgotten. Paid orders stay in the books without a name.');
    if (answer.atSquare === 'deleted') console.log('The record that Marty had made of them at Square is deleted.');
    if (answer.atSquare === 'stays')
      console.log(
        'Square still has a record of this number that Marty did not make: delete it in its dashboard, under Customers.',
      );
  });
}

/** All of them or, where one is no number, none. @throws UsageError where some have not taken it in */
export async function runCustomersOptOut(phones: readonly string[], flags: InStore): Promise<void> {
  const numbers = phones.map(numberOf);
  await withShop(async (shop) => {
    const { id } = storeOf(shop, flags.store);
    let open = 0;
    for (const number of numbers) if (!(await tellOptedOut(shop.runtime, id, number))) open += 1;
    if (open > 0)
      throw new UsageError(
        `${open} of ${numbers.length} did not take it and may still be texted: see \`marty trouble ls\`, and run this again.`,
      );
    console.log(`${numbers.length} opted out, and told nothing of it. START brings each back.`);
  });
}

function refusal({ why, orderIds }: Extract<ForgetAnswer, { done: false }>): UsageError {
  const ids = orderIds.join(', ');
  if (why === 'owed')
    return new UsageError(
      `Nothing was forgotten: the shop still owes on order ${ids}. Hand it over, ship it or refund it first.`,
    );
  if (why === 'square')
    return new UsageError(
      'Nothing was forgotten: Square does not answer, and the record that Marty made of them there has to go first. Try again.',
    );
  if (why === 'stuck')
    return new UsageError(`Nothing was forgotten: order ${ids} could not be called off within a minute. Try again.`);
  return nobody();
}

function numberOf(phone: string): string {
  const parsed = Phone.safeParse(phone);
  if (!parsed.success) throw new UsageError('That is not a phone number, such as +12015550123.');
  return parsed.data;
}

function nobody(): UsageError {
  return new UsageError('Nobody with that number is known here.');
}
