// What a batch of turns writes: arrays instead of loops, and what most batches write is one statement. Pure: what cannot be written throws before anything is sent.
import type { ActorTurn } from './actor-turn.ts';
import { bigints, byteas, instants, ints, texts, uuids } from './arrays.ts';
import { LEASE_MS } from './claims.ts';
import type { Statement } from './database.ts';
import { joined } from './joined.ts';
import type { Prepared } from './joined.ts';
import type { CommandRow, InboxRow, JournalRow, SettledRow, TimerRow } from './rows.ts';

/** How long a command may wait for a worker before the sweeper asks after it (ms). */
export const UNCLAIMED_MS = 10_000;

/** A dedupe key that the batch took in. */
export type SeenRow = { storeId: number; actorKey: string; key: string };
/** A new actor, born by `start`; its inbox holds its first cause. */
export type BornRow = {
  storeId: number;
  key: string;
  machine: string;
  version: number;
  addressSealed: Buffer;
  dataKey: Buffer;
};

export type BatchRows = {
  turns: readonly ActorTurn[];
  seen: readonly SeenRow[];
  born: readonly BornRow[];
  inbox: readonly InboxRow[];
  at: Date;
  /** Who claims the batch's commands at their birth; null where this process runs none. */
  owner: string | null;
};

/** Every write of the batch, in the order in which they are to be sent. */
export function statementsOf({ turns, seen, born, inbox, at, owner }: BatchRows): Statement[] {
  const of = (is: (turn: ActorTurn) => boolean): ActorTurn[] => turns.filter(is);
  const each = <Row>(rowsOf: (turn: ActorTurn) => Iterable<Row>): Row[] => turns.flatMap((turn) => [...rowsOf(turn)]);
  const stepped = of(({ journal }) => journal.length > 0);
  const journal = each((turn) => turn.journal);
  const commands = each((turn) => turn.commands);
  const settled = each((turn) => turn.settled);
  const gone = each((turn) => goneOf(turn).map((id) => ({ row: turn.row, id })));
  const timers = each((turn) => turn.timers.values());
  const cancelled = each(({ row, cancelled: ids }) => ids.map((id) => ({ storeId: row.storeId, id })));
  const ended = of(({ allTimersGone }) => allTimersGone);
  const unpacked = of(({ taken }) => taken.length > 0);
  const waiting = [...each((turn) => turn.inbox), ...inbox];
  const barred = of((turn) => turn.barred?.code === 'unreadable');
  return [
    ...joined([
      ...some(stepped, (rows) => updateActors(rows, at)),
      ...some(journal, insertJournal),
      ...some(seen, (rows) => insertSeen(rows, at)),
      ...some(commands, (rows) => insertCommands(rows, at, owner)),
      ...some(settled, (rows) => settleCommands(rows, at)),
      ...some(gone, deleteTimers),
      ...some(timers, upsertTimers),
    ]),
    ...some(cancelled, (rows) => cancelCommands(rows, at)), // also of a result that was held a moment before
    ...some(ended, deleteAllTimers),
    ...some(unpacked, deleteInbox),
    ...some(born, (rows) => insertBorn(rows, at)),
    ...some(waiting, (rows) => insertInbox(rows, at)),
    ...some(barred, barActors),
  ];
}

function goneOf({ timersGone, timers }: ActorTurn): string[] {
  return [...timersGone].filter((id) => !timers.has(id));
}

function some<Row>(rows: readonly Row[], write: (rows: readonly Row[]) => Prepared): Prepared[] {
  return rows.length > 0 ? [write(rows)] : [];
}

/** @param name short: those of several are joined, and Postgres keeps 63 bytes */
function prepared(name: string, text: string, values: unknown[]): Prepared {
  return { name, text, values };
}

function updateActors(turns: readonly ActorTurn[], at: Date): Prepared {
  return prepared(
    'actors',
    `UPDATE actors a SET seq = u.seq, version = u.version, status = u.status, trouble = NULL, value = u.value, tags = u.tags,
       standing = NULL, snapshot = u.snapshot, updated_at = $9
     FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])
       AS u(store_id, key, seq, version, status, value, tags, snapshot)
     WHERE a.store_id = u.store_id AND a.key = u.key AND a.store_id = ANY ($1) AND a.key = ANY ($2)`,
    [
      ints(turns.map(({ row }) => row.storeId)),
      uuids(turns.map(({ row }) => row.key)),
      bigints(turns.map(({ row, journal }) => row.seq + journal.length)),
      ints(turns.map(({ definition, row }) => definition?.version ?? row.version)),
      texts(turns.map(({ stored }) => stored?.status ?? 'active')),
      texts(turns.map(({ stored }) => JSON.stringify(stored?.value ?? {}))),
      texts(turns.map(({ live }) => JSON.stringify([...(live?.snapshot.tags ?? [])]))),
      texts(turns.map(({ stored }) => JSON.stringify(stored))),
      at,
    ],
  );
}

