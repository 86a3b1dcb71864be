// The read side: actors as they stand, their journals, and how they stood after any turn.
import type pg from 'pg';
import { z } from 'zod';
import type { Standing } from './allowed.ts';
import type { DurableMachine } from './machine.ts';
import { movedTo, standsInSql } from './resting.ts';
import { applyStepBack, StepBack, StoredSnapshot } from './snapshot.ts';
import type { Vault } from './vault.ts';

export type ActorView = {
  storeId: number;
  key: string;
  /** `machine:natural id`; the key in place of the id once the actor was forgotten. */
  id: string;
  machine: string;
  version: number;
  status: string;
  trouble: string | null;
  value: unknown;
  tags: string[];
  seq: number;
  updatedAt: Date;
};

export type TimerView = { id: string; dueAt: Date };
export type ActorDetailView = ActorView & { snapshot: StoredSnapshot | null; timers: TimerView[] };

export type TurnView = {
  seq: number;
  at: Date;
  version: number;
  /** The event as it was taken in; null once the actor was forgotten. */
  event: unknown;
  type: string;
  handled: boolean;
  value: unknown;
  commands: string[];
  source: string;
  correlationId: string;
};

export type ListQuery = {
  storeId: number;
  machine?: string | undefined;
  /** A state's name anywhere in the state value. */
  state?: string | undefined;
  /** Actors with these keys only. */
  keys?: readonly string[] | undefined;
  /** Continues below this place: `updatedAt` and key of the last actor seen. */
  before?: { updatedAt: Date; key: string } | undefined;
  limit: number;
};

export type Archive = {
  /** Newest activity first; actors that were born but never stepped are left out. */
  list: (query: ListQuery) => Promise<ActorView[]>;
  show: (storeId: number, key: string) => Promise<ActorDetailView | null>;
  /** The stored form of those of these actors that have one, in no order. */
  standing: (storeId: number, keys: readonly string[]) => Promise<Standing[]>;
  /** Turns after `after`, oldest first. */
  history: (storeId: number, key: string, after: number, limit: number) => Promise<TurnView[]>;
  /** The actor as it stood after turn `seq`; null where there was no such turn, or its journal was pruned or forgotten. */
  snapshotAt: (storeId: number, key: string, seq: number) => Promise<StoredSnapshot | null>;
  /** Whether the actor has taken an event in under this dedupe key. */
  hasTakenIn: (storeId: number, key: string, dedupeKey: string) => Promise<boolean>;
  /**
   * The places where actors stand (see resting.ts) in which a state of this name or dotted path is active. Of a machine with
   * a region named `conversation` they are that region's alone, and the path may begin with its name.
   */
  standingsWith: (storeId: number, machine: string, state: string) => Promise<string[]>;
  /** How many actors stand where: state value (JSON) and count, per machine. */
  census: (storeId: number, machine: string) => Promise<Array<{ value: unknown; version: number; count: number }>>;
};

export function createArchive(deps: {
  pool: pg.Pool;
  vault: Vault;
  machines: ReadonlyMap<string, DurableMachine>;
}): Archive {
  return {
    list: (query) => list(deps, query),
    show: (storeId, key) => show(deps, storeId, key),
    standing: (storeId, keys) => standing(deps.pool, storeId, keys),
    history: (storeId, key, after, limit) => history(deps, storeId, key, after, limit),
    snapshotAt: (storeId, key, seq) => snapshotAt(deps, storeId, key, seq),
    hasTakenIn: (storeId, key, dedupeKey) => hasTakenIn(deps, storeId, key, dedupeKey),
    standingsWith: (storeId, machine, state) => standingsWith(deps.pool, storeId, machine, state),
    census: (storeId, machine) => census(deps.pool, storeId, machine),
  };
}

type Deps = Parameters<typeof createArchive>[0];

const Json = z.string().transform((text): unknown => JSON.parse(text));
const Row = z.object({
  store_id: z.number(),
  key: z.string(),
  machine: z.string(),
  version: z.number(),
  status: z.string(),
  trouble: z.string().nullable(),
  value: Json,
  tags: Json.pipe(z.array(z.string())),
  seq: z.coerce.number(),
  updated_at: z.date(),
  address_sealed: z.instanceof(Buffer).nullable(),
});
const COLUMNS = 'store_id, key, machine, version, status, trouble, value, tags, seq, updated_at, address_sealed';

