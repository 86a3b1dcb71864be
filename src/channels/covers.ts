// Covers for cards, looked up when a card leaves: a source's terms say how long its pictures may be shown.
import { and, gt, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Card } from '../../schema/messages.ts';
import { bookDetails } from '../../schema/sources.ts';

/** A card as it leaves; `cover` is the address of a picture, null where no source has one. */
export type CoveredCard = Card & { cover: string | null };

/** The same cards, with the covers that may be shown at this instant (milliseconds since 1970, UTC). */
export async function withCovers(db: NodePgDatabase, cards: readonly Card[], nowMs: number): Promise<CoveredCard[]> {
  if (cards.length === 0) return [];
  const isbn13s = cards.map(({ isbn13 }) => isbn13);
  const rows = await db
    .select({ isbn13: bookDetails.isbn13, cover: bookDetails.coverUrl })
    .from(bookDetails)
    .where(and(inArray(bookDetails.isbn13, isbn13s), gt(bookDetails.expiresAt, new Date(nowMs))));
  const covers = new Map(rows.map(({ isbn13, cover }) => [isbn13, cover]));
  return cards.map((card) => ({ ...card, cover: covers.get(card.isbn13) ?? null }));
}
