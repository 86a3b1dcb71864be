// A shop in the middle of a busy day, for tests of the console: customers in every kind of state, brought there by texting
// the real shop, and two kinds of trouble, which a healthy shop does not make by itself, by SQL.
import { expect } from 'vitest';
import { accountsOf } from '../../src/cli/shop/accounts/of-shop.ts';
import { book } from '../shop/books.ts';
import { agrees, chooses, getsLink, givesAddress, isShown, picksUp } from '../shop/journeys.ts';
import type { ShopKit } from '../shop/kit.ts';
import { HELD, PAID } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';

export const MERLIN = { email: 'merlin@example.com', password: 'a staff of yew wood', name: 'Merlin' };
const BOOKS = {
  dune: book('Dune'),
  hobbit: book('The Hobbit'),
  dispossessed: book('The Dispossessed'),
  neuromancer: book('Neuromancer'),
};
const STUCK = /someone|somebody|person|human/i;

export type BusyShop = {
  /** Asked for a person; nobody has come. */
  stuck: Phone;
  /** Has paid for a pickup. */
  buyer: Phone;
  /** Has the link and has not paid. */
  waiting: Phone;
  /** Is asked whether they are sure. */
  unsure: Phone;
  gone: Phone;
};

/** Some ten customers at once; resolves when the shop is at rest. */
export async function makeBusy(kit: ShopKit): Promise<BusyShop> {
  await accountsOf(kit.shop).accounts.add({ ...MERLIN, role: 'admin', stores: null });
  for (const { isbn13 } of Object.values(BOOKS)) await kit.stand(isbn13, 9);
  const shop: BusyShop = {
    stuck: kit.phone(),
    buyer: kit.phone(),
    waiting: kit.phone(),
    unsure: kit.phone(),
    gone: kit.phone(),
  };
  await Promise.all([
    asksForPerson(shop.stuck),
    pays(kit, shop.buyer),
    getsLink(shop.waiting, BOOKS.dune),
    chooses(shop.unsure, BOOKS.neuromancer),
    leaves(shop.gone),
    holds(kit.phone()),
    isShipped(kit, kit.phone()),
    isShown(kit.phone(), BOOKS.dispossessed),
    agrees(kit.phone(), BOOKS.hobbit),
    isKept(kit, kit.phone()),
  ]);
  await kit.rest();
  await makeTrouble(kit, shop.waiting);
  return shop;
}

async function asksForPerson(phone: Phone): Promise<void> {
  await isShown(phone, BOOKS.dune);
  await phone.asks('can i talk to a real person please', STUCK);
}

async function pays(kit: ShopKit, phone: Phone): Promise<void> {
  await kit.pays(phone, await getsLink(phone, BOOKS.hobbit));
  await phone.hears(PAID);
}

async function holds(phone: Phone): Promise<void> {
  await picksUp(phone, BOOKS.dispossessed);
  await phone.asks('hold it', HELD);
}

async function isShipped(kit: ShopKit, phone: Phone): Promise<void> {
  await givesAddress(phone, BOOKS.dune);
  await phone.texts('yes');
  await kit.pays(phone, await phone.hearsLink());
  await phone.hears(PAID);
}

async function leaves(phone: Phone): Promise<void> {
  await isShown(phone, BOOKS.neuromancer);
  await phone.asks('STOP', /./);
}

/** A person has answered, and they have written since. */
async function isKept(kit: ShopKit, phone: Phone): Promise<void> {
  await isShown(phone, BOOKS.hobbit);
  const path = `/api/conversations/${encodeURIComponent(phone.number)}/messages`;
  expect(
    (await kit.staff('POST', path, { text: 'hi, this is ana at the counter. hardcover or paperback?' })).status,
  ).toBe(202);
  await phone.hears(/counter/);
  await phone.texts('paperback please');
}

/** Two commands that gave up, of which one can be tried again, and an event that could not be stepped. */
async function makeTrouble({ shop, pool }: ShopKit, { number }: Phone): Promise<void> {
  const key = await shop.runtime.find({ storeId: 1, machine: 'customer', id: number });
  const { rowCount } = await pool.query(
    `UPDATE commands SET status = 'failed', code = 'rejected', finished_at = now() WHERE id =
       (SELECT id FROM commands WHERE actor_key = $1 AND name = 'quote' AND status = 'done' LIMIT 1)`,
    [key],
  );
  expect(rowCount).toBe(1);
  const gaveUp = await pool.query(
    `UPDATE commands SET status = 'failed', code = 'exhausted', finished_at = now() WHERE id =
       (SELECT id FROM commands WHERE actor_key = $1 AND name = 'deliver' AND status = 'done' LIMIT 1)`,
    [key],
  );
  expect(gaveUp.rowCount).toBe(1);
  await setAside({ shop, pool }, key, 'order.reminder');
}

/** An event that could not be stepped, and that cannot be either when it is tried again: it lacks what its type needs. */
export async function setAside({ shop, pool }: Pick<ShopKit, 'shop' | 'pool'>, key: string | null, type: string) {
  const cause = { kind: 'event', event: { type } };
  const payload = shop.vault.sealShared(
    JSON.stringify({ cause, source: 'actor:order', correlationId: 'a-correlation' }),
  );
  await pool.query(
    `INSERT INTO inbox (store_id, actor_key, state, payload, type, trouble, not_before, created_at)
     VALUES (1, $1, 'aside', $2, $3, 'TypeError', now(), now())`,
    [key, payload, type],
  );
}
