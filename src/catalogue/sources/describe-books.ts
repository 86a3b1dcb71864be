// Fetches covers and descriptions of the books that some shop lists, a few at a time, from whichever source knows them.
// Each is leased before it is asked for, so that two processes never ask the same; kept no longer than the terms allow.
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { GuardedSource } from './guarded-source.ts';
import { SourceTrouble } from './source.ts';
import type { SourceBook } from './source.ts';

export type Describing = {
  db: NodePgDatabase;
  sources: readonly GuardedSource[];
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** At most so many books in one call. */
  limit: number;
  /** One that fails does not stop the others; it is looked up again once its lease is over. */
  onError: (error: unknown) => void;
};

/** Longer than all sources together take for one book. */
const LEASE_MS = 5 * 60 * 1000;
const UNKNOWN_KEEP_MS = 7 * 24 * 60 * 60 * 1000;
const PATIENCE_MS = 10_000;

const Leased = z.array(z.object({ isbn13: z.string() }));

/** @returns how many were looked up; stops early when every source is in trouble or its budget is for customers */
export async function describeBooks(describing: Describing): Promise<number> {
  const { sources, limit, onError } = describing;
  if (sources.length === 0) return 0;
  let described = 0;
  for (const isbn13 of await lease(describing, limit)) {
    const outcome = await describe(describing, isbn13).catch(onError);
    if (outcome === 'trouble') break;
    if (outcome === 'described') described += 1;
  }
  return described;
}

async function describe(describing: Describing, isbn13: string): Promise<'described' | 'trouble'> {
  const answer = await askAll(describing.sources, isbn13);
  if (answer === 'trouble') return 'trouble';
  await keep(describing, isbn13, answer);
  return 'described';
}

/** Those never looked up before those looked up longest ago. */
async function lease({ db, now }: Describing, limit: number): Promise<string[]> {
  const nowAt = new Date(now());
  const { rows } = await db.execute(sql`
    with due as (
      select distinct b.isbn13, d.expires_at from books b left join book_details d on d.isbn13 = b.isbn13
      where d.isbn13 is null or d.expires_at < ${nowAt} order by d.expires_at nulls first, b.isbn13 limit ${limit}
    )
    insert into book_details as kept (isbn13, expires_at) select isbn13, ${new Date(now() + LEASE_MS)} from due
    on conflict (isbn13) do update set expires_at = excluded.expires_at, description = null, cover_url = null where kept.expires_at < ${nowAt}
    returning isbn13`);
  return Leased.parse(rows).map(({ isbn13 }) => isbn13);
}

type Answer = { book: SourceBook; source: GuardedSource } | 'unknown' | 'trouble';

async function askAll(sources: readonly GuardedSource[], isbn13: string): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let best: Answer = 'trouble';
  for (const source of sources) {
    try {
      const books = await source.ask({ isbn13 }, { signal, purpose: 'background' });
      const book = books.find((one) => one.isbn13 === isbn13); // another's cover and description are not its own
      if (book !== undefined) return { book, source };
      best = 'unknown';
    } catch (error) {
      if (!(error instanceof SourceTrouble) && !signal.aborted) throw error;
    }
  }
  return best;
}

async function keep({ db, now }: Describing, isbn13: string, answer: Exclude<Answer, 'trouble'>): Promise<void> {
  const known = answer === 'unknown' ? null : answer;
  const expiresAt = new Date(now() + (known?.source.terms.keepMs ?? UNKNOWN_KEEP_MS));
  await db.execute(sql`update book_details set credit = ${known?.source.terms.credit ?? null},
    description = ${known?.book.description ?? null}, cover_url = ${known?.book.coverUrl ?? null}, expires_at = ${expiresAt}
    where isbn13 = ${isbn13}`);
}
