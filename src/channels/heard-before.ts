// Whether a text was heard before, however long ago: dedupe keys are thrown away, texts stay until their customer is forgotten.
import { and, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Channel } from '../../schema/customer.ts';
import { messages } from '../../schema/messages.ts';

/** A text by the name that its provider gave it. */
export type NamedText = { storeId: number; channel: Channel; providerId: string };

export async function wasHeardBefore(db: NodePgDatabase, text: NamedText): Promise<boolean> {
  return (await textsNamed(db, text)).length > 0;
}

/** At most one, found by the provider's id, which has an index; whose text it is need not be known. */
export function textsNamed(db: NodePgDatabase, { storeId, channel, providerId }: NamedText) {
  return db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        eq(messages.providerId, providerId),
        eq(messages.storeId, storeId),
        eq(messages.channel, channel),
        eq(messages.direction, 'inbound'),
      ),
    )
    .limit(1);
}
