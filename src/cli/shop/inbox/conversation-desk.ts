// One customer's file as staff see it beside the conversation.
import { and, asc, desc, eq, gte, sql } from 'drizzle-orm';
import { bookMentions, books } from '../../../../schema/books.ts';
import { threadSummaries, tokenUsage } from '../../../../schema/brain.ts';
import { orders } from '../../../../schema/commerce.ts';
import { consents, threads } from '../../../../schema/messages.ts';
import { loadVoice } from '../../../channels/voice.ts';
import { PAID_STATES } from '../../../commerce/order-states.ts';
import { listOrders } from '../../../commerce/orders.ts';
import type { ConversationDesk } from '../../../web/deps.ts';
import type { Conversation } from '../../../web/wire/conversation.ts';
import { dataKeyOf } from '../data-key.ts';
import type { Shop } from '../open-shop.ts';
import { orderItems } from '../order-desk.ts';
import { draftReply } from './draft.ts';
import { inboxDesk } from './inbox-desk.ts';
import { keepersOf } from './keepers.ts';
import { notesDesk } from './notes.ts';

const ORDERS_SHOWN = 20;
const BOOKS_SHOWN = 12;
const CONSENTS_SHOWN = 50;

export function conversationDesk(shop: Shop): ConversationDesk {
  const voice = loadVoice();
  return {
    async show(storeId, key) {
      const row = await inboxDesk(shop).find(storeId, key);
      if (row === null) return null;
      const [thread, bought, counted, said, consented, tokens, notes] = await Promise.all([
        threadOf(shop, storeId, key),
        listOrders(shop.db, { storeId, customer: key, limit: ORDERS_SHOWN }),
        spentBy(shop, storeId, key),
        booksOf(shop, storeId, key),
        consentsOf(shop, storeId, key),
        tokensOf(shop, storeId, key, shop.clock.now()),
        notesDesk(shop).list(storeId, key),
      ]);
      const items = await orderItems(shop, storeId, bought.items);
      return {
        ...row,
        ...thread,
        ...counted,
        orders: items,
        books: said,
        consents: consented,
        tokens,
        notes,
        variant: voice.variantFor(key),
      };
    },
    async keptUntil(storeId, key) {
      return (await keepersOf(shop, storeId, [key])).get(key)?.until ?? null;
    },
    draft: (storeId, key) => draftReply(shop, storeId, key),
    notes: notesDesk(shop),
  };
}

type Part<Key extends keyof Conversation> = Promise<Pick<Conversation, Key>>;

async function threadOf(shop: Shop, storeId: number, key: string): Part<'since' | 'channel' | 'remembered'> {
  const { db, database, vault } = shop;
  const mine = and(eq(threads.storeId, storeId), eq(threads.actorKey, key));
  const of = and(eq(threadSummaries.storeId, storeId), eq(threadSummaries.actorKey, key));
  const [[thread], [memory], dataKey, born] = await Promise.all([
    db.select({ channel: threads.channel }).from(threads).where(mine),
    db.select().from(threadSummaries).where(of),
    dataKeyOf(database, storeId, key),
    database.pool.query<{ created_at: Date }>('SELECT created_at FROM actors WHERE store_id = $1 AND key = $2', [
      storeId,
      key,
    ]),
  ]);
  const remembered = dataKey && memory ? vault.open(dataKey, memory.summarySealed) : null;
  return {
    since: (born.rows[0]?.created_at ?? new Date(0)).toISOString(),
    channel: thread?.channel ?? null,
    remembered,
  };
}

async function spentBy({ db }: Shop, storeId: number, key: string): Part<'orderCount' | 'spentCents'> {
  const paid = sql`${orders.state} = any (${sql.param([...PAID_STATES])}::text[]) and ${orders.paymentStatus} = 'paid'`;
  const [sum] = await db
    .select({
      orderCount: sql<number>`count(*)::int`,
      spentCents: sql<number>`coalesce(sum(${orders.totalCents}) filter (where ${paid}), 0)::int`,
    })
    .from(orders)
    .where(and(eq(orders.storeId, storeId), eq(orders.customerKey, key)));
  return sum ?? { orderCount: 0, spentCents: 0 };
}

async function booksOf({ db }: Shop, storeId: number, key: string): Promise<Conversation['books']> {
  const rows = await db
    .select({ isbn13: books.isbn13, title: books.title, saidBy: bookMentions.saidBy, lastAt: bookMentions.lastAt })
    .from(bookMentions)
    .innerJoin(books, and(eq(books.storeId, bookMentions.storeId), eq(books.isbn13, bookMentions.isbn13)))
    .where(and(eq(bookMentions.storeId, storeId), eq(bookMentions.actorKey, key)))
    .orderBy(desc(bookMentions.lastAt))
    .limit(BOOKS_SHOWN);
  return rows.map(({ lastAt, ...row }) => ({ ...row, lastAt: lastAt.toISOString() }));
}

async function consentsOf({ db }: Shop, storeId: number, key: string): Promise<Conversation['consents']> {
  const rows = await db
    .select({ at: consents.at, change: consents.change, source: consents.source, channel: consents.channel })
    .from(consents)
    .where(and(eq(consents.storeId, storeId), eq(consents.actorKey, key)))
    .orderBy(asc(consents.at))
    .limit(CONSENTS_SHOWN);
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

async function tokensOf({ db }: Shop, storeId: number, key: string, nowMs: number): Promise<Conversation['tokens']> {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const rows = await db
    .select()
    .from(tokenUsage)
    .where(
      and(
        eq(tokenUsage.storeId, storeId),
        eq(tokenUsage.actorKey, key),
        gte(tokenUsage.day, `${today.slice(0, 7)}-01`),
      ),
    );
  const sum = (of: typeof rows) => ({
    input: of.reduce((total, { inputTokens }) => total + inputTokens, 0),
    output: of.reduce((total, { outputTokens }) => total + outputTokens, 0),
  });
  return { today: sum(rows.filter(({ day }) => day === today)), month: sum(rows) };
}
