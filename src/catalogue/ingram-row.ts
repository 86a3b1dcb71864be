// One line of a stock list as a wholesaler's portal exports it. Portals name their columns as they like, so each fact is
// looked for under several names; copies are added up over the warehouses.
import { z } from 'zod';
import { linkless } from '../../schema/links-and-amounts.ts';
import { AnyIsbn } from './book-input.ts';
import { authorsOf } from './import-row.ts';
import type { OrderableBook } from './orderable-books.ts';

export type IngramReading = { book: OrderableBook } | { reason: string };

/** Fact → the names of its column, folded to letters and digits; the first that is there counts. */
const COLUMNS = {
  isbn13: ['ean', 'ean13', 'isbn13', 'isbn', 'productid', 'gtin'],
  title: ['title', 'producttitle', 'productname', 'fulltitle'],
  authors: ['contributors', 'contributor', 'authors', 'author', 'contributor1'],
  price: ['uslistprice', 'listprice', 'ussrp', 'srp', 'retailprice', 'usprice', 'price'],
} as const;
const ON_HAND =
  /^(?:(?:[a-z]{2}|total|warehouse|ingram)?(?:onhand|qtyonhand|quantityonhand|available|stock|qty|quantity)|(?:onhand|qty|quantity|available)[a-z]{2})$/;
const TOTAL = /^(?:total(?:onhand|available|stock|qty|quantity)|onhand|qtyonhand|quantityonhand)$/;

const Text = z.string('is missing');
const Row = z.object({
  isbn13: AnyIsbn,
  title: linkless(Text.trim().min(1, 'is empty').max(300, 'is longer than 300 characters')),
  authors: Text.transform(contributorsOf).pipe(z.array(linkless(z.string().max(200))).max(50)),
  price: Text.trim()
    .regex(/^\$?\d{1,5}(?:\.\d{1,2})?(?: ?USD)?$/i, 'must look like 12.99')
    .transform((price) => Math.round(Number(price.replace(/[^\d.]/g, '')) * 100))
    .pipe(z.number().min(1, 'must be more than 0')),
});

/** The columns that a header must have, under any of their names; what is missing is answered in words. */
export function missingColumns(header: readonly string[]): string[] {
  const names = header.map(columnName);
  const missing = Object.entries(COLUMNS)
    .filter(([fact, columns]) => fact !== 'authors' && !columns.some((column) => names.includes(column)))
    .map(([fact, columns]) => `${fact} (${columns.slice(0, 3).join(', ')}, …)`);
  return names.some((name) => ON_HAND.test(name)) ? missing : [...missing, 'on hand (onhand, available, …)'];
}

/** Reads one record; other columns are ignored. A row without a warehouse figure counts as none available. */
export function readIngramRow(fields: Record<string, string>): IngramReading {
  const byName = new Map(Object.entries(fields).map(([name, value]) => [columnName(name), value]));
  const value = (fact: keyof typeof COLUMNS) =>
    COLUMNS[fact].map((name) => byName.get(name)).find((it) => it !== undefined);
  const parsed = Row.safeParse({
    isbn13: value('isbn13')?.replace(/^="?|"$/g, '') ?? '',
    title: value('title'),
    authors: value('authors') ?? '',
    price: value('price'),
  });
  const available = copiesIn(byName);
  if (!parsed.success || available === null) {
    const issues = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
    const counted = available === null ? ['on hand must be whole numbers, 0 or more'] : [];
    return { reason: [...new Set([...issues, ...counted])].join('; ') };
  }
  const { isbn13, title, authors, price } = parsed.data;
  return { book: { isbn13, title, authors, priceCents: price, available } };
}

/** "Clarke, Susanna; Smith, Bob" → both, the way a cover says them. */
function contributorsOf(list: string): string[] {
  const parts = list.split(/[;|]/);
  const isOneName = (part: string) => part.split(',').length === 2;
  if (parts.length === 1 && !isOneName(list)) return authorsOf(list);
  return parts.flatMap((part) => {
    const [last = '', first = ''] = part.split(',').map((word) => word.replace(/\s+/g, ' ').trim());
    return `${first} ${last}`.trim() || [];
  });
}

function copiesIn(byName: ReadonlyMap<string, string>): number | null {
  const counts = [...byName].filter(([name]) => ON_HAND.test(name));
  const totals = counts.filter(([name]) => TOTAL.test(name));
  const numbers = (totals.length > 0 ? totals.slice(0, 1) : counts).map(([, count]) => count.replace(/[,+\s]/g, ''));
  if (!numbers.every((count) => /^\d{0,7}$/.test(count))) return null;
  return numbers.reduce((sum, count) => sum + Number(count), 0);
}

function columnName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
