// `marty books import FILE.csv`: a bar while it runs, each bad row by line and reason, and the sum.
import { createReadStream, statSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { importBooks } from '../../catalogue/import-books.ts';
import type { BadRow } from '../../catalogue/import-books.ts';
import { storeOf, UsageError, withPreparedShop } from './with-shop.ts';

const BAD_ROWS_SHOWN_MAX = 50;

export async function runBooksImport(file: string, { store: slug }: { store?: string }): Promise<void> {
  const bytes = sizeOf(file);
  await withPreparedShop(async (shop) => {
    const store = storeOf(shop, slug);
    const bar = new cliProgress.SingleBar({
      format: '{bar} {percentage}% · {rows} rows',
      clearOnComplete: false,
      stream: process.stderr,
    });
    const bad: BadRow[] = [];
    bar.start(bytes, 0, { rows: 0 });
    const total = await importBooks(shop.db, store.id, createReadStream(file), {
      onProgress: ({ rows, bytes: read }) => bar.update(read, { rows }),
      onBadRow: (row) => bad.push(row),
    }).finally(() => bar.stop());
    for (const { line, reason } of bad.slice(0, BAD_ROWS_SHOWN_MAX)) console.error(`line ${line}: ${reason}`);
    if (bad.length > BAD_ROWS_SHOWN_MAX) console.error(`… and ${bad.length - BAD_ROWS_SHOWN_MAX} more`);
    const { rows, added, changed, unchanged } = total;
    console.log(
      `${store.name}: ${rows} rows read, ${added} books new, ${changed} changed, ${unchanged} as they were, ${total.bad} skipped.`,
    );
  });
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be read; give the path of a CSV file.`, { cause });
  }
}
