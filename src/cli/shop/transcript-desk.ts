// The transcript of a phone, opened for those who may read it: its own simulated phone, and staff.
import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import { messages } from '../../../schema/messages.ts';
import { BadCursor } from '../../web/deps.ts';
import type { TranscriptReader } from '../../web/deps.ts';
import { dataKeyOf } from './data-key.ts';
import type { Shop } from './open-shop.ts';

export function transcriptReader({ runtime, database, db, vault }: Shop): TranscriptReader {
  return {
    async read({ storeId, phone, after, limit }) {
      if (after !== undefined && !z.uuid().safeParse(after).success)
        throw new BadCursor('not an id of this transcript');
      const key = await runtime.find({ storeId, machine: 'customer', id: phone });
      const dataKey = key === null ? null : await dataKeyOf(database, storeId, key);
      if (key === null || dataKey === null) return { items: [], nextCursor: null };
      const rows = await db
        .select()
        .from(messages)
        .where(
          and(
            eq(messages.storeId, storeId),
            eq(messages.actorKey, key),
            after === undefined ? undefined : gt(messages.id, after),
          ),
        )
        .orderBy(asc(messages.id))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map(({ id, direction, bodySealed, at, by, status }) => {
        return { id, direction, text: vault.open(dataKey, bodySealed), at: at.toISOString(), by, status };
      });
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}
