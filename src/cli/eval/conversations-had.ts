// The conversations of a span of time as they were had, opened one after the other with their customers' own keys.
import { and, asc, eq, gte, inArray, ne } from 'drizzle-orm';
import { bookMentions, books } from '../../../schema/books.ts';
import { consents, messages } from '../../../schema/messages.ts';
import { shortTitle } from '../../brain/house/draft.ts';
import { uuidAt } from '../../runtime/ids.ts';
import type { Shop } from '../shop/open-shop.ts';
import type { Had } from './quality.ts';

/** `variant`: the voice that the customer hears; null while no line of it was said. */
export type ConversationHad = Had & { actorKey: string; variant: string | null };

const PAGE = 200;

/** How many customers wrote or were written to since then. */
export async function countSince({ database }: Shop, storeId: number, since: Date): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(
    'SELECT count(DISTINCT actor_key) FROM messages WHERE store_id = $1 AND id >= $2',
    [storeId, idAt(since)],
  );
  return Number(rows[0]?.count ?? 0);
}

/** Those of forgotten customers cannot be opened and are left out. */
export async function* conversationsSince(shop: Shop, storeId: number, since: Date): AsyncGenerator<ConversationHad> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await shop.database.pool.query<{ key: string; data_key: Buffer }>(
      `SELECT a.key, a.data_key FROM actors a WHERE a.store_id = $1 AND a.key > $3 AND a.data_key IS NOT NULL
         AND EXISTS (SELECT FROM messages m WHERE m.store_id = $1 AND m.actor_key = a.key AND m.id >= $2)
       ORDER BY a.key LIMIT ${PAGE}`,
      [storeId, idAt(since), after],
    );
    const titles = await titlesOf(
      shop,
      storeId,
      rows.map(({ key }) => key),
    );
    for (const { key, data_key: dataKey } of rows)
      yield await had(shop, storeId, key, dataKey, since, titles.get(key) ?? []);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.key;
  }
}

async function had(
  { db, vault }: Shop,
  storeId: number,
  actorKey: string,
  dataKey: Buffer,
  since: Date,
  titles: string[],
): Promise<ConversationHad> {
  const mine = and(eq(messages.storeId, storeId), eq(messages.actorKey, actorKey), gte(messages.id, idAt(since)));
  const [rows, changes] = await Promise.all([
    db
      .select()
      .from(messages)
      .where(and(mine, ne(messages.status, 'dropped')))
      .orderBy(asc(messages.id)),
    db
      .select({ at: consents.at, change: consents.change })
      .from(consents)
      .where(and(eq(consents.storeId, storeId), eq(consents.actorKey, actorKey)))
      .orderBy(asc(consents.at)),
  ]);
  const lines = rows.map(({ by, kind, bodySealed, seq, at, line }) => {
    return { by, kind, text: vault.open(dataKey, bodySealed), seq, at, line };
  });
  return {
    actorKey,
    variant: rows.findLast(({ variant }) => variant !== null)?.variant ?? null,
    lines,
    titles,
    changes,
  };
}

async function titlesOf({ db }: Shop, storeId: number, keys: string[]): Promise<Map<string, string[]>> {
  const titles = new Map<string, string[]>();
  if (keys.length === 0) return titles;
  const rows = await db
    .select({ actorKey: bookMentions.actorKey, title: books.title })
    .from(bookMentions)
    .innerJoin(books, and(eq(books.storeId, bookMentions.storeId), eq(books.isbn13, bookMentions.isbn13)))
    .where(and(eq(bookMentions.storeId, storeId), inArray(bookMentions.actorKey, keys)));
  for (const { actorKey, title } of rows)
    titles.set(actorKey, [...(titles.get(actorKey) ?? []), title, shortTitle(title)]);
  return titles;
}

/** Ids of messages sort by time. */
function idAt(at: Date): string {
  return uuidAt(at.getTime(), Buffer.alloc(16));
}
