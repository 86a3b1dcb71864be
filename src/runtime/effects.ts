// What a step asks for, as data: each of XState's executable actions becomes its durable form, or fails the turn with a sentence.
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, ExecutableActionObject } from 'xstate';
import type { StartParams, Turn } from './authoring.ts';
import { RuntimeError } from './errors.ts';
import type { StoredChild } from './snapshot.ts';

/** What one step asks for, in the order in which the machine asked. */
export type Effect =
  | { kind: 'invoke'; childId: string; src: string; command: string; input: unknown }
  | { kind: 'stop'; childId: string; command: string }
  | { kind: 'timer'; id: string; token: string; delayMs: number; event: AnyEventObject }
  | { kind: 'cancel'; id: string }
  | { kind: 'send'; to: string; event: AnyEventObject }
  | { kind: 'start'; start: StartParams }
  | { kind: 'action'; name: string; command: string; params: unknown }
  | { kind: 'emit'; event: AnyEventObject };

/** A turn as the stepper needs it: besides what machines see, ids for commands and timers. */
export type StepTurn = Turn & { commandId: (n: number) => string };

/** A step under way: what it has come to so far. */
export type Draft = {
  machine: AnyStateMachine;
  turn: StepTurn;
  snapshot: AnyMachineSnapshot;
  children: Record<string, StoredChild>;
  /** Children that are over but that XState still lists, until their state is left. */
  over: Set<string>;
  effects: Effect[];
  toSelf: AnyEventObject[];
  ids: number;
};

/** Takes in one action, in the order in which the machine asked. @throws RuntimeError `unsupported` */
export function collect(draft: Draft, action: ExecutableActionObject): void {
  const params: Readonly<Record<string, unknown>> = isRecord(action.params) ? action.params : {};
  switch (action.type) {
    case 'xstate.spawnChild':
      return collectInvoke(draft, params);
    case 'xstate.stopChild':
      return collectStop(draft, action.params);
    case 'xstate.raise':
      return collectTimer(draft, params);
    case 'xstate.cancel':
      draft.effects.push({ kind: 'cancel', id: String(params['sendId']) });
      return;
    case 'xstate.sendTo':
      return collectSend(draft, params, action);
    case 'xstate.emit':
      if (isEvent(params['event'])) draft.effects.push({ kind: 'emit', event: params['event'] });
      return;
    case 'xstate.log':
      return;
    case 'start':
      draft.effects.push({ kind: 'start', start: startParams(draft, params) });
      return;
    default:
      if (action.type.startsWith('xstate.')) throw unsupported(draft, `uses ${action.type}, which has no durable form`);
      if (!draft.machine.implementations.actions[action.type])
        throw unsupported(draft, `asks for "${action.type}", which setup does not implement`);
      draft.effects.push({
        kind: 'action',
        name: action.type,
        command: draft.turn.commandId(draft.ids++),
        params: action.params ?? {},
      });
  }
}

function collectInvoke(draft: Draft, params: Readonly<Record<string, unknown>>): void {
  const { id, src, input } = params;
  if (typeof id !== 'string' || typeof src !== 'string') throw unsupported(draft, 'spawns inline logic');
  const command = draft.turn.commandId(draft.ids++);
  draft.children[id] = { src, command };
  draft.effects.push({ kind: 'invoke', childId: id, src, command, input: input ?? {} });
}

function collectStop(draft: Draft, ref: unknown): void {
  if (!isRecord(ref) || typeof ref['id'] !== 'string') return; // stopping what is already gone
  const childId = ref['id'];
  const child = draft.children[childId];
  if (!child) return; // its result is what this turn is about
  delete draft.children[childId];
  draft.effects.push({ kind: 'stop', childId, command: child.command });
}

function collectTimer(draft: Draft, params: Readonly<Record<string, unknown>>): void {
  const { id, event, delay } = params;
  if (delay === undefined) return; // an undelayed raise has already happened
  if (!isEvent(event)) throw unsupported(draft, 'raises something that is no event');
  if (typeof delay !== 'number' || !Number.isFinite(delay) || delay < 0) {
    throw unsupported(draft, `raises "${event.type}" after ${String(delay)} ms; a delay is finite and not negative`);
  }
  const token = draft.turn.commandId(draft.ids++);
  draft.effects.push({ kind: 'timer', id: typeof id === 'string' ? id : token, token, delayMs: delay, event });
}

function collectSend(draft: Draft, params: Readonly<Record<string, unknown>>, action: ExecutableActionObject): void {
  const { to, event, delay } = params;
  if (!isEvent(event)) throw unsupported(draft, 'sends something that is no event');
  if (event.type.startsWith('xstate.'))
    throw unsupported(draft, `sends "${event.type}"; only the runtime makes xstate events`);
  if (delay !== undefined)
    throw unsupported(draft, `sends "${event.type}" with a delay; raise it to itself with the delay instead`);
  const id = isRecord(to) && typeof to['id'] === 'string' ? to['id'] : null;
  if (to === action.info.self || id === `key:${draft.turn.self}`) {
    draft.toSelf.push(event);
    return;
  }
  if (!id?.includes(':') || isLiveActor(to))
    throw unsupported(draft, `sends "${event.type}" to a target that is not actor(machine, id)`);
  draft.effects.push({ kind: 'send', to: id, event });
}

function startParams(draft: Draft, params: Readonly<Record<string, unknown>>): StartParams {
  const { machine, id, input } = params;
  if (typeof machine !== 'string' || typeof id !== 'string')
    throw unsupported(draft, 'starts an actor without machine and id');
  return { machine, id, input };
}

/** The error of a step that asks for what has no durable form: machine, state, and what. */
export function unsupported(draft: Draft, what: string): RuntimeError {
  return new RuntimeError(
    'unsupported',
    `machine "${draft.machine.id}" in ${JSON.stringify(draft.snapshot.value)} ${what}`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isEvent(value: unknown): value is AnyEventObject {
  return isRecord(value) && typeof value['type'] === 'string';
}

function isLiveActor(value: unknown): boolean {
  return isRecord(value) && '_processingStatus' in value;
}
