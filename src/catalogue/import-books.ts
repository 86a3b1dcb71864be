// Reads a bookseller's CSV into one store. A bad row is named and skipped, never the reason to stop; the same file
// twice changes nothing.
import type { Readable } from 'node:stream';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { IMPORT_COLUMNS, readRow, type ImportRow } from './import-row.ts';
import { readCsv, type CsvRecord } from './read-csv.ts';
import { saveBooks } from './save-books.ts';
import { setStock } from './set-stock.ts';

/** `line` counts from 1, the header included, as editors show it. */
export type BadRow = { line: number; reason: string };
/** Rows dealt with, and how many bytes of the file they were. */
export type ImportProgress = { rows: number; bytes: number };
export type ImportHooks = { onProgress?: (progress: ImportProgress) => void; onBadRow?: (row: BadRow) => void };
/** `bad` rows were skipped, or only their stock was refused. */
export type Imported = { rows: number; added: number; changed: number; unchanged: number; bad: number };

const BATCH = 500;

/**
 * Columns `isbn13,title,authors,year,price,on_hand`, in any order, among others. Every 500 rows are one transaction.
 * Throws `UnreadableCsv` when the header is missing or lacks a column.
 */
export async function importBooks(
  db: NodePgDatabase,
  storeId: number,
  csv: Readable,
  hooks: ImportHooks = {},
): Promise<Imported> {
  const run = new ImportRun(db, storeId, hooks);
  for await (const record of readCsv(csv, IMPORT_COLUMNS)) {
    run.take(record);
    if (run.isBatchFull) await run.save();
  }
  await run.save();
  return run.total;
}

class ImportRun {
  readonly total: Imported = { rows: 0, added: 0, changed: 0, unchanged: 0, bad: 0 };
  readonly #db: NodePgDatabase;
  readonly #storeId: number;
  readonly #hooks: ImportHooks;
  readonly #lineOf = new Map<string, number>();
  #batch: ImportRow[] = [];
  #bytes = 0;

  constructor(db: NodePgDatabase, storeId: number, hooks: ImportHooks) {
    this.#db = db;
    this.#storeId = storeId;
    this.#hooks = hooks;
  }

  get isBatchFull(): boolean {
    return this.#batch.length >= BATCH;
  }

  take(record: CsvRecord): void {
    this.total.rows += 1;
    this.#bytes = Math.max(this.#bytes, record.bytes);
    const reading = 'broken' in record ? { reason: record.broken } : readRow(record.fields);
    if ('reason' in reading) return this.#refuse(record.line, reading.reason);
    const { isbn13 } = reading.row.book;
    const before = this.#lineOf.get(isbn13);
    if (before !== undefined) return this.#refuse(record.line, `isbn13 is the same as in line ${before}`);
    this.#lineOf.set(isbn13, record.line);
    this.#batch.push(reading.row);
  }

  async save(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    const { saved, refused } = await this.#db.transaction(async (tx) => ({
      saved: await saveBooks(
        tx,
        this.#storeId,
        batch.map(({ book }) => book),
      ),
      refused: await setStock(
        tx,
        this.#storeId,
        batch.map(({ book, onHand }) => ({ isbn13: book.isbn13, onHand })),
      ),
    }));
    this.total.added += saved.added;
    this.total.changed += saved.changed;
    this.total.unchanged += saved.unchanged;
    for (const { isbn13 } of refused) {
      this.#refuse(this.#lineOf.get(isbn13) ?? 0, 'on_hand is less than the copies that are promised to customers');
    }
    this.#hooks.onProgress?.({ rows: this.total.rows, bytes: this.#bytes });
  }

  #refuse(line: number, reason: string): void {
    this.total.bad += 1;
    this.#hooks.onBadRow?.({ line, reason });
  }
}
