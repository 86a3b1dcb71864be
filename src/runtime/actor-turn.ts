// One actor's part of a batch, as it is drafted in memory and then written in one transaction with the others.
import type { AnyEventObject } from 'xstate';
import type { StartParams } from './authoring.ts';
import { RuntimeError } from './errors.ts';
import type { DurableMachine } from './machine.ts';
import type { ActorRow, CommandRow, InboxRow, JournalRow, SettledRow, TimerRow } from './rows.ts';
import { StoredSnapshot } from './snapshot.ts';
import type { LiveSnapshot } from './snapshot.ts';
import { restore } from './persist.ts';
import type { TurnSpan } from './tracing.ts';
import type { TransactionalEffect } from './transactional.ts';
import type { Vault } from './vault.ts';

/** What turns need to know of the program they run in. */
export type TurnKnowledge = {
  vault: Vault;
  machines: ReadonlyMap<string, DurableMachine>;
  /** Names of transactional actions, and the command that follows each (or null). */
  transactional: ReadonlyMap<string, string | null>;
  /** Names of actors that declare an undo. */
  undoable: ReadonlySet<string>;
  /** Whether this process holds near timers in memory. */
  holdsTimers: () => boolean;
};

/** A timer that came due, as read under the lock. */
export type DueTimer = {
  token: string;
  event: AnyEventObject;
  dueAt: Date;
  correlationId: string | null;
  trace: string | null;
};

export type ActorTurn = {
  readonly row: ActorRow;
  readonly definition: DurableMachine | null;
  live: LiveSnapshot | null;
  stored: StoredSnapshot | null;
  /** What the journal's way back leads to: as it was read, before any migration, and then as it was left by the last step. */
  before: StoredSnapshot | null;
  /** Timers that came due, by id, as read under the lock. */
  due: Map<string, DueTimer>;
  journal: JournalRow[];
  commands: CommandRow[];
  cancelled: string[];
  settled: SettledRow[];
  timers: Map<string, TimerRow>;
  timersGone: Set<string>;
  allTimersGone: boolean;
  inbox: InboxRow[];
  /** Inbox positions that this batch took out. */
  taken: number[];
  sends: Array<{ to: string; event: AnyEventObject; correlationId: string; trace: string | null }>;
  starts: Array<{ start: StartParams; correlationId: string; trace: string | null }>;
  transactional: Array<{ name: string; effect: TransactionalEffect<unknown> }>;
  emitted: AnyEventObject[];
  /** Of its turns; they end with the commit, and are never told of where there is none. */
  spans: TurnSpan[];
  /** Why this build cannot step the actor at all; every cause then waits in its inbox. */
  barred: RuntimeError | null;
};

/** Opens an actor for the turns of a batch. A snapshot that this build cannot read bars it, and changes nothing. */
export function openActor(knowledge: TurnKnowledge, row: ActorRow): ActorTurn {
  const turn = emptyTurn(row, knowledge.machines.get(row.machine) ?? null);
  try {
    load(turn);
  } catch (error) {
    turn.barred = error instanceof RuntimeError ? error : unreadable(row, error);
  }
  return turn;
}

function emptyTurn(row: ActorRow, definition: DurableMachine | null): ActorTurn {
  return {
    row,
    definition,
    live: null,
    stored: null,
    before: null,
    due: new Map(),
    journal: [],
    commands: [],
    cancelled: [],
    settled: [],
    timers: new Map(),
    timersGone: new Set(),
    allTimersGone: false,
    inbox: [],
    taken: [],
    sends: [],
    starts: [],
    transactional: [],
    emitted: [],
    spans: [],
    barred: null,
  };
}

function load(turn: ActorTurn): void {
  const { row, definition } = turn;
  if (!definition) throw new RuntimeError('unreadable', `this build has no machine "${row.machine}"`);
  if (row.version > definition.version) {
    const versions = `written by version ${row.version}, this build has ${definition.version}`;
    throw new RuntimeError('too_new', `machine "${row.machine}": ${versions}`);
  }
  if (row.snapshot === null) return;
  turn.before = StoredSnapshot.parse(JSON.parse(row.snapshot));
  turn.stored = migrate(definition, turn.before, row.version);
  turn.live = restore(definition, turn.stored);
}

function unreadable(row: ActorRow, cause: unknown): RuntimeError {
  return new RuntimeError('unreadable', `machine "${row.machine}": the stored snapshot is not one`, { cause });
}

/** Brings a snapshot of an older version up to this build's. @throws RuntimeError `unreadable` */
export function migrate(definition: DurableMachine, stored: StoredSnapshot, from: number): StoredSnapshot {
  let migrated = stored;
  for (let version = from; version < definition.version; version++) {
    const migration = definition.migrations?.[version];
    if (!migration)
      throw new RuntimeError('unreadable', `machine "${definition.machine.id}": no migration from version ${version}`);
    migrated = StoredSnapshot.parse(migration(migrated));
  }
  return migrated;
}
