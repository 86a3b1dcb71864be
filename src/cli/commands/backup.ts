// `marty stores dump|restore|reconcile`: one shop into a file and back, and what to do after any other way of going back.
import { inTransaction } from '../../runtime/transaction.ts';
import { afterwards } from '../backup/afterwards.ts';
import { dumpStore } from '../backup/dump.ts';
import { BackupRefused } from '../backup/refused.ts';
import { restoreStore } from '../backup/restore.ts';
import { setUpAnew } from '../backup/set-up.ts';
import type { SetUp } from '../backup/set-up.ts';
import { straysAtSquare } from '../backup/strays.ts';
import type { Stray } from '../backup/strays.ts';
import type { Shop } from '../shop/open-shop.ts';
import { storeOf, UsageError, withShop } from './with-shop.ts';

const onTable = (table: string, rows: number) => {
  if (rows > 0) console.error(`  ${table.padEnd(22)} ${rows}`);
};

/** Safe while the shop is open. */
export async function runStoresDump(slug: string, { out }: { out: string }): Promise<void> {
  await withShop(async ({ database: { pool }, secrets: keys }) => {
    const { rows } = await told(dumpStore({ pool, keys, now: Date.now, onTable }, slug, out));
    console.log(
      `${out} holds "${slug}", ${rows} rows. Keep it like the database, and PII_KEY elsewhere: one is nothing without the other.`,
    );
  });
}

export async function runStoresRestore(file: string): Promise<void> {
  await withShop(async (shop) => {
    const { database, secrets: keys, refreshStores } = shop;
    const { store, backupAt, rows, setUp, isToRotate } = await told(
      restoreStore({ pool: database.pool, keys, now: Date.now, onTable }, file),
    );
    console.log(`"${store.slug}" is as it was at ${backupAt.toISOString()}, ${rows} rows.`);
    await refreshStores();
    if (isToRotate) console.log('It is under PII_KEY_PREVIOUS: run `marty keys rotate` before that goes.');
    await report(shop, store, backupAt, setUp);
  });
}

/** For a database that was set back as a whole. */
export async function runStoresReconcile(slug: string, { since }: { since: string }): Promise<void> {
  const backupAt = new Date(since);
  if (Number.isNaN(backupAt.getTime()) || backupAt.getTime() > Date.now())
    throw new UsageError(`--since ${since}: a time that has passed, such as 2026-11-28T08:00:00Z.`);
  await withShop(async (shop) => {
    const store = storeOf(shop, slug);
    const lost = { storeId: store.id, backupAt, now: new Date() };
    await report(shop, store, backupAt, await inTransaction(shop.database.pool, (tx) => setUpAnew(tx, lost)));
  });
}

async function report(shop: Shop, store: { id: number; slug: string }, backupAt: Date, setUp: SetUp): Promise<void> {
  for (const line of afterwards({ slug: store.slug, backupAt, setUp })) console.log(line);
  for (const line of await atSquare(shop, store, backupAt)) console.log(line);
}

async function atSquare(shop: Shop, { id, slug }: { id: number; slug: string }, since: Date): Promise<string[]> {
  const square = await shop.tills.square(id);
  if (square === null) return [];
  try {
    const strays = await straysAtSquare(shop.db, square.place, id, since);
    if (strays.length === 0) return ['Square has no order since then that this store does not know.'];
    return [
      'Orders at Square that this store knows nothing of; look at each there, and call its customer:',
      ...strays.map(lineOf),
    ];
  } catch {
    return [
      `Square could not be asked about orders since then. Once it answers: marty stores reconcile ${slug} --since ${since.toISOString()}`,
    ];
  }
}

function lineOf({ reference, orderId, totalCents, why, isPaid }: Stray): string {
  const state = why === 'refunded' ? 'given back there' : isPaid ? 'paid' : 'not paid, its link is open';
  return `  ${reference}  order ${orderId}  ${(totalCents / 100).toFixed(2)}  ${state}`;
}

function told<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof BackupRefused ? new UsageError(error.message) : error;
  });
}
