// What a batch of turns reads: first the locks, then, in later statements, everything that decides whether a turn happens.
// In READ COMMITTED a statement that waited for a lock sees the new row and the old everything else, hence the two steps.
import type { AnyEventObject } from 'xstate';
import { z } from 'zod';
import { Envelope } from './cause.ts';
import { bools, ints, texts, uuids } from './arrays.ts';
import type { Connection, Rows } from './database.ts';
import type { Item } from './item.ts';
import type { ActorRow, CommandStatus } from './rows.ts';
import type { Vault } from './vault.ts';

export type Known = {
  actors: Map<string, ActorRow>;
  /** `actorKey/dedupeKey` of events that were taken in before. */
  seen: ReadonlySet<string>;
  commands: ReadonlyMap<string, CommandStatus>;
  timers: KnownTimer[];
  waiting: Array<{ actorKey: string; position: number; envelope: Envelope }>;
};
export type KnownTimer = {
  actorKey: string;
  id: string;
  token: string;
  dueAt: Date;
  event: Buffer;
  correlationId: string | null;
  trace: string | null;
};

/** At most so many inbox rows of one actor enter one batch. */
const WAITING_MAX = 50;

const Actor = z.object({
  store_id: z.number(),
  key: z.string(),
  machine: z.string(),
  version: z.number(),
  address_sealed: z.instanceof(Buffer).nullable(),
  data_key: z.instanceof(Buffer).nullable(),
  seq: z.coerce.number(),
  status: z.string(),
  snapshot: z.string().nullable(),
});

/** Begins the transaction, locks the actors in key order and reads. All statements leave in one go. */
export async function readBatch(
  connection: Connection,
  vault: Vault,
  items: readonly Item[],
  patience: 'skip' | 'wait',
): Promise<Known> {
  const [, actors, seen, commands, timers, waiting] = await Promise.all([
    connection.query('BEGIN'),
    lockActors(connection, items, patience),
    readSeen(connection, items),
    readCommands(connection, commandsOf(items)),
    readTimers(connection, timersOf(items)),
    readWaiting(connection, items),
  ]);
  const opened = waiting.rows.map((row) => openWaiting(vault, row));
  const [heldCommands, heldTimers] = await readHeld(connection, opened);
  return {
    actors: new Map(actors.rows.map((row) => actorOf(row)).map((actor) => [actor.key, actor])),
    seen: new Set(seen.rows.map((row) => `${String(row['actor_key'])}/${String(row['key'])}`)),
    commands: new Map(
      [...commands.rows, ...heldCommands.rows].map((row) => commandOf(row)).map((row) => [row.id, row]),
    ),
    timers: [...timers.rows, ...heldTimers.rows].map((row) => timerOf(row)),
    waiting: opened,
  };
}

// Results and timers that had to wait are judged by their rows as any other; there are hardly ever any.
function readHeld(connection: Connection, opened: ReadonlyArray<Opened>): Promise<[Rows, Rows]> {
  return Promise.all([
    readCommands(
      connection,
      opened.flatMap(({ storeId, envelope: { cause } }) =>
        cause.kind === 'result' || cause.kind === 'told' ? [{ storeId, id: cause.command, risky: true }] : [],
      ),
    ),
    readTimers(
      connection,
      opened.flatMap(({ storeId, actorKey, envelope: { cause } }) =>
        cause.kind === 'timer' ? [{ storeId, actorKey, id: cause.id }] : [],
      ),
    ),
  ]);
}

function actorOf(row: unknown): ActorRow {
  const { store_id: storeId, address_sealed: addressSealed, data_key: dataKey, ...rest } = Actor.parse(row);
  return { storeId, addressSealed, dataKey, ...rest };
}

async function lockActors(connection: Connection, items: readonly Item[], patience: 'skip' | 'wait'): Promise<Rows> {
  const keys = new Map(items.map((item) => [item.actorKey, item.storeId]));
  const sorted = [...keys.keys()].sort();
  return connection.query({
    name: `lock-actors-${patience}`,
    text: `SELECT a.store_id, a.key, a.machine, a.version, a.address_sealed, a.data_key, a.seq, a.status, a.snapshot
      FROM actors a JOIN unnest($1::int[], $2::uuid[]) AS w(store_id, key) ON a.store_id = w.store_id AND a.key = w.key
      WHERE a.store_id = ANY ($1) AND a.key = ANY ($2) ORDER BY a.key FOR NO KEY UPDATE OF a${patience === 'skip' ? ' SKIP LOCKED' : ''}`,
    values: [ints(sorted.map((key) => keys.get(key) ?? 0)), uuids(sorted)],
  });
}

const NO_ROWS: Rows = { rows: [], rowCount: 0, command: 'SELECT' };

async function readSeen(connection: Connection, items: readonly Item[]): Promise<Rows> {
  const keyed = items.filter((item) => item.dedupeKey !== null);
  if (keyed.length === 0) return NO_ROWS;
  return connection.query({
    name: 'read-seen',
    text: `SELECT d.actor_key, d.key FROM dedupe d
      JOIN unnest($1::int[], $2::uuid[], $3::text[]) AS w(store_id, actor_key, key)
      ON d.store_id = w.store_id AND d.actor_key = w.actor_key AND d.key = w.key
      WHERE d.store_id = ANY ($1) AND d.actor_key = ANY ($2) AND d.key = ANY ($3)`,
    values: [
      ints(keyed.map((item) => item.storeId)),
      uuids(keyed.map((item) => item.actorKey)),
      texts(keyed.map((item) => item.dedupeKey)),
    ],
  });
}

const Command = z.object({
  id: z.string(),
  name: z.string(),
  child_id: z.string().nullable(),
  status: z.string(),
  attempt: z.number(),
  input: z.instanceof(Buffer).nullable(),
});

