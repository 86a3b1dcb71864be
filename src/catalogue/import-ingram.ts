// Reads a wholesaler's stock list into one store as 'can be ordered'. The newest file is the truth: what it no longer
// lists cannot be ordered any more. A bad row is named and skipped; the same file twice changes nothing.
import type { Readable } from 'node:stream';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { orderableBooks } from '../../schema/elsewhere.ts';
import type { ImportHooks } from './import-books.ts';
import { missingColumns, readIngramRow } from './ingram-row.ts';
import { searchWords } from './orderable-books.ts';
import type { OrderableBook } from './orderable-books.ts';
import { readCsv, UnreadableCsv } from './read-csv.ts';

/** `gone`: listed before and not any more. */
export type IngramImported = { rows: number; listed: number; bad: number; gone: number };

const BATCH = 1_000;

/** Throws `UnreadableCsv` when the header lacks a column; then nothing was changed. */
export async function importIngram(
  db: NodePgDatabase,
  storeId: number,
  csv: Readable,
  { now, hooks = {} }: { now: () => number; hooks?: ImportHooks },
): Promise<IngramImported> {
  const run = new Run(db, storeId, new Date(now()), hooks);
  for await (const record of readCsv(csv, [], checkHeader)) {
    if ('broken' in record) run.refuse(record.line, record.broken);
    else run.take(record.line, record.fields);
    run.bytes = Math.max(run.bytes, record.bytes);
    if (run.isBatchFull) await run.save();
  }
  await run.save();
  return run.finish();
}

function checkHeader(header: readonly string[]): void {
  const missing = missingColumns(header);
  if (missing.length > 0) throw new UnreadableCsv(`the header lacks ${missing.join('; ')}`);
}

class Run {
  bytes = 0;
  #rows = 0;
  #listed = 0;
  #bad = 0;
  #batch: OrderableBook[] = [];
  readonly #lines = new Map<string, number>();

  constructor(
    private readonly db: NodePgDatabase,
    private readonly storeId: number,
    private readonly at: Date,
    private readonly hooks: ImportHooks,
  ) {}

  get isBatchFull(): boolean {
    return this.#batch.length >= BATCH;
  }

  take(line: number, fields: Record<string, string>): void {
    this.#rows += 1;
    const reading = readIngramRow(fields);
    if ('reason' in reading) return this.#skip(line, reading.reason);
    const before = this.#lines.get(reading.book.isbn13);
    if (before !== undefined) return this.#skip(line, `the ISBN is the same as in line ${before}`);
    this.#lines.set(reading.book.isbn13, line);
    this.#batch.push(reading.book);
  }

  refuse(line: number, reason: string): void {
    this.#rows += 1;
    this.#skip(line, reason);
  }

  async save(): Promise<void> {
    const { storeId, at } = this;
    const rows = this.#batch.map((book) => ({ storeId, ...book, words: searchWords(book), updatedAt: at }));
    this.#batch = [];
    this.#listed += rows.length;
    if (rows.length > 0) {
      await this.db
        .insert(orderableBooks)
        .values(rows)
        .onConflictDoUpdate({ target: [orderableBooks.storeId, orderableBooks.isbn13], set: FROM_FILE });
    }
    this.hooks.onProgress?.({ rows: this.#rows, bytes: this.bytes });
  }

  /** A file of nothing but bad rows is a wrong file, and takes nothing away. */
  async finish(): Promise<IngramImported> {
    const counts = { rows: this.#rows, listed: this.#listed, bad: this.#bad };
    if (this.#listed === 0) return { ...counts, gone: 0 };
    const older = and(eq(orderableBooks.storeId, this.storeId), lt(orderableBooks.updatedAt, this.at));
    const { rowCount } = await this.db.delete(orderableBooks).where(older);
    return { ...counts, gone: rowCount ?? 0 };
  }

  #skip(line: number, reason: string): void {
    this.#bad += 1;
    this.hooks.onBadRow?.({ line, reason });
  }
}

const FROM_FILE = {
  title: sql`excluded.title`,
  authors: sql`excluded.authors`,
  priceCents: sql`excluded.price_cents`,
  available: sql`excluded.available`,
  words: sql`excluded.words`,
  updatedAt: sql`excluded.updated_at`,
};
