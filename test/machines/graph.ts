// Walks a whole statechart by every event that each state knows, with `xstate/graph`.
import { getNextTransitions } from 'xstate';
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyStateNode, StateValue } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';

/** What an event of this type may carry; a type that is not listed carries nothing. */
export type Samples = Record<string, (snapshot: AnyMachineSnapshot) => object[]>;

/** Where each state leads; a key begins with the state's value, as JSON in brackets. */
export type Walk = { initial: string; next: Map<string, Set<string>>; visited: Set<string> };

type Steps = ReturnType<typeof adjacencyMapToArray<AnyMachineSnapshot, AnyEventObject>>;

const stepsOf = new WeakMap<AnyStateMachine, Map<string, Steps>>();

// To go everywhere takes seconds: each chart is gone through once a process.
function stepsIn(machine: AnyStateMachine, samples: Samples, input: unknown): Steps {
  const known = stepsOf.get(machine) ?? new Map<string, Steps>();
  stepsOf.set(machine, known);
  const key = JSON.stringify(input ?? null);
  const steps = known.get(key) ?? adjacencyMapToArray(getAdjacencyMap(machine, optionsOf(samples, input)));
  known.set(key, steps);
  return steps;
}

/** Every state that can be reached, and the ids of the nodes that were stood on. */
export function walk(machine: AnyStateMachine, samples: Samples, input?: unknown): Walk {
  const visited = new Set<string>();
  const next = new Map<string, Set<string>>();
  for (const { state, nextState } of stepsIn(machine, samples, input)) {
    for (const id of idsOf(machine.id, state.value)) visited.add(id);
    const from = keyOf(state);
    next.set(from, (next.get(from) ?? new Set()).add(keyOf(nextState)));
  }
  const [initial = ''] = next.keys();
  return { initial, next, visited };
}

const noEvents: AnyEventObject[] = [];

/** For each innermost state of a chart: the shortest way there, as the events that lead to it one after the other. */
export function shortestWays(
  machine: AnyStateMachine,
  samples: Samples,
  input?: unknown,
): Map<string, AnyEventObject[]> {
  const steps = stepsIn(machine, samples, input);
  const next = new Map<string, Steps>();
  for (const step of steps) next.set(keyOf(step.state), [...(next.get(keyOf(step.state)) ?? []), step]);
  const [first] = steps;
  if (!first) return new Map();
  const reached = new Map([[keyOf(first.state), { state: first.state, way: noEvents }]]);
  const ways = new Map<string, AnyEventObject[]>();
  // A Map is walked in the order in which it grows: breadth first.
  for (const [key, { state, way }] of reached) {
    for (const id of leavesIn(machine.id, state.value)) if (!ways.has(id)) ways.set(id, way);
    for (const { event, nextState } of next.get(key) ?? []) {
      if (!reached.has(keyOf(nextState))) reached.set(keyOf(nextState), { state: nextState, way: [...way, event] });
    }
  }
  return ways;
}

/** The ids of the innermost states of a value. @param id of the machine */
export function leavesIn(id: string, value: unknown): string[] {
  if (typeof value === 'string') return [`${id}.${value}`];
  return Object.entries(Object(value)).flatMap(([name, inner]) => leavesIn(`${id}.${name}`, inner));
}

function optionsOf(samples: Samples, input: unknown) {
  return {
    input,
    events: (snapshot: AnyMachineSnapshot) => eventsOf(snapshot, samples),
    serializeState: keyOf,
    limit: 100_000,
  };
}

// What an order was told decides where it goes next, and a customer's yes counts only where nothing came in between.
function keyOf({ value, context }: AnyMachineSnapshot): string {
  return JSON.stringify([value, context.cancelAsked === true, Boolean(context.payment), context.distracted === true]);
}

function idsOf(parent: string, value: StateValue): string[] {
  if (typeof value === 'string') return [parent, `${parent}.${value}`];
  const below = Object.entries(value).flatMap(([name, inner]) => (inner ? idsOf(`${parent}.${name}`, inner) : []));
  return [parent, ...below];
}

/** The states from which none of these can be reached any more. */
export function stranded({ next }: Walk, isGoal: (key: string) => boolean): string[] {
  const saved = new Set([...next.keys()].filter(isGoal));
  for (let before = -1; before !== saved.size;) {
    before = saved.size;
    for (const [state, targets] of next) if ([...targets].some((target) => saved.has(target))) saved.add(state);
  }
  return [...next.keys()].filter((state) => !saved.has(state));
}

/** Every node of a chart, parents before children. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function eventsOf(snapshot: AnyMachineSnapshot, samples: Samples): AnyEventObject[] {
  const types = new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType));
  return [...types].flatMap((type) => (samples[type]?.(snapshot) ?? [{}]).map((carried) => ({ type, ...carried })));
}
