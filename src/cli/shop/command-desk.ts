// The outbox as the API shows it: commands are named by id, their actors by what people call them, and what is personal
// in their input and result is withheld.
import { z } from 'zod';
import { createOutbox } from '../../runtime/outbox.ts';
import type { CommandView } from '../../runtime/outbox.ts';
import { BadCursor } from '../../web/deps.ts';
import type { CommandDesk } from '../../web/deps.ts';
import type { CommandRecord } from '../../web/wire/actors.ts';
import { actorNames } from './actor-names.ts';
import type { Shop } from './open-shop.ts';
import { withheld } from './withheld.ts';

export function commandDesk(shop: Shop): CommandDesk {
  const { database, clock, carrier, vault, runtime } = shop;
  const outbox = createOutbox({ pool: database.pool, carrier, vault, now: clock.now });
  return {
    async list({ storeId, status, actor, name, cursor, limit }) {
      if (cursor !== undefined && !z.uuid().safeParse(cursor).success) throw new BadCursor('not a cursor of this list');
      const actorKey = actor === undefined ? undefined : await runtime.find(addressOf(storeId, actor));
      if (actorKey === null) return { items: [], nextCursor: null };
      const found = await outbox.list({ storeId, status, actorKey, name, before: cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      const keys = page.map((row) => row.actorKey);
      const names = await actorNames(shop, storeId, keys);
      const nextCursor = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { items: page.map((row) => recordOf(row, names)), nextCursor };
    },
    retry: (storeId, id) => outbox.retry(storeId, id),
    cancel: (storeId, id) => outbox.cancel(storeId, id),
  };
}

function addressOf(storeId: number, actor: string) {
  const colon = actor.indexOf(':');
  return { storeId, machine: actor.slice(0, Math.max(colon, 0)), id: actor.slice(colon + 1) };
}

function recordOf(row: CommandView, names: ReadonlyMap<string, string>): CommandRecord {
  const { id, actorKey, name, kind, status, attempt, code, seq, childId, dueAt, createdAt, finishedAt } = row;
  return {
    id,
    actor: names.get(actorKey) ?? `key:${actorKey}`,
    actorKey,
    name,
    kind,
    status,
    attempt,
    error: code,
    seq,
    child: childId,
    input: withheld(row.input),
    result: withheld(row.result),
    dueAt: dueAt?.toISOString() ?? null,
    can: verbsOf(row),
    createdAt: createdAt.toISOString(),
    updatedAt: (finishedAt ?? createdAt).toISOString(),
  };
}

// As the outbox itself decides: an invoke is its machine's, which has heard of it or still waits.
function verbsOf({ kind, status }: CommandView): CommandRecord['can'] {
  if (kind === 'invoke') return [];
  if (status === 'failed') return ['retry'];
  return status === 'pending' ? ['cancel'] : [];
}
