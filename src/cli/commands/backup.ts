// `marty stores dump|restore|reconcile|strays`: one shop into a file and back, and what to do after any other way of going back.
import { inTransaction } from '../../runtime/transaction.ts';
import { afterwards } from '../backup/afterwards.ts';
import { assertClosed } from '../backup/closed.ts';
import { dumpStore } from '../backup/dump.ts';
import { BackupRefused } from '../backup/refused.ts';
import { restoreStore } from '../backup/restore.ts';
import { setUpAnew } from '../backup/set-up.ts';
import type { SetUp } from '../backup/set-up.ts';
import { strayLines } from '../backup/stray-lines.ts';
import type { Shop } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

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

/** Refused while a web or worker process is connected. */
export async function runStoresRestore(file: string): Promise<void> {
  await withShop(async (shop) => {
    const { database, secrets: keys, refreshStores } = shop;
    await told(assertClosed(database.pool));
    const { store, backupAt, rows, setUp, isToRotate } = await told(
      restoreStore({ pool: database.pool, keys, now: Date.now, onTable }, file),
    );
    console.log(`"${store.slug}" is as it was at ${backupAt.toISOString()}, ${rows} rows.`);
    await refreshStores();
    if (isToRotate) console.log('It is under PII_KEY_PREVIOUS: run `marty keys rotate` before that goes.');
    await report(shop, store, backupAt, setUp);
  });
}

/** For a database that was set back as a whole; no worker may have started since, and none may be connected. */
export async function runStoresReconcile(slug: string, { since }: { since: string }): Promise<void> {
  const backupAt = past(since);
  await withShop(async (shop) => {
    await told(assertClosed(shop.database.pool));
    const store = storeOf(shop, slug);
    const lost = { storeId: store.id, backupAt, now: new Date(shop.clock.now()) };
    await report(shop, store, backupAt, await inTransaction(shop.database.pool, (tx) => setUpAnew(tx, lost)));
  });
}

/** Changes nothing, so it may be asked at any time, also beside workers. */
export async function runStoresStrays(slug: string, { since }: { since: string }): Promise<void> {
  const from = past(since);
  await withShop(async (shop) => {
    for (const line of await strayLines(shop, storeOf(shop, slug), from)) console.log(line);
  });
}

function past(since: string): Date {
  const at = new Date(since);
  if (Number.isNaN(at.getTime()) || at.getTime() > Date.now())
    throw new UsageError(`--since ${since}: a time that has passed, such as 2026-11-28T08:00:00Z.`);
  return at;
}

async function report(shop: Shop, store: { id: number; slug: string }, backupAt: Date, setUp: SetUp): Promise<void> {
  for (const line of afterwards({ slug: store.slug, backupAt, setUp })) console.log(line);
  for (const line of await strayLines(shop, store, backupAt)) console.log(line);
}

function told<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof BackupRefused ? new UsageError(error.message) : error;
  });
}