function insertJournal(rows: readonly JournalRow[]): Prepared {
  return prepared(
    'journal',
    `INSERT INTO events (store_id, actor_key, seq, at, version, type, source, correlation_id, value, commands, payload)
     SELECT * FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::int[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::bytea[])`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.actorKey)),
      bigints(rows.map((row) => row.seq)),
      instants(rows.map((row) => row.at)),
      ints(rows.map((row) => row.version)),
      texts(rows.map((row) => row.type)),
      texts(rows.map((row) => row.source)),
      texts(rows.map((row) => row.correlationId)),
      texts(rows.map((row) => row.value)),
      texts(rows.map((row) => row.commands)),
      byteas(rows.map((row) => row.payload)),
    ],
  );
}

// A key that is already there breaks the batch: the unique index is the second guard behind the read under the lock.
function insertSeen(rows: readonly SeenRow[], at: Date): Prepared {
  return prepared(
    'seen',
    `INSERT INTO dedupe (store_id, actor_key, key, at)
     SELECT u.store_id, u.actor_key, u.key, $4 FROM unnest($1::int[], $2::uuid[], $3::text[]) AS u(store_id, actor_key, key)`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.actorKey)),
      texts(rows.map((row) => row.key)),
      at,
    ],
  );
}

function insertCommands(rows: readonly CommandRow[], at: Date, owner: string | null): Prepared {
  return prepared(
    'commands',
    `INSERT INTO commands (store_id, id, actor_key, seq, kind, name, child_id, status, attempt, failures, input, owner, due_at, correlation_id, trace, created_at)
     SELECT u.store_id, u.id, u.actor_key, u.seq, u.kind, u.name, u.child_id,
       CASE WHEN $13::uuid IS NULL THEN 'pending' ELSE 'running' END, 1, 0, u.input, $13, $11, u.correlation_id, u.trace, $12
     FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::text[], $10::text[])
       AS u(store_id, id, actor_key, seq, kind, name, child_id, input, correlation_id, trace)`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.id)),
      uuids(rows.map((row) => row.actorKey)),
      bigints(rows.map((row) => row.seq)),
      texts(rows.map((row) => row.kind)),
      texts(rows.map((row) => row.name)),
      texts(rows.map((row) => row.childId)),
      byteas(rows.map((row) => row.input)),
      texts(rows.map((row) => row.correlationId)),
      texts(rows.map((row) => row.trace)),
      new Date(at.getTime() + (owner === null ? UNCLAIMED_MS : LEASE_MS)),
      at,
      owner,
    ],
  );
}

// What never ran needs no second look; what may have run has a date, at which the sweeper finds it and undoes it.
function cancelCommands(rows: ReadonlyArray<{ storeId: number; id: string }>, at: Date): Prepared {
  return prepared(
    'cancel-commands',
    `UPDATE commands c SET status = 'cancelled',
       due_at = CASE WHEN c.status = 'pending' AND c.attempt = 1 THEN NULL ELSE coalesce(c.due_at, $3) END
     FROM unnest($1::int[], $2::uuid[]) AS u(store_id, id)
     WHERE c.store_id = u.store_id AND c.id = u.id AND c.store_id = ANY ($1) AND c.id = ANY ($2) AND c.status IN ('pending', 'running', 'held')`,
    [ints(rows.map((row) => row.storeId)), uuids(rows.map((row) => row.id)), at],
  );
}

function settleCommands(rows: readonly SettledRow[], at: Date): Prepared {
  return prepared(
    'settled',
    `UPDATE commands c SET status = u.status, code = u.code, result = u.result, due_at = NULL, owner = NULL, finished_at = $6
     FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::bytea[]) AS u(store_id, id, status, code, result)
     WHERE c.store_id = u.store_id AND c.id = u.id AND c.store_id = ANY ($1) AND c.id = ANY ($2)`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.id)),
      texts(rows.map((row) => row.status)),
      texts(rows.map((row) => row.code)),
      byteas(rows.map((row) => row.result)),
      at,
    ],
  );
}

function deleteTimers(rows: ReadonlyArray<{ row: ActorTurn['row']; id: string }>): Prepared {
  return prepared(
    'timers-gone',
    `DELETE FROM timers t USING unnest($1::int[], $2::uuid[], $3::text[]) AS u(store_id, actor_key, id)
     WHERE t.store_id = u.store_id AND t.actor_key = u.actor_key AND t.id = u.id
       AND t.store_id = ANY ($1) AND t.actor_key = ANY ($2)`,
    [ints(rows.map(({ row }) => row.storeId)), uuids(rows.map(({ row }) => row.key)), texts(rows.map(({ id }) => id))],
  );
}

