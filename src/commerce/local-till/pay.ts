// Somebody pressed "Pay": the charge and the callback that the shop is owed are one commit, and there is one of each.
import { eq } from 'drizzle-orm';
import { tillEvents, tillLinks } from '../../../schema/commerce.ts';
import type { Db, Tx } from '../db.ts';
import type { TillEvent } from '../till-event.ts';
import type { Habits } from './habits.ts';
import type { LinkRow } from './local-till.ts';

export type PayOptions = { db: Db; now: () => number; newId: () => string; habits: Habits };

/** Answers the link as it stands afterwards; null for one that does not exist. A cancelled link takes no money. */
export function pay(options: PayOptions, linkId: string): Promise<LinkRow | null> {
  return options.db.transaction(async (tx) => {
    const [link] = await tx.select().from(tillLinks).where(eq(tillLinks.id, linkId)).for('update');
    if (!link) return null;
    return link.state === 'open' ? charge(tx, link, options) : link;
  });
}

async function charge(tx: Tx, link: LinkRow, { now, newId, habits }: PayOptions): Promise<LinkRow> {
  const paidAt = new Date(now());
  const paid: LinkRow = { ...link, state: 'paid', paymentId: newId(), paidAt };
  await tx.update(tillLinks).set(paid).where(eq(tillLinks.id, link.id));
  const event = paymentUpdated(paid, newId(), paidAt);
  await tx.insert(tillEvents).values({
    storeId: link.storeId,
    id: event.event_id,
    body: JSON.stringify(event),
    dueAt: new Date(paidAt.getTime() + habits.delayMs(event.event_id)),
    copies: habits.copies(event.event_id),
  });
  return paid;
}

function paymentUpdated(link: LinkRow, eventId: string, at: Date): TillEvent {
  const id = link.paymentId ?? '';
  const money = { amount: link.totalCents, currency: link.currency };
  return {
    merchant_id: `local-${link.storeId}`,
    event_id: eventId,
    type: 'payment.updated',
    created_at: at.toISOString(),
    data: {
      type: 'payment',
      id,
      object: { payment: { id, order_id: link.id, status: 'COMPLETED', amount_money: money } },
    },
  };
}
