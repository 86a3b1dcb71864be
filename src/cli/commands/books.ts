// `marty books import FILE.csv`, `marty books import-ingram FILE.csv`: a bar while it runs, each bad row by line and
// reason, and the sum.
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import cliProgress from 'cli-progress';
import { importBooks } from '../../catalogue/import-books.ts';
import type { BadRow, ImportHooks } from '../../catalogue/import-books.ts';
import { importIngram } from '../../catalogue/import-ingram.ts';
import { UnreadableCsv } from '../../catalogue/read-csv.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withPreparedShop } from './with-shop.ts';

const BAD_ROWS_SHOWN_MAX = 50;

type InStore = { store?: string };

export async function runBooksImport(file: string, { store: slug }: InStore): Promise<void> {
  const bytes = sizeOf(file);
  await withPreparedShop(async (shop) => {
    const store = storeOf(shop, slug);
    const total = await watched(file, bytes, (csv, hooks) => importBooks(shop.db, store.id, csv, hooks));
    const { rows, added, changed, unchanged } = total;
    console.log(
      `${store.name}: ${rows} rows read, ${added} books new, ${changed} changed, ${unchanged} as they were, ${total.bad} skipped.`,
    );
  });
}

/** What the wholesaler can send from now on; what the file no longer lists cannot be ordered any more. */
export async function runIngramImport(file: string, { store: slug }: InStore): Promise<void> {
  const bytes = sizeOf(file);
  await withPreparedShop(async (shop) => {
    const store = storeOf(shop, slug);
    const total = await watched(file, bytes, (csv, hooks) =>
      importIngram(shop.db, store.id, csv, { now: Date.now, hooks }),
    );
    const { rows, listed, bad, gone } = total;
    console.log(
      `${store.name}: ${rows} rows read, ${listed} books can be ordered, ${gone} no longer, ${bad} rows skipped.`,
    );
  });
}

/** Runs an import with its bar, then names the bad rows. */
async function watched<Total>(
  file: string,
  bytes: number,
  run: (csv: Readable, hooks: ImportHooks) => Promise<Total>,
): Promise<Total> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% · {rows} rows',
    clearOnComplete: false,
    stream: process.stderr,
  });
  const bad: BadRow[] = [];
  bar.start(bytes, 0, { rows: 0 });
  const hooks: ImportHooks = {
    onProgress: ({ rows, bytes: read }) => bar.update(read, { rows }),
    onBadRow: (row) => bad.push(row),
  };
  const total = await run(createReadStream(file), hooks)
    .finally(() => bar.stop())
    .catch(inWords);
  for (const { line, reason } of bad.slice(0, BAD_ROWS_SHOWN_MAX)) console.error(`line ${line}: ${reason}`);
  if (bad.length > BAD_ROWS_SHOWN_MAX) console.error(`… and ${bad.length - BAD_ROWS_SHOWN_MAX} more`);
  return total;
}

function inWords(error: unknown): never {
  if (error instanceof UnreadableCsv) throw new UsageError(`Nothing was imported: ${error.message}.`, { cause: error });
  throw error;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be read; give the path of a CSV file.`, { cause });
  }
}
