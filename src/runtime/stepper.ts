// The one file that touches XState's stepping: restore, step, persist. Pure: no I/O, no clock, no chance.
// `transition()` returns effects as data; here each becomes its durable form or fails the turn.
import { createActor, getNextTransitions, initialTransition, transition } from 'xstate';
import type {
  AnyActor,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  ExecutableActionObject,
  Snapshot,
} from 'xstate';
import { withTurn } from './authoring.ts';
import type { StartParams, Turn } from './authoring.ts';
import { RuntimeError } from './errors.ts';
import type { DurableMachine } from './machine.ts';
import { oddPartOf } from './json.ts';
import type { LiveSnapshot, StoredChild, StoredSnapshot } from './snapshot.ts';
import type { Way } from './transactional.ts';
import { isWhole } from './whole.ts';

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

export type Stepped = { live: LiveSnapshot; effects: Effect[]; handled: boolean };

const SELF_SENDS_MAX = 100;

/** The first turn of an actor: its initial transition. */
export function begin({ machine }: DurableMachine, input: unknown, turn: StepTurn): Stepped {
  return withTurn(turn, () => {
    const [snapshot, actions] = initialTransition(machine, input);
    return finish(machine, { snapshot, children: {} }, snapshot, actions, turn, null);
  });
}

/** One event's turn. @throws RuntimeError `step_failed` or `unsupported`; nothing of the step may then be kept */
export function step({ machine }: DurableMachine, live: LiveSnapshot, event: AnyEventObject, turn: StepTurn): Stepped {
  return withTurn(turn, () => {
    const [snapshot, actions] = attempt(machine, live.snapshot, event);
    return finish(machine, live, snapshot, actions, turn, event);
  });
}

/** The ways out of where an actor stands that its chart marks with `meta`, innermost state first. */
export function waysOf({ snapshot }: LiveSnapshot): Way[] {
  const marked = getNextTransitions(snapshot).filter(({ meta }) => meta !== undefined);
  const types = new Set(marked.map(({ eventType }) => eventType));
  return [...types].flatMap((type) => {
    const taken = snapshot.machine.getTransitionData(snapshot, { type });
    return taken.flatMap(({ meta }) => (meta === undefined ? [] : [{ type, meta }]));
  });
}

type Attempted = [AnyMachineSnapshot, ExecutableActionObject[]];

// `transition()` makes an actor to step in, which costs as much as the step: one for all serves as well. Only a child with a
// `systemId` cannot enter the same system twice, so what throws is stepped once more by XState's own means.
function attempt(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: AnyEventObject): Attempted {
  try {
    const actions: ExecutableActionObject[] = [];
    const scope = {
      ...scopeOf(machine),
      actionExecutor: (action: ExecutableActionObject) => void actions.push(action),
    };
    return [machine.transition(snapshot, event, scope), actions];
  } catch {
    return attemptAlone(machine, snapshot, event);
  }
}

function attemptAlone(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: AnyEventObject): Attempted {
  try {
    return transition(machine, snapshot, event);
  } catch (cause) {
    throw new RuntimeError('step_failed', `machine "${machine.id}" threw on "${event.type}" in ${where(snapshot)}`, {
      cause,
    });
  }
}

function finish(
  machine: AnyStateMachine,
  before: LiveSnapshot,
  snapshot: AnyMachineSnapshot,
  actions: readonly ExecutableActionObject[],
  turn: StepTurn,
  event: AnyEventObject | null,
): Stepped {
  const draft: Draft = {
    machine,
    turn,
    snapshot,
    children: { ...before.children },
    over: overIn(before),
    effects: [],
    toSelf: [],
    ids: 0,
  };
  forgetFinishedChild(draft, event);
  for (const action of actions) collect(draft, action);
  draft.snapshot = snapshot;
  for (let sent = 0; draft.toSelf.length > 0; sent++) stepToSelf(draft, sent);
  assertHealthy(draft, event);
  const live = { snapshot: draft.snapshot, children: draft.children };
  return { live, effects: draft.effects, handled: event === null || draft.snapshot !== before.snapshot };
}

