// The turn, for as many actors as arrived together: lock, read, step, write, commit. Two round trips to Postgres.
// Nothing of it is kept in memory but through what it returns after the commit.
import type { AnyEventObject } from 'xstate';
import { openActor } from './actor-turn.ts';
import type { ActorTurn, TurnKnowledge } from './actor-turn.ts';
import { existing, eventFrom, mostOf, readBatch } from './batch-reads.ts';
import type { Known } from './batch-reads.ts';
import { statementsOf } from './batch-writes.ts';
import type { SeenRow } from './batch-writes.ts';
import type { Envelope } from './cause.ts';
import type { Claim } from './claims.ts';
import type { Connection } from './database.ts';
import type { Item, Settled } from './item.ts';
import { addressOthers } from './others.ts';
import type { Others } from './others.ts';
import type { Directory } from './directory.ts';
import { NEVER } from './rows.ts';
import type { CommandRow, TimerRow } from './rows.ts';
import { take, unborn } from './turn.ts';
import type { AnyTransactional, Sql } from './transactional.ts';

export type BatchDeps = {
  knowledge: TurnKnowledge;
  directory: Directory;
  transactional: ReadonlyMap<string, AnyTransactional>;
  /** Puts the batch's commands into the queue inside its own transaction, where the queue can do that. */
  enqueueWithin:
    ((connection: Connection, commands: readonly CommandRow[], owner: string | null) => Promise<unknown>) | null;
  now: () => number;
  /** Who claims commands at their birth: the worker of this process, if it has one. */
  owner: () => string | null;
};

/** One turn as the live feed tells it. */
export type TurnNews = {
  storeId: number;
  actorKey: string;
  machine: string;
  seq: number;
  type: string;
  value: string;
  at: Date;
  source: string;
  correlationId: string;
};

/** What a committed batch leaves to do. `missed`: items whose actor another process holds. */
export type Committed = {
  settled: Map<Item, Settled>;
  missed: Item[];
  commands: CommandRow[];
  /** Who claimed the commands at their birth, and the claims; null and none where this process runs no commands. */
  owner: string | null;
  claims: Claim[];
  cancelled: string[];
  timers: TimerRow[];
  woken: Array<{ storeId: number; actorKey: string }>;
  news: TurnNews[];
  emitted: Array<{ storeId: number; actorKey: string; event: AnyEventObject }>;
};

/** Runs one batch. On a throw nothing was written, but for a connection lost during the commit itself. */
export async function runBatch(
  deps: BatchDeps,
  connection: Connection,
  items: readonly Item[],
  patience: 'skip' | 'wait',
): Promise<Committed> {
  const known = await readBatch(connection, deps.knowledge.vault, items, patience);
  const at = deps.now();
  const draft = stepAll(deps.knowledge, known, items, at);
  const others = await addressOthers(deps, draft.turns, at);
  const missing = draft.unlocked.length > 0 ? await findMissing(connection, draft.unlocked) : [];
  for (const item of missing) draft.settled.set(item, 'missing');
  const owner = deps.owner();
  await commit(deps, connection, draft, others, new Date(at), owner);
  return {
    settled: draft.settled,
    missed: draft.unlocked.filter((item) => !missing.includes(item)),
    ...aftermath(draft, others, owner),
  };
}

/** `again`: actors whose inbox may hold more. */
type Draft = {
  turns: ActorTurn[];
  seen: SeenRow[];
  settled: Map<Item, Settled>;
  unlocked: Item[];
  again: Array<{ storeId: number; actorKey: string }>;
};

function stepAll(knowledge: TurnKnowledge, known: Known, items: readonly Item[], at: number): Draft {
  const turns = new Map<string, ActorTurn>();
  const draft: Draft = { turns: [], seen: [], settled: new Map(), unlocked: [], again: [] };
  for (const item of items) {
    const row = known.actors.get(item.actorKey);
    if (!row || row.storeId !== item.storeId) {
      draft.unlocked.push(item);
      continue;
    }
    const turn = turns.get(row.key) ?? openActor(knowledge, row);
    if (!turns.has(row.key)) loadTimers(knowledge, known, turn);
    turns.set(row.key, turn);
    draft.settled.set(item, stepItem(knowledge, known, draft, turn, item, at));
  }
  draft.turns = [...turns.values()];
  return draft;
}

function loadTimers(knowledge: TurnKnowledge, known: Known, turn: ActorTurn): void {
  const { key, dataKey } = turn.row;
  if (!dataKey) return;
  for (const timer of known.timers) {
    if (timer.actorKey !== key) continue;
    const { id, token, dueAt, correlationId, trace } = timer;
    const event = eventFrom(knowledge.vault.open(dataKey, timer.event));
    turn.due.set(id, { token, dueAt, event, correlationId, trace });
  }
}

