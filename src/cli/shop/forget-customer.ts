// Forgets a customer who asks for it: unpaid orders are called off first, paid ones stay in the books without a name,
// and who had opted out stays so under a keyed hash of the number.
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, inArray } from 'drizzle-orm';
import type { OrderState } from '../../../schema/order.ts';
import { orders } from '../../../schema/commerce.ts';
import { threads } from '../../../schema/messages.ts';
import { OWED_STATES, WAITING_STATES } from '../../commerce/order-states.ts';
import { TillRefused } from '../../commerce/till.ts';
import { forgetActor } from '../../runtime/forget.ts';
import { errorName } from '../../runtime/errors.ts';
import type { Sql } from '../../runtime/transactional.ts';
import type { Shop } from './open-shop.ts';

const CALL_OFF_MAX_MS = 60_000;
const LOOK_MS = 200;
/** What is the customer's alone. `consents` stays, its words unreadable: the law asks for the record. */
const TABLES = [
  'messages',
  'threads',
  'customers',
  'addresses',
  'thread_summaries',
  'token_usage',
  'notes',
  'search_tokens',
  'waitlist',
] as const;

/**
 * `atSquare`: what became of the record that Square has of them; `stays`: it is not of our making, and the shop's to delete.
 * `owed`, `stuck`: nothing was forgotten, since the shop owes something on these orders, or could not call them off.
 * `square`: nothing was forgotten, since the record that we made there could not be deleted, and without us nobody would know of it.
 */
export type ForgetAnswer =
  | { done: true; atSquare: 'none' | 'deleted' | 'stays' }
  | { done: false; why: 'unknown' | 'owed' | 'stuck' | 'square'; orderIds: string[] };

/** Needs workers, here or in another process: they call off the orders. Running it again goes on where it stopped. */
export async function forgetCustomer(shop: Shop, storeId: number, phone: string): Promise<ForgetAnswer> {
  const key = await shop.runtime.find({ storeId, machine: 'customer', id: phone });
  if (key === null) return { done: false, why: 'unknown', orderIds: [] };
  const stuck = await callOff(shop, storeId, key);
  if (stuck.length > 0) return { done: false, why: 'stuck', orderIds: stuck };
  const owed = await ordersIn(shop, storeId, key, OWED_STATES);
  if (owed.length > 0) return { done: false, why: 'owed', orderIds: owed };
  const atSquare = await leaveSquare(shop, storeId, key);
  if (atSquare === null) return { done: false, why: 'square', orderIds: [] };
  await leaveLines(shop, storeId, key);
  await forget(shop, storeId, key);
  return { done: true, atSquare };
}

/** Null when Square could not be asked. What it will never do for us stays for people to do. */
async function leaveSquare({ services, log }: Shop, storeId: number, actorKey: string) {
  try {
    return await services.customers.forget({ storeId, actorKey });
  } catch (error) {
    log.warn({ error: errorName(error) }, 'a record at Square could not be deleted');
    return error instanceof TillRefused ? 'stays' : null;
  }
}

async function callOff(shop: Shop, storeId: number, key: string): Promise<string[]> {
  for (const id of await ordersIn(shop, storeId, key, WAITING_STATES)) {
    await shop.runtime.send({ storeId, machine: 'order', id }, { type: 'order.cancelRequested' }, { source: 'forget' });
  }
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const open = await ordersIn(shop, storeId, key, WAITING_STATES);
    if (open.length === 0 || waitedMs >= CALL_OFF_MAX_MS) return open;
    await sleep(LOOK_MS);
  }
}

/** What is set aside for them is for whoever is next. */
async function leaveLines({ services }: Shop, storeId: number, key: string): Promise<void> {
  for (const { id } of await services.waitlist.asideFor(storeId, key)) {
    await services.stock.release({ storeId, orderId: id });
  }
}

async function ordersIn({ db }: Shop, storeId: number, key: string, states: readonly OrderState[]): Promise<string[]> {
  const which = and(eq(orders.storeId, storeId), eq(orders.customerKey, key), inArray(orders.state, [...states]));
  return (await db.select({ id: orders.id }).from(orders).where(which)).map(({ id }) => id);
}

async function forget({ db, database, clock, vault, runtime }: Shop, storeId: number, key: string): Promise<void> {
  const [thread] = await db
    .select()
    .from(threads)
    .where(and(eq(threads.storeId, storeId), eq(threads.actorKey, key)));
  const forgotten = await forgetActor(
    {
      pool: database.pool,
      vault,
      now: clock.now,
      heirHears: thread?.optedOut ? { type: 'consent.revoked', source: 'record' } : undefined,
      alongside: (tx, heir) => emptyTables(tx, storeId, key, heir),
    },
    storeId,
    key,
  );
  if (forgotten?.heir) runtime.wake(storeId, forgotten.heir);
}

// The gate of an heir is shut before its statechart has heard why.
async function emptyTables(tx: Sql, storeId: number, key: string, heir: string | null): Promise<void> {
  for (const table of TABLES)
    await tx.query(`DELETE FROM ${table} WHERE store_id = $1 AND actor_key = $2`, [storeId, key]);
  if (heir)
    await tx.query('INSERT INTO threads (store_id, actor_key, opted_out) VALUES ($1, $2, true)', [storeId, heir]);
}