type Draft = {
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

// A child whose result has arrived is over, also one that `spawnChild` made and no state exit will stop.
function forgetFinishedChild(draft: Draft, event: AnyEventObject | null): void {
  const result = event && /^xstate\.(?:done|error)\.actor\.(.+)$/.exec(event.type);
  if (!result?.[1]) return;
  delete draft.children[result[1]];
  draft.over.add(result[1]);
}

function overIn({ snapshot, children }: LiveSnapshot): Set<string> {
  return new Set(Object.keys(snapshot.children).filter((id) => !children[id]));
}

function stepToSelf(draft: Draft, sent: number): void {
  const event = draft.toSelf.shift();
  if (!event || draft.snapshot.status !== 'active') return;
  if (sent >= SELF_SENDS_MAX) throw unsupported(draft, `sends itself more than ${SELF_SENDS_MAX} events in one turn`);
  const [next, actions] = attempt(draft.machine, draft.snapshot, event);
  draft.snapshot = next;
  for (const action of actions) collect(draft, action);
}

// A child that was assigned into the context leaves no effect, a child machine loses its own: both fail here.
function assertHealthy(draft: Draft, event: AnyEventObject | null): void {
  const { snapshot, machine } = draft;
  if (snapshot.status === 'error') {
    const cause: unknown = snapshot.error;
    const on = event ? `on "${event.type}"` : 'at birth';
    throw new RuntimeError('step_failed', `machine "${machine.id}" failed ${on} in ${where(snapshot)}`, { cause });
  }
  if (snapshot.status === 'stopped') throw unsupported(draft, 'was stopped by an event');
  // Stored, it would bar the actor for good: `restore` could not bring it back.
  if (!isWhole(snapshot))
    throw unsupported(
      draft,
      'is in no state of its chart: transitions of its regions led to states that exclude each other',
    );
  if (snapshot.status === 'done') return;
  const expected = Object.keys(draft.children).sort().join();
  const actual = Object.keys(snapshot.children)
    .filter((id) => draft.children[id] || !draft.over.has(id))
    .sort()
    .join();
  if (expected !== actual)
    throw unsupported(draft, `has children [${actual}] where its effects account for [${expected}]`);
}

function collect(draft: Draft, action: ExecutableActionObject): void {
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

/** The snapshot as JSON that is safe to store. @throws RuntimeError `step_failed` when the context is not what its schema says */
export function persist(definition: DurableMachine, live: LiveSnapshot): StoredSnapshot {
  const { value, status, output, context, historyValue } = live.snapshot;
  const checked = definition.context.safeParse(context);
  if (!checked.success) {
    const at = checked.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new RuntimeError(
      'step_failed',
      `machine "${definition.machine.id}" left a context that breaks its schema at ${at}`,
    );
  }
  const odd = oddPartOf(context);
  if (odd !== null)
    throw new RuntimeError(
      'step_failed',
      `machine "${definition.machine.id}" left a context that is not JSON at ${odd}`,
    );
  return {
    value,
    context,
    status: status === 'done' ? 'done' : 'active',
    ...(output === undefined ? {} : { output }),
    historyValue: historyIds(historyValue),
    children: status === 'done' ? {} : live.children,
  };
}

/** @throws RuntimeError `unreadable` when this build's machine has no such state, context or child */
export function restore(definition: DurableMachine, stored: StoredSnapshot): LiveSnapshot {
  const { machine } = definition;
  const context = definition.context.safeParse(stored.context);
  if (!context.success)
    throw unreadable(machine, `context breaks its schema at ${String(context.error.issues[0]?.path.join('.'))}`);
  for (const { src } of Object.values(stored.children)) {
    if (!machine.implementations.actors[src]) throw unreadable(machine, `child "${src}" is unknown`);
  }
  const snapshot = revive(machine, stored);
  if (JSON.stringify(snapshot.value) !== JSON.stringify(stored.value) || snapshot.status !== stored.status) {
    throw unreadable(machine, `state ${JSON.stringify(stored.value)} came back as ${JSON.stringify(snapshot.value)}`);
  }
  return { snapshot, children: stored.children };
}

// Children come back as placeholders that are never started: they only let a stop effect carry their id.
function revive(machine: AnyStateMachine, stored: StoredSnapshot): AnyMachineSnapshot {
  const children = Object.fromEntries(
    Object.entries(stored.children).map(([id, { src }]) => [
      id,
      { src, snapshot: { status: 'active' }, syncSnapshot: false },
    ]),
  );
  const parts = { ...stored, context: {}, children, error: undefined };
  const active = { ...parts, status: 'active' as const, output: undefined };
  const done = { ...parts, status: 'done' as const, output: stored.output };
  const persisted: Snapshot<unknown> = stored.status === 'done' ? done : active;
  try {
    const snapshot: AnyMachineSnapshot = machine.restoreSnapshot(persisted, scopeOf(machine));
    const expected = Object.values(stored.historyValue).flat().length;
    if (Object.values(snapshot.historyValue).flat().length !== expected) throw new Error('a remembered state is gone');
    snapshot.context = { ...stored.context }; // given before, XState would look through all of it for actors
    return snapshot;
  } catch (cause) {
    throw unreadable(machine, `state ${JSON.stringify(stored.value)} does not exist`, cause);
  }
}

type Scope = Parameters<AnyStateMachine['restoreSnapshot']>[1];
const scopes = new WeakMap<AnyStateMachine, Scope>();
// Restoring only asks who the placeholders' parent is; one actor that is never started serves all snapshots of a machine.
function scopeOf(machine: AnyStateMachine): Scope {
  const known = scopes.get(machine);
  if (known) return known;
  const self: AnyActor = createActor(machine);
  const nothing = () => undefined;
  const scope: Scope = {
    self,
    system: self.system,
    id: self.id,
    sessionId: self.sessionId,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  scopes.set(machine, scope);
  return scope;
}

function historyIds(historyValue: AnyMachineSnapshot['historyValue']): StoredSnapshot['historyValue'] {
  return Object.fromEntries(Object.entries(historyValue).map(([key, nodes]) => [key, nodes.map(({ id }) => ({ id }))]));
}

function where(snapshot: AnyMachineSnapshot): string {
  return JSON.stringify(snapshot.value);
}

function unsupported(draft: Draft, what: string): RuntimeError {
  return new RuntimeError('unsupported', `machine "${draft.machine.id}" in ${where(draft.snapshot)} ${what}`);
}

function unreadable(machine: AnyStateMachine, what: string, cause?: unknown): RuntimeError {
  return new RuntimeError('unreadable', `machine "${machine.id}": stored ${what}`, { cause });
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