function deleteAllTimers(turns: readonly ActorTurn[]): Prepared {
  return prepared(
    'delete-all-timers',
    `DELETE FROM timers t USING unnest($1::int[], $2::uuid[]) AS u(store_id, actor_key)
     WHERE t.store_id = u.store_id AND t.actor_key = u.actor_key AND t.store_id = ANY ($1) AND t.actor_key = ANY ($2)`,
    [ints(turns.map(({ row }) => row.storeId)), uuids(turns.map(({ row }) => row.key))],
  );
}

function upsertTimers(rows: readonly TimerRow[]): Prepared {
  return prepared(
    'timers',
    `INSERT INTO timers (store_id, actor_key, id, token, due_at, held_until, event, correlation_id, trace)
     SELECT u.store_id, u.actor_key, u.id, u.token, u.due_at, u.held_until, u.event, u.correlation_id, u.trace
     FROM unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::bytea[], $8::text[], $9::text[])
       AS u(store_id, actor_key, id, token, due_at, held_until, event, correlation_id, trace)
     ON CONFLICT (store_id, actor_key, id)
       DO UPDATE SET token = excluded.token, due_at = excluded.due_at, held_until = excluded.held_until, event = excluded.event,
         correlation_id = excluded.correlation_id, trace = excluded.trace`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.actorKey)),
      texts(rows.map((row) => row.id)),
      uuids(rows.map((row) => row.token)),
      instants(rows.map((row) => row.dueAt)),
      instants(rows.map((row) => row.heldUntil)),
      byteas(rows.map((row) => row.event)),
      texts(rows.map((row) => row.correlationId)),
      texts(rows.map((row) => row.trace)),
    ],
  );
}

function deleteInbox(turns: readonly ActorTurn[]): Prepared {
  const taken = turns.flatMap((turn) => turn.taken.map((position) => ({ storeId: turn.row.storeId, position })));
  return prepared(
    'delete-inbox',
    `DELETE FROM inbox i USING unnest($1::int[], $2::bigint[]) AS u(store_id, position)
     WHERE i.store_id = u.store_id AND i.position = u.position AND i.store_id = ANY ($1) AND i.position = ANY ($2)`,
    [ints(taken.map((row) => row.storeId)), bigints(taken.map((row) => row.position))],
  );
}

function insertBorn(rows: readonly BornRow[], at: Date): Prepared {
  return prepared(
    'insert-born',
    `INSERT INTO actors (store_id, key, machine, version, address_sealed, data_key, seq, status, value, tags, created_at, updated_at)
     SELECT u.store_id, u.key, u.machine, u.version, u.address_sealed, u.data_key, 0, 'active', '{}', '[]', $7, $7
     FROM unnest($1::int[], $2::uuid[], $3::text[], $4::int[], $5::bytea[], $6::bytea[])
       AS u(store_id, key, machine, version, address_sealed, data_key)
     ON CONFLICT DO NOTHING`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.key)),
      texts(rows.map((row) => row.machine)),
      ints(rows.map((row) => row.version)),
      byteas(rows.map((row) => row.addressSealed)),
      byteas(rows.map((row) => row.dataKey)),
      at,
    ],
  );
}

function insertInbox(rows: readonly InboxRow[], at: Date): Prepared {
  return prepared(
    'insert-inbox',
    `INSERT INTO inbox (store_id, actor_key, state, payload, type, trouble, not_before, created_at)
     SELECT u.store_id, u.actor_key, u.state, u.payload, u.type, u.trouble, u.not_before, $8
     FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::timestamptz[]) WITH ORDINALITY
       AS u(store_id, actor_key, state, payload, type, trouble, not_before, n)
     ORDER BY u.n`,
    [
      ints(rows.map((row) => row.storeId)),
      uuids(rows.map((row) => row.actorKey)),
      texts(rows.map((row) => row.state)),
      byteas(rows.map((row) => row.payload)),
      texts(rows.map((row) => row.type)),
      texts(rows.map((row) => row.trouble)),
      instants(rows.map((row) => row.notBefore)),
      at,
    ],
  );
}

function barActors(turns: readonly ActorTurn[]): Prepared {
  return prepared(
    'bar-actors',
    `UPDATE actors a SET status = 'aside', trouble = u.trouble FROM unnest($1::int[], $2::uuid[], $3::text[]) AS u(store_id, key, trouble)
     WHERE a.store_id = u.store_id AND a.key = u.key AND a.status <> 'aside'`,
    [
      ints(turns.map(({ row }) => row.storeId)),
      uuids(turns.map(({ row }) => row.key)),
      texts(turns.map(({ barred }) => barred?.message ?? '')),
    ],
  );
}
