// What the runtime refuses when a machine is registered, and the sentence that says why.
import { assign, fromCallback, fromPromise, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, durable } from '../../src/runtime/authoring.ts';
import { checkMachine } from '../../src/runtime/machine.ts';

const known = { actors: new Set(['work']), actions: new Set(['print', 'start']) };
const check =
  (machine: AnyStateMachine, more: object = {}) =>
  () =>
    checkMachine({ machine, version: 1, context: z.object({}), bornBy: 'event', ...more }, known);
const work = durable<object, number>('work');
const state = (config: object, parts: object = {}) =>
  setup({ actors: { work }, ...parts }).createMachine({ id: 'm', initial: 'a', states: { a: config } });

describe('a machine is refused', () => {
  test.each<[string, AnyStateMachine, string]>([
    ['an invoke without onError', state({ invoke: { src: 'work' } }), 'invokes "work" without onError'],
    [
      'an invoke that nothing implements',
      state({ invoke: { src: 'ghost', onError: {} } }, { actors: { ghost: work } }),
      'ghost',
    ],
    ['inline logic', state({ invoke: { src: fromPromise(async () => 1), onError: {} } }), 'inline logic'],
    [
      'a child machine',
      state({ invoke: { src: 'work', onError: {} } }, { actors: { work: setup({}).createMachine({}) } }),
      'is not promise logic',
    ],
    [
      'callback logic',
      state({ invoke: { src: 'work', onError: {} } }, { actors: { work: fromCallback(() => undefined) } }),
      'is not promise logic',
    ],
    ['a wildcard', state({ on: { '*': {} } }), 'a transition for "*"'],
    ['a wildcard of results', state({ on: { 'xstate.done.actor.*': {} } }), 'a transition for "xstate.done.actor.*"'],
    ['a wildcard of one child’s results', state({ on: { 'xstate.done.actor.a-b.*': {} } }), 'a transition for'],
    [
      'a transition for snapshots, which durable work does not have',
      state({ invoke: { id: 'w', src: 'work', onError: {}, onSnapshot: {} } }),
      'a transition for "xstate.snapshot.w"',
    ],
    ['an unknown action', state({ entry: 'ghost' }), 'has an action "ghost" that setup does not implement'],
    [
      'an action that is no command',
      state({ entry: 'local' }, { actions: { local: () => undefined } }),
      'neither XState’s own nor a registered command'.replace('’', "'"),
    ],
    [
      'a setup action that is no command, though no state names it',
      state({}, { actions: { local: () => undefined } }),
      'local',
    ],
    ['an inline action', state({ entry: () => undefined }), 'an inline action'],
    ['a misspelt delay', state({ after: { son: 'a' } }, { delays: { soon: 1 } }), '"son"'],
    ['a delay of NaN', state({ after: { soon: 'a' } }, { delays: { soon: NaN } }), '"soon"'],
    ['a delay in place', state({ after: { 1000: 'a' } }), '1000'],
  ])('for %s', (_what, machine, sentence) => {
    expect(check(machine)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(check(machine)).toThrow(sentence);
  });

  test('for a version without a migration to it', () => {
    expect(check(state({}), { version: 3, migrations: { 1: (stored: unknown) => stored } })).toThrow(
      'has version 3 but no migration from 2',
    );
  });
});

describe('a machine is accepted', () => {
  test('with commands, its own assigns, promise logic and named delays', () => {
    const fine = state(
      { invoke: { src: 'work', onError: {} }, after: { soon: { actions: ['print', 'count'] } } },
      { actions: { print: command('print'), count: assign({}) }, delays: { soon: 1 } },
    );
    expect(check(fine)).not.toThrow();
    expect(fine.options.maxIterations).toBe(1000);
  });
});
