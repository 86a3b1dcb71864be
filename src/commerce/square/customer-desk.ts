// Who our customers are at Square. What was learnt is kept sealed with the customer's own key and asked for first; Square
// is asked at most once a day, by phone number, and gets a record of its own only from somebody who buys.
import { and, eq, sql } from 'drizzle-orm';
import { customers, orders } from '../../../schema/commerce.ts';
import type { Seal } from '../address-book.ts';
import type { Db } from '../db.ts';
import { sealPurchases } from '../purchases.ts';
import { TillRefused } from '../till.ts';
import type { OrderCustomers, SealedCustomer } from '../till.ts';
import { boughtBooks } from './bought-books.ts';
import { deleteOwnCustomer, findCustomer, makeCustomer } from './customers.ts';
import { pastOrdersOf } from './past-orders.ts';
import type { SquareShop } from './square-shop.ts';

export type CustomerRef = { storeId: number; actorKey: string };
/** `phone`: E.164. */
export type Person = { phone: string; dataKey: Buffer };

type CustomerDeskOptions = {
  db: Db;
  vault: Seal;
  /** Null for who was forgotten. */
  personOf: (customer: CustomerRef) => Promise<Person | null>;
  square: (storeId: number) => Promise<SquareShop | null>;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Is told why an order names no customer. */
  onError: (error: unknown) => void;
};

export type CustomerDesk = OrderCustomers & {
  /** Learns what they bought at the counter, unless that was asked within a day. Throws what Square's client throws; what may pass is asked again. */
  look(customer: CustomerRef, signal?: AbortSignal): Promise<void>;
  /** The record that we made there is deleted; `stays`: it was there before us. `none`: Square knows nobody by their number. */
  forget(customer: CustomerRef, signal?: AbortSignal): Promise<'none' | 'deleted' | 'stays'>;
};

const FRESH_MS = 24 * 60 * 60_000;
/** Who has begun to ask and has not answered is left alone for so long; after that somebody else may. */
const LEASE_MS = 10 * 60_000;

export function createCustomerDesk(options: CustomerDeskOptions): CustomerDesk {
  return {
    look: (customer, signal) => look(options, customer, signal),
    forget: (customer, signal) => forget(options, customer, signal),
    forOrder: (order, signal) => forOrder(options, order, signal),
    idOf: (storeId, customer) => idOf(options, storeId, customer),
  };
}

async function look(options: CustomerDeskOptions, customer: CustomerRef, signal?: AbortSignal): Promise<void> {
  const shop = await options.square(customer.storeId);
  const turn = shop && (await takeTurn(options, customer));
  if (!turn) return;
  const person = await options.personOf(customer);
  if (!person) return;
  try {
    await learnPurchases(options, shop, { ...customer, ...person }, signal);
  } catch (error) {
    if (!(error instanceof TillRefused)) await giveBack(options, customer, turn); // a refusal would be the same for their next text
    throw error;
  }
}

async function learnPurchases(options: CustomerDeskOptions, shop: SquareShop, whom: Whom, signal?: AbortSignal) {
  const id = (await knownId(options, whom, whom)) ?? (await findAgain(options, shop, whom, signal));
  const past = id === null ? [] : await pastOrdersOf(shop.place, id, signal);
  const purchases = await boughtBooks(options.db, whom.storeId, past);
  await set(options, whom, {
    pastOrdersSealed: sealPurchases(options.vault, whom.dataKey, purchases),
    pastOrdersAt: new Date(options.now()),
  });
}

/** The turn of asking, for all processes: null where it is taken, or was asked within a day. */
async function takeTurn({ db, now }: CustomerDeskOptions, customer: CustomerRef): Promise<Date | null> {
  const pastOrdersAt = new Date(now() - FRESH_MS + LEASE_MS);
  const taken = await db
    .insert(customers)
    .values({ ...customer, pastOrdersAt })
    .onConflictDoUpdate({
      target: [customers.storeId, customers.actorKey],
      set: { pastOrdersAt },
      setWhere: sql`coalesce(${customers.pastOrdersAt} <= ${new Date(now() - FRESH_MS)}, true)`,
    })
    .returning({ actorKey: customers.actorKey });
  return taken.length > 0 ? pastOrdersAt : null;
}