function commandOf(row: unknown): CommandStatus {
  const { child_id: childId, ...rest } = Command.parse(row);
  return { childId, ...rest };
}

type CommandRef = { storeId: number; id: string; risky: boolean };

// The input is read only where an undo may need it: for a result that comes too late, that is a failure, or that shares
// its batch with something that may leave the state.
function commandsOf(items: readonly Item[]): CommandRef[] {
  return items.flatMap((item) => {
    const { storeId, actorKey, work } = item;
    if (work.kind !== 'result' && work.kind !== 'told') return [];
    const shared = items.some((other) => other !== item && other.actorKey === actorKey);
    const failed = work.kind === 'result' && work.outcome.status === 'failed';
    return [{ storeId, id: work.command, risky: shared || failed }];
  });
}

async function readCommands(connection: Connection, refs: readonly CommandRef[]): Promise<Rows> {
  if (refs.length === 0) return NO_ROWS;
  return connection.query({
    name: 'read-commands',
    text: `SELECT c.id, c.name, c.child_id, c.status, c.attempt, CASE WHEN c.status IN ('cancelled', 'failed', 'refused') OR w.risky THEN c.input END AS input
      FROM commands c JOIN unnest($1::int[], $2::uuid[], $3::bool[]) AS w(store_id, id, risky)
      ON c.store_id = w.store_id AND c.id = w.id WHERE c.store_id = ANY ($1) AND c.id = ANY ($2)`,
    values: [
      ints(refs.map(({ storeId }) => storeId)),
      uuids(refs.map(({ id }) => id)),
      bools(refs.map(({ risky }) => risky)),
    ],
  });
}

const Timer = z.object({
  actor_key: z.string(),
  id: z.string(),
  token: z.string(),
  due_at: z.date(),
  event: z.instanceof(Buffer),
  correlation_id: z.string().nullable(),
  trace: z.string().nullable(),
});

function timerOf(row: unknown): KnownTimer {
  const { actor_key: actorKey, due_at: dueAt, correlation_id: correlationId, ...rest } = Timer.parse(row);
  return { actorKey, dueAt, correlationId, ...rest };
}

type TimerRef = { storeId: number; actorKey: string; id: string };

function timersOf(items: readonly Item[]): TimerRef[] {
  return items.flatMap(({ storeId, actorKey, work }) =>
    work.kind === 'timer' ? [{ storeId, actorKey, id: work.id }] : [],
  );
}

async function readTimers(connection: Connection, refs: readonly TimerRef[]): Promise<Rows> {
  if (refs.length === 0) return NO_ROWS;
  return connection.query({
    name: 'read-timers',
    text: `SELECT t.actor_key, t.id, t.token, t.due_at, t.event, t.correlation_id, t.trace
      FROM timers t JOIN unnest($1::int[], $2::uuid[], $3::text[]) AS w(store_id, actor_key, id)
      ON t.store_id = w.store_id AND t.actor_key = w.actor_key AND t.id = w.id
      WHERE t.store_id = ANY ($1) AND t.actor_key = ANY ($2)`,
    values: [
      ints(refs.map(({ storeId }) => storeId)),
      uuids(refs.map(({ actorKey }) => actorKey)),
      texts(refs.map(({ id }) => id)),
    ],
  });
}

const Waiting = z.object({
  store_id: z.number(),
  actor_key: z.string(),
  position: z.coerce.number(),
  payload: z.instanceof(Buffer),
});
type Opened = { storeId: number; actorKey: string; position: number; envelope: Envelope };

function openWaiting(vault: Vault, row: unknown): Opened {
  const { store_id: storeId, actor_key: actorKey, position, payload } = Waiting.parse(row);
  return { storeId, actorKey, position, envelope: Envelope.parse(JSON.parse(vault.openShared(payload))) };
}

// A birth that was set aside and tried again comes before what has waited for it.
async function readWaiting(connection: Connection, items: readonly Item[]): Promise<Rows> {
  const woken = items.filter((item) => item.work.kind === 'wake');
  if (woken.length === 0) return NO_ROWS;
  return connection.query({
    name: 'read-waiting',
    text: `SELECT i.store_id, i.actor_key, i.position, i.payload
      FROM unnest($1::int[], $2::uuid[], $3::int[]) AS w(store_id, actor_key, most)
      CROSS JOIN LATERAL (
        SELECT * FROM inbox i WHERE i.store_id = w.store_id AND i.actor_key = w.actor_key AND i.state = 'waiting'
        ORDER BY i.type <> 'xstate.init', i.position LIMIT w.most
      ) i ORDER BY i.type <> 'xstate.init', i.position`,
    values: [
      ints(woken.map((item) => item.storeId)),
      uuids(woken.map((item) => item.actorKey)),
      ints(woken.map(({ work }) => mostOf(work))),
    ],
  });
}

/** How many inbox rows an item of this kind takes out at once, at most. */
export function mostOf(work: Item['work']): number {
  return work.kind === 'wake' && work.alone ? 1 : WAITING_MAX;
}

/** Which of the actors exist at all; asked only when some could not be locked. */
export async function existing(connection: Connection, items: readonly Item[]): Promise<ReadonlySet<string>> {
  const { rows } = await connection.query({
    text: 'SELECT a.key FROM actors a JOIN unnest($1::int[], $2::uuid[]) AS w(store_id, key) ON a.store_id = w.store_id AND a.key = w.key',
    values: [ints(items.map((item) => item.storeId)), uuids(items.map((item) => item.actorKey))],
  });
  return new Set(rows.map((row) => String(row['key'])));
}

/** A timer's event as it was sealed. */
export function eventFrom(json: string): AnyEventObject {
  return z.looseObject({ type: z.string() }).parse(JSON.parse(json));
}
