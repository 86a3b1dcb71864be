// Copies that the till has counted off its own shelf and we have not: somebody has paid for them there, and the news of their money is on its way,
// or a person is still to look at their order.
import { and, eq, sql } from 'drizzle-orm';
import { reservations, tillIntents } from '../../schema/commerce.ts';
import type { Db } from './db.ts';
import { Link, LinkRequest, TillRefused } from './till.ts';
import type { LinkRef, Till } from './till.ts';

type BookRef = { storeId: number; isbn13: string };
type Asked = Pick<Till, 'getLink' | 'provider'>;

/** Copies that the till has sold to somebody for whom we still hold them; none where it keeps no counts. */
export async function takenAlready(
  { db, till }: { db: Db; till: Asked },
  { storeId, isbn13 }: BookRef,
  signal?: AbortSignal,
): Promise<number> {
  let taken = 0;
  for (const { request, response } of await openSales(db, till.provider, { storeId, isbn13 })) {
    const line = LinkRequest.parse(request).lines.find((one) => one.isbn13 === isbn13 && one.catalogId !== null);
    if (line && (await isPaid(till, { storeId, ...Link.parse(response) }, signal))) taken += line.copies;
  }
  return taken;
}

/** A link that the till does not know, of an account that the shop had before, sells nothing there. */
async function isPaid(till: Asked, link: LinkRef, signal?: AbortSignal): Promise<boolean> {
  try {
    return (await till.getLink(link, signal)).state === 'paid';
  } catch (error) {
    if (error instanceof TillRefused && error.code === 'unknown_link') return false;
    throw error;
  }
}

function openSales(db: Db, provider: Till['provider'], { storeId, isbn13 }: BookRef) {
  return db
    .select({ request: tillIntents.request, response: tillIntents.response })
    .from(reservations)
    .innerJoin(
      tillIntents,
      and(eq(tillIntents.storeId, reservations.storeId), eq(tillIntents.orderId, reservations.orderId)),
    )
    .where(
      and(
        eq(reservations.storeId, storeId),
        eq(reservations.state, 'held'),
        sql`${reservations.lines} @> ${JSON.stringify([{ isbn13 }])}::jsonb`,
        eq(tillIntents.operation, 'link'),
        eq(tillIntents.provider, provider),
        sql`${tillIntents.request} is not null and ${tillIntents.response} is not null`,
      ),
    );
}
