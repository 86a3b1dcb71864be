// The end of the journal: which turns were taken since an instant, and what each of them was, without a word of what was said.
import { z } from 'zod';
import type { LiveNews } from '../../web/deps.ts';
import type { Shop } from './open-shop.ts';

/** A turn's place in the journal. */
export type TurnMark = { storeId: number; actorKey: string; seq: number; at: Date };

const Mark = z.object({ store_id: z.number(), actor_key: z.string(), seq: z.coerce.number(), at: z.date() });
const Written = z.tuple([z.coerce.number().int().min(0), z.uuid(), z.coerce.number().int().min(1)]);

/** An event's id on the stream. */
function markText({ at, actorKey, seq }: TurnMark): string {
  return `${at.getTime()}.${actorKey}.${seq}`;
}

/** Null for what was never an event's id. */
export function parseMark(text: string): Omit<TurnMark, 'storeId'> | null {
  const read = Written.safeParse(text.split('.'));
  if (!read.success) return null;
  const [atMs, actorKey, seq] = read.data;
  return { at: new Date(atMs), actorKey, seq };
}

/** Oldest first. @param storeId every store's where it is left out */
export async function findTurns(
  { database }: Shop,
  { since, storeId, limit }: { since: Date; storeId?: number; limit: number },
): Promise<TurnMark[]> {
  const { rows } = await database.pool.query(
    `SELECT store_id, actor_key, seq, at FROM events
     WHERE at >= $1 AND ($2::int IS NULL OR store_id = $2) ORDER BY at, actor_key, seq LIMIT $3`,
    [since, storeId ?? null, limit],
  );
  return rows.map((row) => {
    const { store_id, actor_key: actorKey, seq, at } = Mark.parse(row);
    return { storeId: store_id, actorKey, seq, at };
  });
}

const Told = z.object({
  n: z.number(),
  machine: z.string(),
  address_sealed: z.instanceof(Buffer).nullable(),
  type: z.string(),
  value: z.string(),
  was: z.string().nullable(),
  correlation_id: z.string(),
});

/** In the order given; a turn whose actor is gone is left out. */
export async function tellTurns({ database, vault }: Shop, marks: readonly TurnMark[]): Promise<LiveNews[]> {
  if (marks.length === 0) return [];
  const { rows } = await database.pool.query(
    `SELECT m.n::int, a.machine, a.address_sealed, e.type, e.value, p.value AS was, e.correlation_id
     FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::timestamptz[]) WITH ORDINALITY AS m (store_id, actor_key, seq, at, n)
     JOIN events e ON e.store_id = m.store_id AND e.actor_key = m.actor_key AND e.seq = m.seq AND e.at = m.at
     JOIN actors a ON a.store_id = m.store_id AND a.key = m.actor_key
     LEFT JOIN events p ON p.store_id = m.store_id AND p.actor_key = m.actor_key AND p.seq = m.seq - 1
     ORDER BY m.n`,
    [
      marks.map(({ storeId }) => storeId),
      marks.map(({ actorKey }) => actorKey),
      marks.map(({ seq }) => seq),
      marks.map(({ at }) => at),
    ],
  );
  return rows.flatMap((raw) => {
    const { n, machine, address_sealed: sealed, type, value, was, correlation_id: correlationId } = Told.parse(raw);
    const mark = marks[n - 1];
    if (!mark) return [];
    const { storeId, actorKey: key, seq, at } = mark;
    const from: unknown = was === null ? null : JSON.parse(was);
    const to: unknown = JSON.parse(value);
    const id = `${machine}:${sealed ? vault.openShared(sealed) : key}`;
    const turn = { id, key, machine, seq, event: type, from, to, at: at.toISOString(), correlationId };
    return [{ storeId, mark: markText(mark), turn }];
  });
}
