// Answers to first texts, given again to the next who asks the same. Only what was answered without knowing anything
// of who asked may be kept: no history, no orders, no summary.
import { and, eq, gt, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { ShownBook } from '../../schema/acts.ts';
import { cachedAnswers } from '../../schema/brain.ts';
import type { Vault } from '../runtime/vault.ts';
import { joined } from './house/text.ts';
import type { Draft, Shelf, Situation } from './situation.ts';

const KEEP_MS = 60 * 60 * 1000;
const QUESTION_CHARS_MAX = 120;

const Kept = z.object({ bubbles: z.array(z.string()).min(1), shown: z.array(ShownBook), confidence: z.number() });

export type AnswerCache = {
  /** Null when nothing fits, or when a book of the answer changed its price or went out of stock. */
  find(situation: Situation): Promise<Draft | null>;
  /** Keeps talk that depends on nobody; everything else is passed over. Forgets what has expired. */
  keep(situation: Situation, draft: Draft): Promise<void>;
};

/** Keeps nothing. */
export const NO_CACHE: AnswerCache = { find: () => Promise.resolve(null), keep: () => Promise.resolve() };

export function createAnswerCache(options: {
  db: NodePgDatabase;
  vault: Vault;
  shelf: Pick<Shelf, 'get'>;
  now: () => number;
}): AnswerCache {
  const { db, vault, shelf, now } = options;
  return {
    find: async (situation) => {
      if (!isContextFree(situation)) return null;
      const question = and(
        eq(cachedAnswers.storeId, situation.storeId),
        eq(cachedAnswers.question, questionOf(vault, situation)),
        gt(cachedAnswers.expiresAt, new Date(now())),
      );
      const [row] = await db.select().from(cachedAnswers).where(question);
      if (row === undefined) return null;
      const kept = Kept.parse(JSON.parse(vault.openShared(row.replySealed)));
      return (await isStillTrue(shelf, situation.storeId, kept.shown))
        ? { ...kept, act: { type: 'customer.asked' } }
        : null;
    },
    keep: async (situation, { act, bubbles, shown, found = [], confidence }) => {
      if (!isContextFree(situation) || act.type !== 'customer.asked' || found.length > 0) return;
      const replySealed = vault.sealShared(JSON.stringify({ bubbles, shown, confidence }));
      const row = {
        storeId: situation.storeId,
        question: questionOf(vault, situation),
        replySealed,
        expiresAt: new Date(now() + KEEP_MS),
      };
      await db.delete(cachedAnswers).where(lt(cachedAnswers.expiresAt, new Date(now())));
      await db
        .insert(cachedAnswers)
        .values(row)
        .onConflictDoUpdate({ target: [cachedAnswers.storeId, cachedAnswers.question], set: row });
    },
  };
}

// Digits are dates, ages, prices, addresses, phone numbers: too much of one person to be everybody's question.
function isContextFree(situation: Situation): boolean {
  const { stage, offers, history, orders, library, summary, seenIsbns, unread, awaySinceMs } = situation;
  const text = joined(unread);
  const isNew =
    awaySinceMs === null && summary === null && history.every((line) => line.by === 'marty' && line.kind === 'fact');
  const nothingKnown = offers.length + orders.length + library.owned.length + seenIsbns.length === 0;
  const isFresh = isNew && stage === 'browsing' && nothingKnown;
  return isFresh && text.length <= QUESTION_CHARS_MAX && !/\d|@/.test(text) && !/\b(?:my name|i'?m|i am)\b/.test(text);
}

function questionOf(vault: Vault, { unread }: Situation): Buffer {
  return vault.lookupHash(`question/${joined(unread)}`);
}

async function isStillTrue(shelf: Pick<Shelf, 'get'>, storeId: number, shown: readonly ShownBook[]): Promise<boolean> {
  const now = new Map(
    (
      await shelf.get(
        storeId,
        shown.map((book) => book.isbn13),
      )
    ).map((book) => [book.isbn13, book]),
  );
  return shown.every((book) => {
    const today = now.get(book.isbn13);
    return today?.priceCents === book.priceCents && today.onHand > 0 === book.onHand > 0;
  });
}
