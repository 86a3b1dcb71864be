// Everything that could not be done or stepped: dead letters, events set aside, actors that this build cannot read, be they
// broken or of a newer one. Each stays until a person decides; what is shown of it are ids and codes.
import { z } from 'zod';
import { createAsides } from '../../runtime/asides.ts';
import { createOutbox } from '../../runtime/outbox.ts';
import type { CommandAnswer, TroubleDesk } from '../../web/deps.ts';
import type { TroubleItem } from '../../web/wire/trouble.ts';
import { actorNames } from './actor-names.ts';
import type { Shop } from './open-shop.ts';
import { cursorOf, placeOf } from './place.ts';
import { STRANDED } from './stranded.ts';

const RETRIED_MAX = 1_000;
const Row = z.object({
  kind: z.enum(['command', 'event', 'actor']),
  id: z.string(),
  /** Sorts and pages: a UUID of the row, whatever its own id looks like. */
  place: z.string(),
  actor_key: z.string(),
  name: z.string(),
  sort: z.string().nullable(),
  why: z.string().nullable(),
  since: z.date(),
  attempts: z.number().nullable(),
});
type Row = z.infer<typeof Row>;

// An event's position becomes a UUID so that one cursor serves all kinds.
const ALL = `
  SELECT 'command' AS kind, id::text, id AS place, actor_key, name, kind AS sort, code AS why, coalesce(finished_at, created_at) AS since, attempt AS attempts
  FROM commands WHERE store_id = $1 AND status = 'failed'
  UNION ALL
  SELECT 'event', position::text, lpad(to_hex(position), 32, '0')::uuid, actor_key, type, NULL, trouble, created_at, NULL
  FROM inbox WHERE store_id = $1 AND state = 'aside'
  UNION ALL
  SELECT 'actor', key::text, key, key, machine, NULL, trouble, updated_at, NULL FROM actors WHERE store_id = $1 AND status = 'aside'
  UNION ALL
  SELECT 'actor', a.key::text, a.key, a.key, a.machine, 'stranded', coalesce(min(i.trouble), 'no process could open it'), min(i.created_at), NULL
  FROM inbox i JOIN actors a ON a.store_id = i.store_id AND a.key = i.actor_key
  WHERE i.store_id = $1 AND ${STRANDED} AND a.status = 'active' GROUP BY a.key, a.machine`;

export function troubleDesk(shop: Shop): TroubleDesk {
  const { database, clock, carrier, vault, runtime } = shop;
  const outbox = createOutbox({ pool: database.pool, carrier, vault, now: clock.now });
  const asides = createAsides({ pool: database.pool, vault, now: clock.now, wake: runtime.wake });
  return {
    async list({ storeId, kind, cursor, limit }) {
      const before = cursor === undefined ? undefined : placeOf(cursor);
      const { rows } = await database.pool.query(
        `SELECT * FROM (${ALL}) trouble WHERE ($2::text IS NULL OR kind = $2)
           AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', since), place) < ($3, $4::uuid))
         ORDER BY date_trunc('milliseconds', since) DESC, place DESC LIMIT $5`,
        [storeId, kind ?? null, before?.at ?? null, before?.id ?? null, limit + 1],
      );
      const page = rows.slice(0, limit).map((row) => Row.parse(row));
      const names = await actorNames(
        shop,
        storeId,
        page.map(({ actor_key: key }) => key),
      );
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((row) => itemOf(row, names)),
        nextCursor: last ? cursorOf({ at: last.since, id: last.place }) : null,
        counts: await countsOf(shop, storeId),
      };
    },
    retry(storeId, kind, id) {
      if (kind === 'command') return outbox.retry(storeId, id);
      return kind === 'event' ? asides.retry(storeId, Number(id)) : wakeActor(shop, storeId, id);
    },
    dismiss(storeId, kind, id) {
      if (kind === 'event') return asides.dismiss(storeId, Number(id));
      return kind === 'command' ? outbox.dismiss(storeId, id) : Promise.resolve('wrong_status');
    },
    async retryAll(storeId) {
      const { rows } = await database.pool.query(
        `SELECT * FROM (${ALL}) trouble WHERE sort IS DISTINCT FROM 'invoke' ORDER BY since, place LIMIT ${RETRIED_MAX}`,
        [storeId],
      );
      let retried = 0;
      for (const { kind, id } of rows.map((row) => Row.parse(row)))
        if ((await this.retry(storeId, kind, id)) === 'done') retried += 1;
      const { command, event, actor } = await countsOf(shop, storeId);
      return { retried, left: command + event + actor };
    },
  };
}

// Whatever came meanwhile waits in the actor's inbox: it is stepped now if this build can read the actor after all.
async function wakeActor({ database, runtime }: Shop, storeId: number, key: string): Promise<CommandAnswer> {
  const { rowCount } = await database.pool.query(
    `SELECT FROM (${ALL}) trouble WHERE kind = 'actor' AND actor_key = $2`,
    [storeId, key],
  );
  if (rowCount === 1) runtime.wake(storeId, key);
  return rowCount === 1 ? 'done' : 'unknown';
}

async function countsOf({ database }: Shop, storeId: number) {
  const { rows } = await database.pool.query<{ kind: string; count: number }>(
    `SELECT kind, count(*)::int AS count FROM (${ALL}) trouble GROUP BY kind`,
    [storeId],
  );
  const of = (kind: string) => rows.find((row) => row.kind === kind)?.count ?? 0;
  return { command: of('command'), event: of('event'), actor: of('actor') };
}

function itemOf(row: Row, names: ReadonlyMap<string, string>): TroubleItem {
  const { kind, id, actor_key: key, name, since, attempts } = row;
  return {
    id: `${kind}:${id}`,
    kind,
    actor: names.get(key) ?? `key:${key}`,
    key,
    name,
    ...reasonOf(row),
    since: since.toISOString(),
    attempts,
    can: verbsOf(row),
  };
}

// A command has a code alone; of events and actors the runtime writes a sentence of ids and states.
function reasonOf({ kind, sort, why, attempts }: Row): Pick<TroubleItem, 'code' | 'message'> {
  if (kind === 'command')
    return {
      code: why ?? 'unknown',
      message: `gave up after ${attempts ?? 0} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    };
  const code = kind === 'event' ? 'not_stepped' : sort === 'stranded' ? 'too_new' : 'unreadable';
  return { code, message: why ?? 'nobody wrote down why' };
}

// An invoke is over for its machine, which has heard of the failure: there is nobody left to give a result to.
function verbsOf({ kind, sort }: Row): TroubleItem['can'] {
  if (kind === 'actor') return ['retry'];
  return kind === 'command' && sort === 'invoke' ? ['dismiss'] : ['retry', 'dismiss'];
}
