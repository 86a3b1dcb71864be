// Whom a search means: by number, by the words of a name or a note, by a book that came up or was ordered.
import { PhoneOrKey } from '../../../web/wire/common.ts';
import { fold } from '../../../catalogue/fold.ts';
import type { Shop } from '../open-shop.ts';
import { peopleOf } from '../people.ts';
import { DIGITS, soughtDigits, soughtTokens } from './tokens.ts';

/** A search that finds more is too wide to be of use; the ones that it shows are no particular ones. */
const FOUND_MAX = 1_000;
const BOOKS_MAX = 5;

/** Keys of customers, each once, at most a few thousand. */
export async function findCustomers(shop: Shop, storeId: number, q: string): Promise<string[]> {
  const found = await Promise.all([findPeople(shop, storeId, q), byBook(shop, storeId, q)]);
  return [...new Set(found.flat())];
}

/** Those whom it names, by number, name or note; what they read does not count. */
export async function findPeople(shop: Shop, storeId: number, q: string): Promise<string[]> {
  const found = await Promise.all([byNumber(shop, storeId, q), byWords(shop, storeId, q)]);
  return [...new Set(found.flat())];
}

async function byNumber(shop: Shop, storeId: number, q: string): Promise<string[]> {
  if (!/^[+()\d\s./-]+$/.test(q)) return [];
  const whole = PhoneOrKey.safeParse(q);
  const key = whole.success ? await shop.runtime.find({ storeId, machine: 'customer', id: whole.data }) : null;
  if (key !== null) return [key];
  const digits = q.replaceAll(/\D/g, '');
  if (digits.length < DIGITS) return [];
  const keys = await withTokens(shop, storeId, [soughtDigits(shop.vault, storeId, digits)]);
  if (digits.length === DIGITS) return keys;
  const people = await peopleOf(shop, storeId, keys);
  return keys.filter((one) => people.get(one)?.phone?.endsWith(digits));
}

async function byWords(shop: Shop, storeId: number, q: string): Promise<string[]> {
  const tokens = soughtTokens(shop.vault, storeId, q);
  return tokens === null ? [] : withTokens(shop, storeId, tokens);
}

/** Who has all of the words, be it from one note or from several. @param words for each, what it may be stored as */
async function withTokens({ database }: Shop, storeId: number, words: readonly Buffer[][]): Promise<string[]> {
  const numbered = words.flatMap((tokens, word) => tokens.map((token) => ({ token, word })));
  const tokens = numbered.map(({ token }) => token);
  const { rows } = await database.pool.query<{ actor_key: string }>(
    `SELECT actor_key FROM search_tokens JOIN unnest($2::bytea[], $3::int[]) AS sought (token, word) USING (token)
     WHERE store_id = $1 AND token = ANY ($2)
     GROUP BY actor_key HAVING count(DISTINCT word) = $4 LIMIT ${FOUND_MAX}`,
    [storeId, tokens, numbered.map(({ word }) => word), words.length],
  );
  return rows.map(({ actor_key: key }) => key);
}

async function byBook({ database, services }: Shop, storeId: number, q: string): Promise<string[]> {
  const books = await services.catalogue.search(storeId, q, BOOKS_MAX);
  const isbn13s = books.filter((book) => isNamed(book, q)).map(({ isbn13 }) => isbn13);
  if (isbn13s.length === 0) return [];
  const { rows } = await database.pool.query<{ key: string }>(
    `(SELECT actor_key AS key FROM book_mentions WHERE store_id = $1 AND isbn13 = ANY ($2) ORDER BY last_at DESC LIMIT ${FOUND_MAX})
     UNION
     (SELECT o.customer_key FROM order_lines l JOIN orders o ON o.store_id = l.store_id AND o.id = l.order_id
      WHERE l.store_id = $1 AND l.isbn13 = ANY ($2) ORDER BY o.created_at DESC LIMIT ${FOUND_MAX})`,
    [storeId, isbn13s],
  );
  return rows.map(({ key }) => key);
}

// The catalogue forgives typos; here a name that only resembles a title must not bring strangers along.
function isNamed({ isbn13, title, authors }: { isbn13: string; title: string; authors: string[] }, q: string): boolean {
  if (q.replaceAll('-', '') === isbn13) return true;
  const words = ` ${fold([title, ...authors].join(' '))} `;
  return fold(q)
    .split(' ')
    .every((word) => words.includes(` ${word}`));
}
