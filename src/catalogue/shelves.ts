// What a process keeps in memory of each store's books, brought up to date before every use by what changed since.
// A read costs one look at the store's revision; only changed books are loaded.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { readChangedBooks, readRevision, type BookRow } from './read-books.ts';
import { SearchIndex } from './search-index.ts';
import { TitleIndex } from './title-index.ts';

export type Shelf = { titles: TitleIndex; search: SearchIndex; rows: Map<string, BookRow> };

type Loaded = { shelf: Shelf; revision: number };

/** Books indexed before other work of the process gets a turn. */
const BATCH = 250;

export class Shelves {
  readonly #db: NodePgDatabase;
  readonly #loads = new Map<number, Promise<Loaded>>();

  constructor(db: NodePgDatabase) {
    this.#db = db;
  }

  /** The store's shelf as of now; concurrent callers share one load, and a failed load is tried again by the next. */
  async of(storeId: number): Promise<Shelf> {
    const before = this.#loads.get(storeId) ?? Promise.resolve({ shelf: emptyShelf(), revision: 0 });
    const now = before.then((loaded) => this.#refresh(storeId, loaded));
    const settled = now.catch(() => before);
    this.#loads.set(storeId, settled);
    return (await now).shelf;
  }

  async #refresh(storeId: number, { shelf, revision }: Loaded): Promise<Loaded> {
    const latest = await readRevision(this.#db, storeId);
    if (latest === revision) return { shelf, revision };
    const changed = await readChangedBooks(this.#db, storeId, revision);
    for (let from = 0; from < changed.length; from += BATCH) {
      for (const row of changed.slice(from, from + BATCH)) place(shelf, row);
      await new Promise((resume) => setImmediate(resume));
    }
    return { shelf, revision: changed.reduce((most, row) => Math.max(most, row.revision), latest) };
  }
}

function emptyShelf(): Shelf {
  return { titles: new TitleIndex(), search: new SearchIndex(), rows: new Map() };
}

function place(shelf: Shelf, row: BookRow): void {
  shelf.titles.put(row);
  shelf.search.put(row);
  shelf.rows.set(row.isbn13, row);
}
