// A turn: one cause taken in by one actor. Pure; what was read under the actor's lock decides, and nothing here waits.
import type { AnyEventObject } from 'xstate';
import type { ActorTurn, DueTimer, TurnKnowledge } from './actor-turn.ts';
import { ABORTED, typeOf } from './cause.ts';
import { resultEvent } from './cause.ts';
import type { Cause, Envelope, Outcome } from './cause.ts';
import { RuntimeError } from './errors.ts';
import { turnIds, uuidFrom } from './ids.ts';
import { keepStep, seal } from './keep-step.ts';
import { NEVER } from './rows.ts';
import type { CommandStatus, SettledRow } from './rows.ts';
import { begin, step } from './stepper.ts';
import type { StepTurn } from './effects.ts';

/**
 * What came of a cause. `dropped`: too late, or a second time. `ended`: the actor was done before.
 * `aside`: it cannot be stepped and is kept for a person; the actor stands as before. `parked`: it waits in the inbox.
 */
export type Taken = 'stepped' | 'ended' | 'dropped' | 'aside' | 'parked';

/**
 * Lets the actor take in one cause. Never throws for what the machine does.
 * @param at the turn's instant (ms)
 * @param command the command that a result belongs to, as read under the actor's lock
 */
export function take(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  envelope: Envelope,
  at: number,
  command: CommandStatus | null,
): Taken {
  const { cause } = envelope;
  const unready = turn.barred ?? unborn(turn, cause);
  if (unready) return wait(knowledge, turn, envelope, at, unready, command);
  if (cause.kind === 'init' && turn.row.seq + turn.journal.length > 0) return 'dropped';
  const before = { settled: turn.settled.length, commands: turn.commands.length };
  if (cause.kind === 'result' && !settle(knowledge, turn, envelope, cause, at, command)) return 'dropped';
  if (cause.kind === 'told' && !isUnderWay(turn, cause, command)) return 'dropped';
  const timer = cause.kind === 'timer' ? fire(turn, cause) : null;
  const event = timer?.event ?? eventOf(cause, command);
  if (cause.kind !== 'init' && !event) return 'dropped';
  const origin = timer ? setBy(envelope, timer) : envelope;
  try {
    if (!turn.live) {
      bear(knowledge, turn, origin, at);
      before.commands = turn.commands.length; // what its birth asks for stands, whatever its first event leads to
    }
    if (!event) return 'stepped';
    return advance(knowledge, turn, origin, event, at);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    if (!turn.row.dataKey) return 'dropped'; // a forgotten actor keeps nothing
    turn.settled.length = before.settled;
    turn.commands.length = before.commands;
    if (cause.kind === 'result') hold(turn, cause.command);
    if (cause.kind === 'timer' && timer) putBack(knowledge, turn, cause, timer);
    return shelve(knowledge, turn, envelope, at, 'aside', error);
  }
}

// What a timer leads to goes on under the ids of the turn that set it.
function setBy(envelope: Envelope, { correlationId, trace }: DueTimer): Envelope {
  return {
    ...envelope,
    ...(correlationId === null ? {} : { correlationId }),
    ...(trace === null ? {} : { trace }),
  };
}

// A result and a timer that are set aside keep their rows: if the state is left before a person tries again, those say so.
function hold(turn: ActorTurn, command: string): void {
  turn.settled.push({ storeId: turn.row.storeId, id: command, status: 'held', code: null, result: null });
}

function putBack(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  { id, token }: Extract<Cause, { kind: 'timer' }>,
  { event, dueAt, correlationId, trace }: DueTimer,
): void {
  const { storeId, key: actorKey } = turn.row;
  turn.timersGone.delete(id);
  turn.timers.set(id, {
    storeId,
    actorKey,
    id,
    token,
    dueAt,
    heldUntil: NEVER,
    event: sealJson(knowledge, turn, event),
    correlationId,
    trace,
  });
}

/** Why a cause has to wait, if it has to: the actor is only born by `start`, which has not come yet. */
export function unborn({ live, definition, row }: ActorTurn, cause: Cause): RuntimeError | null {
  if (live || definition?.bornBy !== 'start' || cause.kind === 'init') return null;
  return new RuntimeError('not_born', `machine "${row.machine}" is only born by start, which has not come yet`);
}

function bear(knowledge: TurnKnowledge, turn: ActorTurn, envelope: Envelope, at: number): void {
  const { definition } = turn;
  const { cause } = envelope;
  if (!definition) throw new RuntimeError('unreadable', `this build has no machine "${turn.row.machine}"`);
  const input = cause.kind === 'init' ? cause.input : undefined;
  const event = { type: 'xstate.init', input };
  keepStep(knowledge, turn, { ...envelope, event }, begin(definition, input, nextIds(turn, at)), at);
}

function advance(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  envelope: Envelope,
  event: AnyEventObject,
  at: number,
): Taken {
  const { definition, live } = turn;
  if (!definition || !live || live.snapshot.status !== 'active') return 'ended';
  keepStep(knowledge, turn, { ...envelope, event }, step(definition, live, event, nextIds(turn, at)), at);
  return 'stepped';
}

function nextIds({ row, journal }: ActorTurn, at: number): StepTurn {
  return turnIds(row.key, row.seq + journal.length + 1, at);
}

