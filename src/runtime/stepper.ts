// One step: an event in, the next snapshot and what it asks for out. XState's own stepping. Pure: no I/O, no clock, no chance.
import { getNextTransitions, initialTransition, transition } from 'xstate';
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, ExecutableActionObject } from 'xstate';
import { withTurn } from './authoring.ts';
import { collect, unsupported } from './effects.ts';
import type { Draft, Effect, StepTurn } from './effects.ts';
import { RuntimeError } from './errors.ts';
import type { DurableMachine } from './machine.ts';
import { scopeOf } from './scope.ts';
import type { LiveSnapshot } from './snapshot.ts';
import type { Way } from './transactional.ts';
import { isWhole } from './whole.ts';

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

/** The events that lead somewhere from where an actor stands if their guards agree, each once, in the order of the alphabet. */
export function eventTypesOf({ snapshot }: LiveSnapshot): string[] {
  return [...new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType))].sort();
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

function where(snapshot: AnyMachineSnapshot): string {
  return JSON.stringify(snapshot.value);
}
