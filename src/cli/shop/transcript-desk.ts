// The transcript of a phone, opened for those who may read it: its own simulated phone, and staff.
import { and, asc, desc, eq, gt, lt } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import { messages } from '../../../schema/messages.ts';
import type { Message } from '../../../schema/messages.ts';
import { BadCursor } from '../../web/deps.ts';
import type { TranscriptReader } from '../../web/deps.ts';
import type { TranscriptItem } from '../../web/wire/messages.ts';
import { dataKeyOf } from './data-key.ts';
import type { Shop } from './open-shop.ts';

export function transcriptReader({ runtime, database, db, vault }: Shop): TranscriptReader {
  return {
    async read({ storeId, phone, after, before, limit }) {
      for (const id of [after, before]) assertPlace(id);
      const key = await runtime.find({ storeId, machine: 'customer', id: phone });
      const dataKey = key === null ? null : await dataKeyOf(database, storeId, key);
      if (key === null || dataKey === null) return { items: [], nextCursor: null };
      const end = before === undefined || before === 'latest' ? undefined : lt(messages.id, before);
      const start = after === undefined ? undefined : gt(messages.id, after);
      const rows = await db
        .select()
        .from(messages)
        .where(and(eq(messages.storeId, storeId), eq(messages.actorKey, key), start, end))
        .orderBy(...order(before))
        .limit(limit + 1);
      const page = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? (page.at(-1)?.id ?? null) : null;
      if (before !== undefined) page.reverse();
      return { items: page.map((row) => transcriptItem(row, vault.open(dataKey, row.bodySealed))), nextCursor };
    },
  };
}

function order(before: string | undefined): SQL[] {
  return [before === undefined ? asc(messages.id) : desc(messages.id)];
}

function assertPlace(id: string | undefined): void {
  if (id === undefined || id === 'latest' || z.uuid().safeParse(id).success) return;
  throw new BadCursor('not an id of this transcript');
}

/** A message as the API shows it. @param text its body, opened */
export function transcriptItem(row: Message, text: string): TranscriptItem {
  const { id, direction, at, by, status, seq, reason, channel, suggestions, cards } = row;
  const said = { id, direction, text, at: at.toISOString(), by, status, seq, reason, channel };
  return { ...said, ...(suggestions && { suggestions }), ...(cards && { cards }) };
}