function stepItem(
  knowledge: TurnKnowledge,
  known: Known,
  draft: Draft,
  turn: ActorTurn,
  item: Item,
  at: number,
): Settled {
  if (turn.row.dataKey === null) return passOver(known, turn, item);
  if (item.work.kind === 'wake') return takeWaiting(knowledge, known, draft, turn, item, at);
  const { storeId, actorKey, dedupeKey, work } = item;
  if (dedupeKey !== null) {
    if (known.seen.has(`${actorKey}/${dedupeKey}`)) return 'duplicate';
    if (draft.seen.some((row) => row.actorKey === actorKey && row.key === dedupeKey)) return 'duplicate';
  }
  const taken = take(knowledge, turn, work.envelope, at, commandOf(known, work.envelope));
  if (dedupeKey !== null && taken !== 'dropped') draft.seen.push({ storeId, actorKey, key: dedupeKey });
  return taken;
}

function commandOf(known: Known, { cause }: Envelope) {
  const isOfCommand = cause.kind === 'result' || cause.kind === 'told';
  return isOfCommand ? (known.commands.get(cause.command) ?? null) : null;
}

// A forgotten actor takes nothing in: what waits for it is thrown away; who sends to its old address gives birth to another.
function passOver({ waiting }: Known, { row, taken, settled }: ActorTurn, { storeId, work }: Item): Settled {
  if (work.kind === 'result')
    settled.push({ storeId, id: work.command, status: 'cancelled', code: null, result: null });
  for (const { actorKey, position } of waiting) {
    if (actorKey === row.key && !taken.includes(position)) taken.push(position);
  }
  return 'missing';
}

function takeWaiting(
  knowledge: TurnKnowledge,
  known: Known,
  draft: Draft,
  turn: ActorTurn,
  { storeId, actorKey, work }: Item,
  at: number,
): Settled {
  if (turn.barred) return 'parked';
  for (const { actorKey: owner, position, envelope } of known.waiting) {
    if (owner !== turn.row.key || turn.taken.includes(position)) continue;
    if (unborn(turn, envelope.cause)) continue; // it stays where it is until the actor is born
    turn.taken.push(position);
    if (work.kind === 'wake' && work.alone) work.alone.position = position;
    take(knowledge, turn, envelope, at, commandOf(known, envelope));
  }
  if (turn.taken.length >= mostOf(work)) draft.again.push({ storeId, actorKey });
  return 'stepped';
}

function sqlOn(connection: Connection): Sql {
  return { query: (text, values) => connection.query({ text, values: values ?? [] }) };
}

async function findMissing(connection: Connection, unlocked: readonly Item[]): Promise<Item[]> {
  const there = await existing(connection, unlocked);
  return unlocked.filter((item) => !there.has(item.actorKey));
}

async function commit(
  deps: BatchDeps,
  connection: Connection,
  draft: Draft,
  others: Others,
  at: Date,
  owner: string | null,
): Promise<void> {
  const commands = draft.turns.flatMap((turn) => turn.commands);
  const statements = statementsOf({ ...draft, ...others, at, owner }); // what throws, throws before the commit is sent
  const writes: Array<Promise<unknown>> = [];
  for (const [name, { write }] of deps.transactional) {
    const effects = draft.turns.flatMap((turn) => turn.transactional).filter((effect) => effect.name === name);
    if (effects.length > 0)
      writes.push(
        write(
          sqlOn(connection),
          effects.map(({ effect }) => effect),
        ),
      );
  }
  await Promise.all(writes); // they may take several statements, one after the other
  writes.push(...statements.map((statement) => connection.query(statement)));
  if (deps.enqueueWithin && commands.length > 0) writes.push(deps.enqueueWithin(connection, commands, owner));
  // The commit leaves with the writes: where one of them fails, Postgres answers it with a rollback.
  const [{ command }] = await Promise.all([connection.query('COMMIT'), ...writes]);
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back instead of committed');
  for (const { spans } of draft.turns) for (const span of spans) span.end();
}

function aftermath(
  { turns, again }: Draft,
  { woken }: Others,
  owner: string | null,
): Omit<Committed, 'settled' | 'missed'> {
  return {
    commands: turns.flatMap((turn) => turn.commands),
    owner,
    claims: owner === null ? [] : turns.flatMap((turn) => turn.commands.map((command) => claimOf(turn, command))),
    cancelled: turns.flatMap((turn) => turn.cancelled),
    timers: turns.flatMap((turn) => [...turn.timers.values()].filter(({ heldUntil }) => heldUntil < NEVER)),
    woken: [...woken, ...again],
    news: turns.flatMap(({ row, journal }) =>
      journal.map(({ storeId, actorKey, seq, type, value, at, source, correlationId }) => ({
        storeId,
        actorKey,
        machine: row.machine,
        seq,
        type,
        value,
        at,
        source,
        correlationId,
      })),
    ),
    emitted: turns.flatMap(({ row, emitted }) =>
      emitted.map((event) => ({ storeId: row.storeId, actorKey: row.key, event })),
    ),
  };
}

function claimOf({ row: { machine, addressSealed, dataKey } }: ActorTurn, command: CommandRow): Claim {
  return { ...command, machine, addressSealed, dataKey, attempt: 1, failures: 0 };
}