// Decides what a result is worth: taken in once, and never after the state that asked for it was left.
function settle(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  envelope: Envelope,
  cause: Extract<Cause, { kind: 'result' }>,
  at: number,
  command: CommandStatus | null,
): boolean {
  const { outcome } = cause;
  if (!command) return false;
  if (isLateDeed(turn, outcome, command)) undo(knowledge, turn, envelope, outcome, at, command);
  if (turn.settled.some((row) => row.id === command.id)) return false;
  const cancelled = command.status === 'cancelled' || turn.cancelled.includes(command.id);
  if (!cancelled && !isOpen(command.status)) return false;
  if (!cancelled && isStale(cause, command)) return false; // another worker has it now
  turn.settled.push(settledRow(knowledge, turn, command.id, cancelled ? 'cancelled' : outcome.status, outcome));
  if (cancelled ? outcome.status !== 'refused' : outcome.status === 'failed')
    undo(knowledge, turn, envelope, outcome, at, command);
  return !cancelled;
}

// The work of an attempt that lost its lease, done after another one had failed or refused: nobody else would take it back.
function isLateDeed({ settled }: ActorTurn, outcome: Outcome, { id, status }: CommandStatus): boolean {
  const now = settled.find((row) => row.id === id)?.status ?? status;
  return outcome.status === 'done' && (now === 'failed' || now === 'refused');
}

function isOpen(status: string): boolean {
  return status === 'pending' || status === 'running' || status === 'held';
}

// What an attempt that lost its lease did may well have worked; that it did not says nothing about the one that runs now.
function isStale({ outcome, attempt }: Extract<Cause, { kind: 'result' }>, command: CommandStatus): boolean {
  if (outcome.status === 'done') return false;
  return (
    outcome.code === ABORTED || (attempt !== undefined && attempt !== command.attempt && command.status !== 'held')
  );
}

// What work tells is worth as much as its result would be: nothing once the state was left, and nothing from an attempt that lost it.
function isUnderWay(
  { cancelled, settled }: ActorTurn,
  { attempt }: Extract<Cause, { kind: 'told' }>,
  command: CommandStatus | null,
): boolean {
  if (command?.status !== 'running' || command.attempt !== attempt || !command.childId) return false;
  return !cancelled.includes(command.id) && !settled.some(({ id }) => id === command.id);
}

function settledRow(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  id: string,
  status: string,
  outcome: Outcome,
): SettledRow {
  const code = outcome.status === 'done' ? null : outcome.code;
  const result = outcome.status === 'done' && turn.row.dataKey ? sealJson(knowledge, turn, outcome.output) : null;
  return { storeId: turn.row.storeId, id, status, code, result };
}

// What a dropped or unknown result did is taken back by a command of the same commit.
function undo(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  { correlationId, trace }: Envelope,
  outcome: Outcome,
  at: number,
  command: CommandStatus,
): void {
  if (!knowledge.undoable.has(command.name) || !command.childId || !command.input || !turn.row.dataKey) return;
  const id = uuidFrom(at, `${command.id}/undo`);
  if (turn.commands.some((other) => other.id === id)) return;
  const input: unknown = JSON.parse(knowledge.vault.open(turn.row.dataKey, command.input));
  const output = outcome.status === 'done' ? outcome.output : undefined;
  turn.commands.push({
    storeId: turn.row.storeId,
    id,
    actorKey: turn.row.key,
    seq: turn.row.seq + turn.journal.length,
    kind: 'undo',
    name: command.name,
    childId: null,
    input: sealJson(knowledge, turn, { commandId: command.id, input, output }),
    correlationId,
    trace: trace ?? null,
  });
}

function eventOf(cause: Cause, command: CommandStatus | null): AnyEventObject | null {
  if (cause.kind === 'event' || cause.kind === 'told') return cause.event;
  return cause.kind === 'result' && command?.childId ? resultEvent(command.childId, cause.outcome) : null;
}

// The token tells this timer from a later one of the same id: an old one must not fire into a state entered anew.
function fire(turn: ActorTurn, { id, token }: Extract<Cause, { kind: 'timer' }>): DueTimer | null {
  const due = turn.due.get(id);
  if (due?.token !== token) return null;
  turn.due.delete(id);
  turn.timersGone.add(id);
  return due;
}

// A timer of a barred actor stays where it is; all else waits in the inbox until some build can read the actor.
function wait(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  envelope: Envelope,
  at: number,
  why: RuntimeError,
  command: CommandStatus | null,
): Taken {
  const { cause } = envelope;
  if (cause.kind === 'timer') return 'parked';
  if (cause.kind === 'result' && !(command && isLateDeed(turn, cause.outcome, command))) {
    if (!command?.childId || !isOpen(command.status) || isStale(cause, command)) return 'dropped'; // a cancelled one is the sweeper's
    hold(turn, command.id);
  }
  return shelve(knowledge, turn, envelope, at, 'waiting', why);
}

function shelve(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  envelope: Envelope,
  at: number,
  state: 'waiting' | 'aside',
  why: RuntimeError,
): Taken {
  if (!turn.row.dataKey) return 'dropped'; // a forgotten actor keeps nothing
  const { storeId, key: actorKey } = turn.row;
  const payload = knowledge.vault.sealShared(JSON.stringify(envelope));
  turn.inbox.push({
    storeId,
    actorKey,
    state,
    payload,
    type: typeOf(envelope.cause),
    trouble: why.message,
    notBefore: new Date(at),
  });
  return state === 'aside' ? 'aside' : 'parked';
}

function sealJson(knowledge: TurnKnowledge, turn: ActorTurn, value: unknown): Buffer {
  return seal(knowledge.vault, turn.row, JSON.stringify(value ?? null));
}