function viewOf(vault: Vault, raw: unknown): ActorView {
  const { store_id: storeId, updated_at: updatedAt, address_sealed: sealed, ...row } = Row.parse(raw);
  return { storeId, updatedAt, id: `${row.machine}:${sealed ? vault.openShared(sealed) : row.key}`, ...row };
}

// Only the conditions that are asked for are part of the statement, so that each has its own plan. Sorted by the hour
// first, which is an index, and within it by the instant.
async function list(
  { pool, vault }: Deps,
  { storeId, machine, state, keys, before, limit }: ListQuery,
): Promise<ActorView[]> {
  const values: unknown[] = [storeId];
  const given = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['store_id = $1', 'seq > 0'];
  if (machine !== undefined) conditions.push(`machine = ${given(machine)}`);
  if (state !== undefined) conditions.push(await standsIn(pool, storeId, machine, state, given));
  if (keys !== undefined) conditions.push(`key = ANY (${given(keys)}::uuid[])`);
  if (before !== undefined) {
    const [at, key] = [given(before.updatedAt), given(before.key)];
    conditions.push(`active_hour <= date_trunc('hour', ${at}::timestamptz at time zone 'UTC')`);
    conditions.push(`(updated_at, key) < (${at}::timestamptz, ${key}::uuid)`);
  }
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM actors WHERE ${conditions.join(' AND ')}
     ORDER BY active_hour DESC, updated_at DESC, key DESC LIMIT ${given(limit)}`,
    values,
  );
  return rows.map((row) => viewOf(vault, row));
}

// Where actors stand is in an index; what only other regions are in is looked for among the newest.
async function standsIn(
  pool: pg.Pool,
  storeId: number,
  machine: string | undefined,
  state: string,
  given: (value: unknown) => string,
): Promise<string> {
  const standings = machine === undefined ? [] : await standingsWith(pool, storeId, machine, state);
  if (standings.length > 0) return standsInSql('actors', `${given(standings)}::text[]`);
  return `value LIKE ${given(`%"${likeLiteral(state.slice(state.lastIndexOf('.') + 1))}"%`)}`;
}

const STANDINGS_MAX = 1_000;

// There are few of them however many actors there are: of those who rest each is found by one step along the index.
async function standingsWith(pool: pg.Pool, storeId: number, machine: string, state: string): Promise<string[]> {
  const { rows } = await pool.query<{ standing: string }>(
    `WITH RECURSIVE each AS (
       (SELECT standing FROM actors WHERE store_id = $1 AND machine = $2 AND standing IS NOT NULL ORDER BY standing LIMIT 1)
       UNION ALL
       SELECT (SELECT a.standing FROM actors a WHERE a.store_id = $1 AND a.machine = $2 AND a.standing > each.standing
               ORDER BY a.standing LIMIT 1) FROM each WHERE each.standing IS NOT NULL)
     (SELECT standing FROM each WHERE standing IS NOT NULL LIMIT ${STANDINGS_MAX})
     UNION (SELECT ${movedTo('a')} FROM actors a WHERE a.store_id = $1 AND a.machine = $2 AND a.standing IS NULL)`,
    [storeId, machine],
  );
  const wanted = state.replace(/^conversation\./, '').split('.');
  return rows.map(({ standing }) => standing).filter((standing) => isWithin(JSON.parse(standing), wanted));
}

function isWithin(value: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (typeof value === 'string') return value === name && rest.length === 0;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => (key === name && isWithin(inner, rest)) || isWithin(inner, path));
}

function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

async function show(deps: Deps, storeId: number, key: string): Promise<ActorDetailView | null> {
  const [actors, timers] = await Promise.all([
    deps.pool.query(`SELECT ${COLUMNS}, snapshot FROM actors WHERE store_id = $1 AND key = $2 AND seq > 0`, [
      storeId,
      key,
    ]),
    deps.pool.query<{ id: string; due_at: Date }>(
      'SELECT id, due_at FROM timers WHERE store_id = $1 AND actor_key = $2 ORDER BY due_at',
      [storeId, key],
    ),
  ]);
  const row: unknown = actors.rows[0];
  if (!row) return null;
  const { snapshot } = z.object({ snapshot: Json.nullable() }).parse(row);
  return {
    ...viewOf(deps.vault, row),
    snapshot: snapshot === null ? null : StoredSnapshot.parse(snapshot),
    timers: timers.rows.map(({ id, due_at: dueAt }) => ({ id, dueAt })),
  };
}

async function hasTakenIn({ pool }: Deps, storeId: number, key: string, dedupeKey: string): Promise<boolean> {
  const found = await pool.query('SELECT 1 FROM dedupe WHERE store_id = $1 AND actor_key = $2 AND key = $3', [
    storeId,
    key,
    dedupeKey,
  ]);
  return found.rows.length > 0;
}

const StandingRow = z.object({
  key: z.string(),
  seq: z.coerce.number(),
  version: z.number(),
  snapshot: Json.pipe(StoredSnapshot),
});

async function standing(pool: pg.Pool, storeId: number, keys: readonly string[]): Promise<Standing[]> {
  const { rows } = await pool.query(
    `SELECT key, seq, version, snapshot FROM actors
     WHERE store_id = $1 AND key = ANY ($2::uuid[]) AND seq > 0 AND snapshot IS NOT NULL`,
    [storeId, keys],
  );
  return rows.map((row) => StandingRow.parse(row));
}

const Payload = z.object({ event: z.unknown(), back: StepBack.nullable(), handled: z.boolean() });
const Journal = z.object({
  seq: z.coerce.number(),
  at: z.date(),
  version: z.number(),
  type: z.string(),
  value: Json,
  commands: z.string(),
  source: z.string(),
  correlation_id: z.string(),
  payload: z.instanceof(Buffer),
  data_key: z.instanceof(Buffer).nullable(),
});

async function readJournal({ pool }: Deps, where: string, values: unknown[]): Promise<Array<z.infer<typeof Journal>>> {
  const { rows } = await pool.query(
    `SELECT e.seq, e.at, e.version, e.type, e.value, e.commands, e.source, e.correlation_id, e.payload, a.data_key
     FROM events e JOIN actors a ON a.store_id = e.store_id AND a.key = e.actor_key
     WHERE e.store_id = $1 AND e.actor_key = $2 AND ${where}`,
    values,
  );
  return rows.map((row) => Journal.parse(row));
}

function payloadOf(vault: Vault, row: z.infer<typeof Journal>): z.infer<typeof Payload> | null {
  return row.data_key ? Payload.parse(JSON.parse(vault.open(row.data_key, row.payload))) : null;
}

async function history(deps: Deps, storeId: number, key: string, after: number, limit: number): Promise<TurnView[]> {
  const rows = await readJournal(deps, 'e.seq > $3 ORDER BY e.seq LIMIT $4', [storeId, key, after, limit]);
  return rows.map((row) => {
    const payload = payloadOf(deps.vault, row);
    const { correlation_id: correlationId, commands, payload: _sealed, data_key: _key, ...rest } = row;
    const names = commands === '' ? [] : commands.split(',');
    return {
      ...rest,
      correlationId,
      commands: names,
      event: payload?.event ?? null,
      handled: payload?.handled ?? true,
    };
  });
}

const WALKED_AT_ONCE = 500;

// Walks back from the newest snapshot: each turn's journal holds what it changed. A long way is read in pieces.
async function snapshotAt(deps: Deps, storeId: number, key: string, seq: number): Promise<StoredSnapshot | null> {
  const now = await show(deps, storeId, key);
  if (!now?.snapshot || seq > now.seq || seq < 1) return null;
  let snapshot = now.snapshot;
  for (let at = now.seq; at > seq; at -= WALKED_AT_ONCE) {
    const from = Math.max(seq, at - WALKED_AT_ONCE);
    const rows = await readJournal(deps, 'e.seq > $3 AND e.seq <= $4 ORDER BY e.seq DESC', [storeId, key, from, at]);
    if (rows.length !== at - from) return null;
    for (const row of rows) {
      const back = payloadOf(deps.vault, row)?.back;
      if (!back) return null;
      snapshot = applyStepBack(snapshot, back);
    }
  }
  return snapshot;
}

async function census(pool: pg.Pool, storeId: number, machine: string) {
  const { rows } = await pool.query<{ value: string; version: number; count: string }>(
    `SELECT value, version, count(*) FROM actors WHERE store_id = $1 AND machine = $2 AND seq > 0 GROUP BY value, version`,
    [storeId, machine],
  );
  return rows.map(({ value, version, count }) => ({
    value: JSON.parse(value) as unknown,
    version,
    count: Number(count),
  }));
}