/** The next text may ask again; a turn that somebody else has taken since stays theirs. */
async function giveBack({ db }: CustomerDeskOptions, customer: CustomerRef, turn: Date): Promise<void> {
  await db
    .update(customers)
    .set({ pastOrdersAt: null })
    .where(and(is(customer), eq(customers.pastOrdersAt, turn)));
}

/** As far as it is not a day old; null also where Square knew nobody. */
async function knownId(
  { db, vault, now }: CustomerDeskOptions,
  customer: CustomerRef,
  { dataKey }: Person,
): Promise<string | null> {
  const [row] = await db.select().from(customers).where(is(customer));
  if (!row?.squareIdSealed || !row.squareLookedAt || now() - row.squareLookedAt.getTime() >= FRESH_MS) return null;
  return vault.open(dataKey, row.squareIdSealed);
}

type Whom = CustomerRef & Person;

async function findAgain(
  options: CustomerDeskOptions,
  { place }: SquareShop,
  { phone, dataKey, ...customer }: Whom,
  signal?: AbortSignal,
): Promise<string | null> {
  const id = await findCustomer(place.square, phone, signal);
  await learn(options, { phone, dataKey, ...customer }, id);
  return id;
}

function learn(options: CustomerDeskOptions, { dataKey, storeId, actorKey }: Whom, id: string | null): Promise<void> {
  const squareIdSealed = id === null ? null : options.vault.seal(dataKey, id);
  return set(options, { storeId, actorKey }, { squareIdSealed, squareLookedAt: new Date(options.now()) });
}

// A row that is gone belonged to somebody who was forgotten meanwhile: it does not come back.
async function set({ db }: CustomerDeskOptions, customer: CustomerRef, what: Partial<typeof customers.$inferInsert>) {
  await db
    .update(customers)
    .set({ ...what, updatedAt: sql`now()` })
    .where(is(customer));
}

// A sale does not fail for want of a customer's record: what Square will never do is left out.
async function forOrder(
  options: CustomerDeskOptions,
  { storeId, orderId }: { storeId: number; orderId: string },
  signal?: AbortSignal,
): Promise<SealedCustomer | null> {
  const shop = await options.square(storeId);
  if (!shop) return null;
  const [order] = await options.db
    .select({ actorKey: orders.customerKey })
    .from(orders)
    .where(and(eq(orders.storeId, storeId), eq(orders.id, orderId)));
  const customer = order && { storeId, ...order };
  const person = customer && (await options.personOf(customer));
  if (!person) return null;
  try {
    const id = await idToBuy(options, shop, { ...customer, ...person }, signal);
    const idSealed = options.vault.seal(person.dataKey, id).toString('base64');
    return { actorKey: customer.actorKey, idSealed };
  } catch (error) {
    if (!(error instanceof TillRefused)) throw error;
    options.onError(error);
    return null;
  }
}

/** That Square knew nobody earlier today is not believed: the counter may have made a record since. */
async function idToBuy(options: CustomerDeskOptions, shop: SquareShop, whom: Whom, signal?: AbortSignal) {
  const { storeId, actorKey } = whom;
  await options.db.insert(customers).values({ storeId, actorKey }).onConflictDoNothing();
  const known = await knownId(options, whom, whom);
  if (known !== null) return known;
  const found = await findAgain(options, shop, whom, signal);
  if (found !== null) return found;
  const made = await makeCustomer(shop.place.square, whom, signal);
  await learn(options, whom, made);
  return made;
}

async function idOf(
  { vault, personOf }: CustomerDeskOptions,
  storeId: number,
  { actorKey, idSealed }: SealedCustomer,
): Promise<string | null> {
  const person = await personOf({ storeId, actorKey });
  return person && vault.open(person.dataKey, Buffer.from(idSealed, 'base64'));
}

async function forget(options: CustomerDeskOptions, customer: CustomerRef, signal?: AbortSignal) {
  const shop = await options.square(customer.storeId);
  const person = await options.personOf(customer);
  if (!shop || !person) return 'none';
  const known = await knownId(options, customer, person);
  const customerId = known ?? (await findCustomer(shop.place.square, person.phone, signal));
  if (customerId === null) return 'none';
  return deleteOwnCustomer(shop.place.square, { customerId, actorKey: customer.actorKey }, signal);
}

function is({ storeId, actorKey }: CustomerRef) {
  return and(eq(customers.storeId, storeId), eq(customers.actorKey, actorKey));
}
