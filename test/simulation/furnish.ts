// The shop before its first customer comes: empty tables, one store, its books on the shelf.
import type pg from 'pg';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { PARTITIONED } from '../../src/cli/shop/partitioned.ts';
import { openDb } from '../../src/commerce/db.ts';
import { createStock } from '../../src/commerce/stock/stock.ts';
import { seedStore } from '../../src/commerce/stores.ts';
import { makePartitions } from '../../src/runtime/partitions.ts';
import type { Ask, Stock } from '../shop/rules.ts';
import { BOOKS, STORE } from './inventory.ts';
import { BEGIN } from './world.ts';

const MONTH_MS = 30 * 24 * 60 * 60_000;

/** @returns what came into the shop */
export async function furnishShop(pool: pg.Pool): Promise<Stock> {
  const came: Stock = new Map();
  const db = openDb(pool);
  await seedStore(db, STORE);
  const catalogue = createCatalogue({ db });
  const stock = createStock(db);
  for (const { onHand, ...book } of BOOKS) {
    await catalogue.put(1, book);
    await stock.adjust({ storeId: 1, isbn13: book.isbn13, onHand });
    came.set(book.isbn13, onHand);
  }
  for (const months of [0, 1, 2]) await makePartitions(pool, PARTITIONED, BEGIN + months * MONTH_MS);
  return came;
}

/**
 * As after the migrations: without months of an earlier world, and without rows. Only tables that hold anything are emptied, for all of them
 * would take longer than a small world. Then nothing is left to be written.
 */
export async function emptyTables(ask: Ask): Promise<void> {
  const months = await ask(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
     WHERE relkind = 'r' AND relname NOT LIKE '%default' ORDER BY 1`,
  );
  if (months.length > 0) await ask(`DROP TABLE ${listed(months)}`);
  const tables = await ask(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
     AND relname NOT LIKE '%migrations%' AND pg_relation_size(oid) > 0 ORDER BY relname`,
  );
  if (tables.length > 0) await ask(`TRUNCATE ${listed(tables)} RESTART IDENTITY CASCADE`);
  await ask('CHECKPOINT');
}

function listed(tables: ReadonlyArray<Record<string, unknown>>): string {
  return tables.map(({ name }) => String(name)).join(', ');
}
