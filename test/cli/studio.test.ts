// Both machine files and the code that `marty machines export` writes, read by the parser that Stately publishes and its own tools
// import code with (@xstate/machine-extractor), and the JSON that it writes, read by XState: nothing of a chart may be lost on
// the way. The JSON also keeps to the long form of Stately's own JSON of machines (github.com/statelyai/schema).
import { readFileSync } from 'node:fs';
import { extractMachinesFromFile } from '@xstate/machine-extractor';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { chartFile } from '../../src/cli/charts/export.ts';
import { machines } from '../../src/cli/shop/machines.ts';

describe.each(machines.map(({ machine }) => machine))('the statechart of $id opens in Stately Studio', (machine) => {
  test('from its own file, as it is', () => {
    const source = readFileSync(`machines/${machine.id}.ts`, 'utf8');
    expect(outlineOf(asStatelyReads(source).root)).toEqual(outlineOf(machine.root));
  });

  test('from what is exported for it', async () => {
    expect(outlineOf(asStatelyReads(await chartFile(machine, 'js')).root)).toEqual(outlineOf(machine.root));
  });

  test('and its JSON is the same chart, in the form of Stately’s own', async () => {
    const json = JSON.parse(await chartFile(machine, 'json'));
    expect(outlineOf(createMachine(json).root)).toEqual(outlineOf(machine.root));
    expect(json.key).toBe(machine.id);
    expect(notInLongForm(json)).toEqual([]);
  });
});

/** What holds transitions, by event, by delay or for itself; and what holds a list of objects, each with one of these. */
const LISTS: Record<string, string> = { entry: 'type', exit: 'type', actions: 'type', invoke: 'src' };
const TRANSITIONS = ['always', 'onDone', 'onError', 'onSnapshot'];

function notInLongForm(part: unknown, path: string[] = []): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => {
    const here = [...path, name];
    const isState = path.length === 0 || path.at(-2) === 'states';
    if (name === 'meta' || name === 'params') return [];
    const isWrong =
      (name in LISTS &&
        !(Array.isArray(value) && value.every((one) => typeof Object(one)[LISTS[name] ?? ''] === 'string'))) ||
      (TRANSITIONS.includes(name) && !isTransitions(value)) ||
      (name === 'guard' && typeof Object(value).type !== 'string') ||
      (isState && ['on', 'after'].includes(name) && !Object.values(Object(value)).every(isTransitions));
    return [...(isWrong ? [here.join('.')] : []), ...notInLongForm(value, here)];
  });
}

function isTransitions(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
}

function asStatelyReads(source: string): AnyStateMachine {
  const found = extractMachinesFromFile(source)?.machines ?? [];
  expect(found).toHaveLength(1);
  const config = inXState5(found[0]?.toConfig());
  return createMachine(Object(config));
}

// The parser writes XState 4: a guard is a `cond`, and a name says that it is one.
function inXState5(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inXState5);
  if (typeof part !== 'object' || part === null) return part;
  if ('kind' in part && 'action' in part) return part.kind === 'named' ? part.action : part;
  const entries = Object.entries(part).filter(([name, value]) => !(name === 'kind' && value === 'named'));
  return Object.fromEntries(entries.map(([name, value]) => [name === 'cond' ? 'guard' : name, inXState5(value)]));
}

// All that the picture of a chart is made of.
function outlineOf(node: AnyStateNode): unknown {
  return {
    id: node.id,
    type: node.type,
    description: node.description,
    initial: node.initial.target?.map(({ key }) => key),
    entry: node.entry.map(named),
    exit: node.exit.map(named),
    invokes: node.invoke.map(({ id, src }) => [id, src]),
    ways: [...node.transitions].map(([type, all]) => [
      type,
      all.map(({ target, guard, actions, description }) => ({
        to: target?.map(({ id }) => id),
        guard: guard === undefined ? null : named(guard),
        actions: actions.map(named),
        description,
      })),
    ]),
    always: (node.always ?? []).map(({ target, guard }) => [target?.map(({ id }) => id), guard && named(guard)]),
    states: Object.values(node.states).map(outlineOf),
  };
}

function named(part: unknown): unknown {
  if (typeof part === 'string') return [part, {}];
  // XState's own, which start and stop the timers of `after`.
  if (typeof part === 'function' && 'type' in part) return [part.type, {}];
  if (typeof part !== 'object' || part === null || !('type' in part)) return part;
  return [part.type, 'params' in part ? (part.params ?? {}) : {}];
}
