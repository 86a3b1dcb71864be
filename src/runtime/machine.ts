// A machine as the runtime takes it in, and the check that every part of it has a durable form.
// What can be seen before it runs is refused here; the rest fails its turn with a sentence (effects.ts).
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { z } from 'zod';
import { RuntimeError } from './errors.ts';
import type { StoredSnapshot } from './snapshot.ts';

export type DurableMachine = {
  /** An XState v5 machine made with `setup`; its `id` names it in addresses (`customer:…`). */
  machine: AnyStateMachine;
  /** Counts up with every change that older snapshots must be migrated for. From 1. */
  version: number;
  /** `migrations[n]` turns a snapshot of version n into one of version n + 1. */
  migrations?: Readonly<Record<number, (stored: StoredSnapshot) => StoredSnapshot>>;
  /** Checks the context on the way in and out. */
  context: z.ZodType;
  /** `event`: the first event to an unknown id gives birth to the actor. `start`: only the action `start` does. */
  bornBy: 'event' | 'start';
};

/** Names that have an implementation outside the machine: `actors` for invokes, `actions` for command and transactional actions. */
export type Implementations = { actors: ReadonlySet<string>; actions: ReadonlySet<string> };

const MICROSTEPS_MAX = 1000;

/** @throws RuntimeError `unsupported`, naming machine, state and part, for what has no durable form */
export function checkMachine(definition: DurableMachine, known: Implementations): void {
  const { machine, version, migrations } = definition;
  for (let from = 1; from < version; from++) {
    if (!migrations?.[from])
      throw refuse(machine.id, '(machine)', `has version ${version} but no migration from ${from}`);
  }
  machine.options.maxIterations ??= MICROSTEPS_MAX;
  if (!Number.isFinite(machine.options.maxIterations)) machine.options.maxIterations = MICROSTEPS_MAX;
  for (const [name, logic] of Object.entries(machine.implementations.actors)) checkLogic(machine, name, logic);
  checkActions(machine, Object.keys(machine.implementations.actions), known, (what) =>
    refuse(machine.id, '(setup)', what),
  );
  for (const node of nodesOf(machine.root)) checkNode(machine, node, known);
}

function nodesOf(root: AnyStateNode): AnyStateNode[] {
  return [root, ...Object.values(root.states).flatMap(nodesOf)];
}

function checkNode(machine: AnyStateMachine, node: AnyStateNode, known: Implementations): void {
  const bad = (what: string): RuntimeError => refuse(machine.id, node.id, what);
  for (const invoke of node.invoke) {
    if (typeof invoke.src !== 'string' || invoke.src.startsWith('xstate.'))
      throw bad('invokes inline logic; name it in setup({ actors })');
    if (!known.actors.has(invoke.src)) throw bad(`invokes "${invoke.src}", which no registered actor implements`);
    if (!handlesFailure(node, invoke.id)) throw bad(`invokes "${invoke.src}" without onError`);
  }
  for (const transition of [...node.transitions.values()].flat()) {
    if (transition.eventType === '*' || /^xstate\..*\*$/.test(transition.eventType)) {
      throw bad(`has a transition for "${transition.eventType}", which would also catch results of actors`);
    }
    if (transition.eventType.startsWith('xstate.snapshot.'))
      throw bad(
        `has a transition for "${transition.eventType}"; durable work has a result and no snapshots: use onDone`,
      );
    checkActions(machine, transition.actions, known, bad);
  }
  checkActions(machine, [...node.entry, ...node.exit, ...(node.always ?? []).flatMap((t) => t.actions)], known, bad);
  for (const { delay } of node.after) checkDelay(machine, delay, bad);
}

// A source that states invoke inline gets a name of XState's own, and is refused where it is invoked.
function checkLogic(machine: AnyStateMachine, name: string, logic: unknown): void {
  if (name.startsWith('xstate.') || isPromiseLogic(logic)) return;
  throw refuse(machine.id, '(setup)', `has a source "${name}" that is not promise logic`);
}

const Logic = z.looseObject({
  transition: z.custom<(snapshot: unknown, event: unknown, scope: unknown) => unknown>(
    (value) => typeof value === 'function',
  ),
});
const Done = z.looseObject({ status: z.literal('done') });

// Promise logic alone is done when its promise is; the name of that event is XState's own.
function isPromiseLogic(logic: unknown): boolean {
  const parsed = Logic.safeParse(logic);
  if (!parsed.success || 'root' in parsed.data) return false;
  try {
    const resolved = parsed.data.transition({ status: 'active' }, { type: 'xstate.promise.resolve', data: null }, {});
    return Done.safeParse(resolved).success;
  } catch {
    return false;
  }
}

function handlesFailure(node: AnyStateNode, childId: string): boolean {
  for (let at: AnyStateNode | undefined = node; at; at = at.parent) {
    if (at.transitions.has(`xstate.error.actor.${childId}`)) return true;
  }
  return false;
}

function checkActions(
  machine: AnyStateMachine,
  actions: readonly unknown[],
  known: Implementations,
  bad: (what: string) => Error,
): void {
  for (const action of actions) {
    if (typeof action === 'function') checkBuiltin(machine, action, bad);
    else checkNamed(machine, nameOf(action), known, bad);
  }
}

function checkNamed(
  machine: AnyStateMachine,
  name: string,
  known: Implementations,
  bad: (what: string) => Error,
): void {
  const implementation: unknown = machine.implementations.actions[name];
  if (implementation === undefined) throw bad(`has an action "${name}" that setup does not implement`);
  if (isBuiltin(implementation)) return checkBuiltin(machine, implementation, bad);
  if (!known.actions.has(name))
    throw bad(`has an action "${name}" that is neither XState's own nor a registered command`);
}

function checkBuiltin(machine: AnyStateMachine, action: unknown, bad: (what: string) => Error): void {
  if (!isBuiltin(action)) throw bad('has an inline action; name it in setup({ actions })');
  if ('delay' in action && action.delay !== undefined) checkDelay(machine, action.delay, bad);
}

// XState's own actions (assign, raise, sendTo …) are functions with a `resolve` property.
function isBuiltin(action: unknown): action is { resolve: unknown } {
  return typeof action === 'function' && 'resolve' in action;
}

function checkDelay(machine: AnyStateMachine, delay: unknown, bad: (what: string) => Error): void {
  if (typeof delay === 'function') return; // checked when it is drawn
  if (typeof delay !== 'string') throw bad(`has a delay of ${String(delay)} ms in place; name it in setup({ delays })`);
  const value: unknown = machine.implementations.delays[delay];
  const usable = typeof value === 'function' || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
  if (!usable) throw bad(`waits for "${delay}", which setup({ delays }) does not give a finite time`);
}

function nameOf(action: unknown): string {
  if (typeof action === 'string') return action;
  if (typeof action === 'object' && action !== null && 'type' in action && typeof action.type === 'string')
    return action.type;
  return '(unnamed)';
}

function refuse(machine: string, state: string, what: string): RuntimeError {
  return new RuntimeError('unsupported', `machine "${machine}", state "${state}": ${what}`);
}
