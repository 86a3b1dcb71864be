// From what a step asked for to the rows that make it durable.
import type { AnyEventObject } from 'xstate';
import type { ActorTurn, TurnKnowledge } from './actor-turn.ts';
import type { Envelope } from './cause.ts';
import { RuntimeError } from './errors.ts';
import { uuidFrom } from './ids.ts';
import type { ActorRow, CommandRow, TimerRow } from './rows.ts';
import { stepBack } from './snapshot.ts';
import type { LiveSnapshot } from './snapshot.ts';
import { persist } from './persist.ts';
import { waysOf } from './stepper.ts';
import type { Effect } from './effects.ts';
import type { Stepped } from './stepper.ts';
import { heldUntilOf } from './timer-hold.ts';
import { startTurn } from './tracing.ts';
import type { Vault } from './vault.ts';

type Place = { knowledge: TurnKnowledge; turn: ActorTurn; live: LiveSnapshot; seq: number; at: number } & Origin;
/** What everything that a step asks for is found under. */
type Origin = { correlationId: string; trace: string | null };

/** Keeps a step: journal, commands, timers, sends. What can fail comes first, so that a failed step leaves nothing. */
export function keepStep(
  knowledge: TurnKnowledge,
  turn: ActorTurn,
  {
    event,
    source,
    correlationId,
    trace,
  }: Pick<Envelope, 'source' | 'correlationId' | 'trace'> & {
    event: AnyEventObject;
  },
  stepped: Stepped,
  at: number,
): void {
  const { definition, row } = turn;
  if (!definition) throw new RuntimeError('unreadable', 'no machine');
  const stored = persist(definition, stepped.live);
  const seq = row.seq + turn.journal.length + 1;
  const born = turn.commands.length;
  const { storeId, key: actorKey, machine } = row;
  const span = startTurn({ storeId, actorKey, machine, seq, type: event.type, source, correlationId, at }, trace);
  const place: Place = { knowledge, turn, live: stepped.live, seq, at, correlationId, trace: span.trace };
  const back = turn.before ? stepBack(turn.before, stored) : null;
  const payload = sealJson(place, { event, back, handled: stepped.handled });
  for (const effect of stepped.effects) keepEffect(place, effect);
  turn.journal.push({
    storeId: row.storeId,
    actorKey: row.key,
    seq,
    at: new Date(at),
    version: definition.version,
    type: event.type,
    source,
    correlationId,
    value: JSON.stringify(stored.value),
    commands: turn.commands
      .slice(born)
      .map((command) => command.name)
      .join(),
    payload,
  });
  turn.spans.push(span);
  turn.live = stepped.live;
  turn.stored = stored;
  turn.before = stored;
  if (stored.status === 'done') endActor(turn);
}

function keepEffect(place: Place, effect: Effect): void {
  const { turn, at, correlationId, trace } = place;
  switch (effect.kind) {
    case 'invoke':
      turn.commands.push(commandRow(place, 'invoke', effect.src, effect.command, effect.childId, effect.input));
      return;
    case 'stop':
      return stopCommand(turn, effect.command);
    case 'timer':
      turn.due.delete(effect.id);
      turn.timersGone.delete(effect.id);
      turn.timers.set(effect.id, timerRow(place, effect, new Date(at + effect.delayMs)));
      return;
    case 'cancel':
      turn.due.delete(effect.id);
      turn.timers.delete(effect.id);
      turn.timersGone.add(effect.id);
      return;
    case 'send':
      turn.sends.push({ to: effect.to, event: effect.event, correlationId, trace });
      return;
    case 'start':
      turn.starts.push({ start: effect.start, correlationId, trace });
      return;
    case 'action':
      return keepAction(place, effect);
    case 'emit':
      turn.emitted.push(effect.event);
      return;
    default:
      return effect satisfies never;
  }
}

function keepAction(place: Place, { name, command, params }: Extract<Effect, { kind: 'action' }>): void {
  const { knowledge, turn, live, seq, at } = place;
  const follow = knowledge.transactional.get(name);
  if (follow === undefined) {
    turn.commands.push(commandRow(place, 'action', name, command, null, params));
    return;
  }
  const { storeId, key: actorKey, dataKey } = turn.row;
  const ways = () => waysOf(live);
  const effect = { storeId, actorKey, dataKey, seq, at: new Date(at), id: command, ways, params };
  turn.transactional.push({ name, effect });
  if (follow === null || turn.commands.some((other) => other.name === follow)) return;
  turn.commands.push(commandRow(place, 'action', follow, uuidFrom(at, `${command}/follow`), null, {}));
}

// A command that was born in this very batch is simply not written; its turn stays in the journal.
function stopCommand(turn: ActorTurn, id: string): void {
  const unwritten = turn.commands.findIndex((command) => command.id === id);
  if (unwritten >= 0) turn.commands.splice(unwritten, 1);
  else turn.cancelled.push(id);
}

// Its children were stopped by the step itself; timers of no state outlive it otherwise.
function endActor(turn: ActorTurn): void {
  turn.due.clear();
  turn.timers.clear();
  turn.timersGone.clear();
  turn.allTimersGone = true;
}

function commandRow(
  place: Place,
  kind: CommandRow['kind'],
  name: string,
  id: string,
  childId: string | null,
  input: unknown,
): CommandRow {
  const { storeId, key: actorKey } = place.turn.row;
  return {
    storeId,
    id,
    actorKey,
    seq: place.seq,
    kind,
    name,
    childId,
    input: sealJson(place, input),
    correlationId: place.correlationId,
    trace: place.trace,
  };
}

function timerRow(place: Place, timer: Extract<Effect, { kind: 'timer' }>, dueAt: Date): TimerRow {
  const { turn, at, knowledge, correlationId, trace } = place;
  const { storeId, key: actorKey } = turn.row;
  const heldUntil = heldUntilOf(at, dueAt.getTime(), knowledge.holdsTimers());
  const event = sealJson(place, timer.event);
  return { storeId, actorKey, id: timer.id, token: timer.token, dueAt, heldUntil, event, correlationId, trace };
}

function sealJson({ knowledge, turn }: Pick<Place, 'knowledge' | 'turn'>, value: unknown): Buffer {
  return seal(knowledge.vault, turn.row, JSON.stringify(value ?? null));
}

/** Seals under the actor's data key. A forgotten actor has none: nothing of it is written any more. */
export function seal(vault: Vault, { dataKey, machine }: ActorRow, text: string): Buffer {
  if (!dataKey) throw new RuntimeError('step_failed', `machine "${machine}": this actor was forgotten`);
  return vault.seal(dataKey, text);
}
