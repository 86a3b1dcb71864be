// A source's answers, kept as long as its terms allow and no longer. The question is stored as a keyed hash.
import { and, eq, gt, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { sourceAnswers } from '../../../schema/sources.ts';
import type { Vault } from '../../runtime/vault.ts';
import { fold } from '../fold.ts';
import { SourceBook } from './source.ts';
import type { BookQuestion } from './source.ts';

/** A book that nobody knows today may be announced tomorrow. */
const NOTHING_KEEP_MS = 24 * 60 * 60 * 1000;

export type SourceAnswers = {
  /** Null: not asked lately. */
  find(source: string, question: BookQuestion): Promise<SourceBook[] | null>;
  keep(source: string, question: BookQuestion, books: readonly SourceBook[], keepMs: number): Promise<void>;
  /** Deletes what has expired. */
  prune(): Promise<void>;
};

/** @param now milliseconds since 1970 (UTC) */
export function createAnswers(db: NodePgDatabase, vault: Vault, now: () => number): SourceAnswers {
  const hashOf = (question: BookQuestion) =>
    vault.lookupHash('isbn13' in question ? `isbn/${question.isbn13}` : `words/${fold(question.words)}`);
  return {
    async find(source, question) {
      const same = and(eq(sourceAnswers.source, source), eq(sourceAnswers.question, hashOf(question)));
      const [row] = await db
        .select()
        .from(sourceAnswers)
        .where(and(same, gt(sourceAnswers.expiresAt, new Date(now()))));
      return row === undefined ? null : (z.array(SourceBook).safeParse(row.books).data ?? null);
    },
    async keep(source, question, books, keepMs) {
      const expiresAt = new Date(now() + (books.length > 0 ? keepMs : Math.min(keepMs, NOTHING_KEEP_MS)));
      const row = { source, question: hashOf(question), books, expiresAt };
      const target = [sourceAnswers.source, sourceAnswers.question];
      await db.insert(sourceAnswers).values(row).onConflictDoUpdate({ target, set: { books, expiresAt } });
    },
    async prune() {
      await db.delete(sourceAnswers).where(lt(sourceAnswers.expiresAt, new Date(now())));
    },
  };
}
