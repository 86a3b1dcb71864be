// The tables of the durable runtime. Every key starts with the store; an actor is known by its key alone, a UUID.
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** One row per actor: its newest snapshot. `seq` counts its turns without gaps; 0 means born but never stepped. */
export const actors = pgTable(
  'actors',
  {
    storeId: integer('store_id').notNull(),
    key: uuid('key').notNull(),
    machine: text('machine').notNull(),
    version: integer('version').notNull(),
    /** Keyed hash of the natural id, for finding; null for actors whose id is their key, and after forgetting. */
    addressHash: bytea('address_hash'),
    /** The natural id, sealed under the master key. */
    addressSealed: bytea('address_sealed'),
    /** The wrapped data key; null once the actor was forgotten. */
    dataKey: bytea('data_key'),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** `active`, `done`, `forgotten`, or `aside` (this build cannot read the snapshot; `trouble` says why). */
    status: text('status').notNull(),
    trouble: text('trouble'),
    /** The state value and the tags of its states as JSON, for those who search; the snapshot is the truth. */
    value: text('value').notNull(),
    tags: text('tags').notNull(),
    snapshot: text('snapshot'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /**
     * What lists filter and sort by. Both stay the same over most turns, so that the row is still rewritten in place:
     * an index on `updated_at` or `value` would cost every turn its share.
     */
    activeHour: timestamp('active_hour', { mode: 'date' }).generatedAlwaysAs(
      sql`date_trunc('hour', updated_at at time zone 'UTC')`,
    ),
    /** Where a resting actor stands: its state value, or that of its region `conversation`. Null from a turn on until it rests. */
    standing: text('standing'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.key] }),
    index('actors_active').on(t.storeId, t.activeHour),
    index('actors_standing').on(t.storeId, t.machine, t.standing),
    index('actors_restless')
      .on(t.activeHour)
      .where(sql`standing is null`),
    index('actors_tagged')
      .on(t.storeId, t.machine)
      .where(sql`tags <> '[]'`),
    index('actors_aside')
      .on(t.storeId)
      .where(sql`status = 'aside'`),
    // Partial, so that no plan for a key mistakes it for the primary key while the table is small.
    uniqueIndex('actors_address')
      .on(t.storeId, t.machine, t.addressHash)
      .where(sql`address_hash is not null`),
  ],
);

/** The journal: one row per turn. `payload` seals the event and what leads back to the snapshot before it. */
export const events = pgTable(
  'events',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
    version: integer('version').notNull(),
    type: text('type').notNull(),
    source: text('source').notNull(),
    correlationId: text('correlation_id').notNull(),
    /** The state value after the turn, as JSON. */
    value: text('value').notNull(),
    /** Names of the commands that the turn gave birth to, comma between. */
    commands: text('commands').notNull(),
    payload: bytea('payload').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.actorKey, t.seq, t.at] }),
    // A few bytes a megabyte: who asks for the turns of the last seconds or days reads only their part of the table.
    index('events_at').using('brin', t.at),
  ],
);

/** Keys of events that were taken in, so that a repeated one changes nothing. */
export const dedupe = pgTable(
  'dedupe',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    key: text('key').notNull(),
    at: instant('at').notNull(),
  },
  // For pruning: rows lie in the order of their time, so a block range index finds the old ones and costs next to nothing.
  (t) => [primaryKey({ columns: [t.storeId, t.actorKey, t.key] }), index('dedupe_at').using('brin', t.at)],
);

/** What was accepted but not yet stepped (`waiting`), and what could not be stepped (`aside`). */
export const inbox = pgTable(
  'inbox',
  {
    storeId: integer('store_id').notNull(),
    position: bigserial('position', { mode: 'number' }).notNull(),
    actorKey: uuid('actor_key').notNull(),
    state: text('state').notNull(),
    /** The cause of a turn, sealed JSON. */
    payload: bytea('payload').notNull(),
    /** The event's type, for those who look. */
    type: text('type').notNull(),
    trouble: text('trouble'),
    notBefore: instant('not_before').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.position] }),
    index('inbox_actor').on(t.storeId, t.actorKey, t.position),
    index('inbox_waiting')
      .on(t.notBefore)
      .where(sql`state = 'waiting'`),
    index('inbox_aside')
      .on(t.storeId, t.position)
      .where(sql`state = 'aside'`),
  ],
);

/** The outbox. `due_at` is when a sweeper has to look at the row: null once it is settled. */
export const commands = pgTable(
  'commands',
  {
    storeId: integer('store_id').notNull(),
    id: uuid('id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** `invoke`, `action` or `undo`. */
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    /** The invoked child's id in its machine; null for actions and undos. */
    childId: text('child_id'),
    /** `pending`, `running`, `held` (its result waits in the inbox), `done`, `refused`, `failed` or `cancelled`. */
    status: text('status').notNull(),
    /** The delivery under way, from 1; whatever ends one without ending the command counts one up. */
    attempt: integer('attempt').notNull(),
    /** How often it was tried and broke down; the retry policy bounds this. */
    failures: integer('failures').notNull(),
    /** How often its lease ran out without an answer. */
    lost: integer('lost').notNull().default(0),
    input: bytea('input').notNull(),
    result: bytea('result'),
    /** Refusal code or failure code. */
    code: text('code'),
    owner: uuid('owner'),
    dueAt: instant('due_at'),
    correlationId: text('correlation_id').notNull(),
    /** W3C traceparent of the turn that gave birth to it: the worker's span goes on from there. Null while tracing is off. */
    trace: text('trace'),
    createdAt: instant('created_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    index('commands_due')
      .on(t.dueAt)
      .where(sql`due_at is not null`),
    index('commands_created').using('brin', t.createdAt), // for pruning
    index('commands_actor').on(t.storeId, t.actorKey, t.seq),
    index('commands_failed')
      .on(t.storeId, t.finishedAt)
      .where(sql`status = 'failed'`),
  ],
);

/** Timers that have not fired. `token` tells a timer from a later one of the same id. */
export const timers = pgTable(
  'timers',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    id: text('id').notNull(),
    token: uuid('token').notNull(),
    dueAt: instant('due_at').notNull(),
    /** Until then one process holds it in memory; after that any other may take it. */
    heldUntil: instant('held_until').notNull(),
    event: bytea('event').notNull(),
    /** Of the turn that set it, so that what it leads to is found under the same id. */
    correlationId: text('correlation_id'),
    trace: text('trace'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.actorKey, t.id] }), index('timers_held').on(t.heldUntil)],
);

/** Items that a process which had just started was about to step; what stays here was in hand when it died. */
export const attempts = pgTable('attempts', { key: text('key').primaryKey(), tries: integer('tries').notNull() });
