// Links to bookshop.org go through an address of ours, so that we know how often a book was followed there, and nothing
// of who did. Where a link leads is made from a book's ISBN: no address that somebody typed is ever redirected to.
import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { bookshopLinks } from '../../schema/elsewhere.ts';

export type BookshopLinks = {
  /** Whether the shop gets a share of what is bought there. */
  isAffiliate: boolean;
  /** Our own short address for a book; the same each time. */
  linkTo(storeId: number, isbn13: string): Promise<string>;
  /** Where a code leads, counted; null for a code that was never given out. */
  follow(code: string): Promise<string | null>;
};

export type BookshopOptions = {
  db: NodePgDatabase;
  publicUrl: string;
  /** Null: plain links. */
  affiliateId: string | null;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
};

const CODE_CHARS = 10;
const CODE = /^[a-z2-7]{10}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export function createBookshopLinks({ db, publicUrl, affiliateId, now }: BookshopOptions): BookshopLinks {
  return {
    isAffiliate: affiliateId !== null,
    async linkTo(storeId, isbn13) {
      const code = codeOf(storeId, isbn13);
      await db
        .insert(bookshopLinks)
        .values({ storeId, isbn13, code, createdAt: new Date(now()) })
        .onConflictDoNothing({ target: [bookshopLinks.storeId, bookshopLinks.isbn13] });
      return `${publicUrl}/go/${code}`;
    },
    async follow(code) {
      if (!CODE.test(code)) return null;
      const [link] = await db
        .update(bookshopLinks)
        .set({ clicks: sql`${bookshopLinks.clicks} + 1`, lastClickAt: new Date(now()) })
        .where(eq(bookshopLinks.code, code))
        .returning({ isbn13: bookshopLinks.isbn13 });
      return link === undefined ? null : addressOf(link.isbn13, affiliateId);
    },
  };
}

// As Bookshop.org documents affiliate links; without an id, its plain page of the book.
function addressOf(isbn13: string, affiliateId: string | null): string {
  return affiliateId === null
    ? `https://bookshop.org/book/${isbn13}`
    : `https://bookshop.org/a/${encodeURIComponent(affiliateId)}/${isbn13}`;
}

/** Short, and the same for the same book, so that two processes need not agree on one. */
function codeOf(storeId: number, isbn13: string): string {
  const digest = createHash('sha256').update(`${storeId}/${isbn13}`).digest();
  return [...digest.subarray(0, CODE_CHARS)].map((byte) => LETTERS[byte % LETTERS.length] ?? '').join('');
}
