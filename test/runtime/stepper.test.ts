// What pure stepping of XState would get wrong without its adapter: each trap once, on the smallest machine that falls into it.
import { assign, emit, enqueueActions, fromPromise, log, raise, sendTo, setup, spawnChild, stopChild } from 'xstate';
import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { RuntimeError } from '../../src/runtime/errors.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { actor, actorByKey, command, durable, turn } from '../../src/runtime/authoring.ts';
import { checkMachine } from '../../src/runtime/machine.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { StoredSnapshot } from '../../src/runtime/snapshot.ts';
import type { LiveSnapshot } from '../../src/runtime/snapshot.ts';
import { persist, restore } from '../../src/runtime/persist.ts';
import { begin, step } from '../../src/runtime/stepper.ts';
import type { Effect, StepTurn } from '../../src/runtime/effects.ts';

const SELF = '01900000-0000-7000-8000-000000000001';
const at = (seq: number): StepTurn => ({
  at: 1000 * seq,
  self: SELF,
  id: (n) => `id-${seq}-${n}`,
  commandId: (n) => `command-${seq}-${n}`,
});
const anything = z.record(z.string(), z.unknown());
const defined = (machine: AnyStateMachine, context: z.ZodType = anything): DurableMachine => ({
  machine,
  version: 1,
  context,
  bornBy: 'event',
});

/** Steps events from the birth on, storing and reviving between them; answers all effects of the last step. */
function run(
  definition: DurableMachine,
  ...events: Array<AnyEventObject | string>
): { live: LiveSnapshot; effects: Effect[]; handled: boolean } {
  let stepped = begin(definition, {}, at(1));
  events.forEach((event, n) => {
    const stored = StoredSnapshot.parse(JSON.parse(JSON.stringify(persist(definition, stepped.live))));
    stepped = step(
      definition,
      restore(definition, stored),
      typeof event === 'string' ? { type: event } : event,
      at(n + 2),
    );
  });
  return stepped;
}

const work = durable<{ n?: number } | undefined, number>('work');

describe('effects become their durable form', () => {
  const machine = setup({
    actors: { work },
    actions: { print: command<{ label: string }>('print') },
    delays: { soon: 10 },
  }).createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { go: 'b' } },
      b: {
        invoke: { id: 'w', src: 'work', input: { n: 1 }, onDone: 'c', onError: 'a' },
        after: { soon: 'a' },
        on: { leave: 'a' },
      },
      c: { entry: [{ type: 'print', params: { label: 'x' } }, log('seen'), emit({ type: 'told' })] },
    },
  });
  const timer = 'xstate.after.soon.m.b';

  test('an invoke is a command and a delay is a timer', () => {
    expect(run(defined(machine), 'go').effects).toEqual([
      { kind: 'timer', id: timer, token: 'command-2-0', delayMs: 10, event: { type: timer } },
      { kind: 'invoke', childId: 'w', src: 'work', command: 'command-2-1', input: { n: 1 } },
    ]);
  });

  test('leaving stops the command and cancels the timer, also after it was stored', () => {
    expect(run(defined(machine), 'go', 'leave').effects).toEqual([
      { kind: 'cancel', id: timer },
      { kind: 'stop', childId: 'w', command: 'command-2-1' },
    ]);
  });

  test('a result is not stopped a second time; an action is a command, an emit is told, a log is nothing', () => {
    expect(run(defined(machine), 'go', { type: 'xstate.done.actor.w', output: 1 }).effects).toEqual([
      { kind: 'cancel', id: timer },
      { kind: 'action', name: 'print', command: 'command-3-0', params: { label: 'x' } },
      { kind: 'emit', event: { type: 'told' } },
    ]);
  });

  test('an undelayed raise has already happened and is no effect', () => {
    const raising = setup({ actions: { onward: raise({ type: 'on' }) } }).createMachine({
      id: 'r',
      initial: 'a',
      states: { a: { on: { go: { actions: 'onward' }, on: 'b' } }, b: {} },
    });
    const { live, effects } = run(defined(raising), 'go');
    expect([live.snapshot.value, effects]).toEqual(['b', []]);
  });

  test('an event that no state knows changes nothing and is marked as unhandled', () => {
    const { live, effects, handled } = run(defined(machine), 'unheard');
    expect([live.snapshot.value, effects, handled]).toEqual(['a', [], false]);
  });

  test('a finished machine cancels what its children do', () => {
    const ending = setup({ actors: { work } }).createMachine({
      id: 'e',
      initial: 'a',
      states: { a: { invoke: { id: 'w', src: 'work', onError: 'b' }, on: { end: 'b' } }, b: { type: 'final' } },
    });
    const { live, effects } = run(defined(ending), 'end');
    expect([live.snapshot.status, effects, persist(defined(ending), live).children]).toEqual([
      'done',
      [{ kind: 'stop', childId: 'w', command: 'command-1-0' }],
      {},
    ]);
  });
});

describe('children', () => {
  test('a child that is assigned into the context fails the turn: it leaves no effect', () => {
    const machine = setup({ actors: { work } }).createMachine({
      id: 'm',
      context: {},
      on: { go: { actions: assign({ child: ({ spawn }) => spawn('work') }) } },
    });
    expect(() => run(defined(machine), 'go')).toThrow(/has children \[.+\] where its effects account for \[\]/);
  });

  test('a spawned child is a command, and can be stopped', () => {
    const machine = setup({ actors: { work }, actions: { fire: stopChild('w') } }).createMachine({
      id: 'm',
      on: { go: { actions: spawnChild('work', { id: 'w' }) }, stop: { actions: 'fire' } },
    });
    expect(run(defined(machine), 'go', 'stop').effects).toEqual([
      { kind: 'stop', childId: 'w', command: 'command-2-0' },
    ]);
  });

  test('a spawned child whose result has come is gone, in the same batch too', () => {
    const machine = setup({ actors: { work } }).createMachine({
      id: 'm',
      on: { go: { actions: spawnChild('work', { id: 'w' }) }, 'xstate.done.actor.w': {}, other: {} },
    });
    const definition = defined(machine);
    const { live } = run(definition, 'go', { type: 'xstate.done.actor.w', output: 1 });
    expect(step(definition, live, { type: 'other' }, at(9)).live.children).toEqual({});
  });

  test('a child that is run anew under its id is another command', () => {
    const machine = setup({ actors: { work } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { invoke: { id: 'w', src: 'work', onError: {} }, on: { again: { target: 'a', reenter: true } } } },
    });
    expect(run(defined(machine), 'again').effects).toEqual([
      { kind: 'stop', childId: 'w', command: 'command-1-0' },
      { kind: 'invoke', childId: 'w', src: 'work', command: 'command-2-0', input: {} },
    ]);
  });

  test('inline logic fails the turn', () => {
    const machine = setup({}).createMachine({
      id: 'm',
      on: { go: { actions: spawnChild(fromPromise(async () => 1)) } },
    });
    expect(() => run(defined(machine), 'go')).toThrow('spawns inline logic');
  });
});

describe('failures leave nothing', () => {
  const machine = setup({
    actors: { work },
    actions: {
      explode: assign(() => {
        throw new Error('boom');
      }),
    },
    guards: {
      explosive: () => {
        throw new Error('boom');
      },
    },
  }).createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        invoke: { id: 'w', src: 'work', onDone: {} },
        on: { assign: { actions: 'explode' }, guard: { guard: 'explosive', target: 'b' } },
      },
      b: {},
    },
  });

  test.each(['assign', 'guard'])('a throw in an %s fails the turn', (type) => {
    expect(() => run(defined(machine), type)).toThrow(expect.objectContaining({ code: 'step_failed' }));
  });

  test('an unhandled failure of a child fails the turn', () => {
    expect(() => run(defined(machine), { type: 'xstate.error.actor.w', error: new Error('x') })).toThrow(
      expect.objectContaining({ code: 'step_failed' }),
    );
  });

  test.each([
    [
      'context',
      setup({}).createMachine({
        id: 'm',
        context: () => {
          throw new Error('boom');
        },
      }),
    ],
    [
      'entry',
      setup({
        actions: {
          explode: assign(() => {
            throw new Error('boom');
          }),
        },
      }).createMachine({ id: 'm', entry: 'explode' }),
    ],
  ])('a throw in the %s of the initial state fails the birth', (_where, bad) => {
    expect(() => begin(defined(bad), {}, at(1))).toThrow(expect.objectContaining({ code: 'step_failed' }));
  });

  test('an action that setup does not implement fails the turn, however it was enqueued', () => {
    const sly = setup({
      actions: { enqueue: enqueueActions(({ enqueue }) => enqueue(() => undefined)) },
    }).createMachine({
      id: 'm',
      on: { go: { actions: 'enqueue' } },
    });
    expect(() => run(defined(sly), 'go')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('regions that go to states that exclude each other fail the turn: no build could read that state again', () => {
    const torn = setup({}).createMachine({
      id: 't',
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            stays: { initial: 'a', states: { a: { on: { go: 'back' } }, back: { type: 'history' } } },
            leaves: { initial: 'b', states: { b: {} }, on: { go: '#t.other' } },
          },
        },
        other: {},
      },
    });
    expect(() => run(defined(torn), 'go')).toThrow('is in no state of its chart');
  });

  test('an endless cycle of eventless transitions fails the turn instead of the process', () => {
    const cycle = setup({}).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    });
    checkMachine(defined(cycle), { actors: new Set(), actions: new Set() });
    expect(() => run(defined(cycle), 'go')).toThrow(expect.objectContaining({ code: 'step_failed' }));
  });
});

describe('delays', () => {
  test.each([NaN, -1, Infinity, undefined])('that come to %s fail the turn', (delay) => {
    const machine = setup({ delays: { odd: () => delay ?? NaN } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { after: { odd: 'a' } } },
    });
    expect(() => run(defined(machine), 'go')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test('longer than a process can count are kept as they are', () => {
    const machine = setup({ delays: { year: 365 * 86_400_000 } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { year: 'b' } }, b: {} },
    });
    expect(begin(defined(machine), {}, at(1)).effects).toMatchObject([{ kind: 'timer', delayMs: 31_536_000_000 }]);
  });
});

describe('sending', () => {
  const machine = setup({
    types: {
      events: {} as { type: 'go'; to: string } | { type: 'self' | 'loop' | 'string' | 'forged' | 'late' | 'noted' },
    },
    actions: {
      out: sendTo(({ event }) => actor('order', 'to' in event ? event.to : ''), { type: 'hello' }),
      own: sendTo(() => actorByKey(SELF), { type: 'noted' }),
      loop: sendTo(({ self }) => self, { type: 'loop' }),
      string: sendTo('order:1', { type: 'hello' }),
      forged: sendTo(() => actor('order', '1'), { type: 'xstate.done.actor.w' }),
      late: sendTo(() => actor('order', '1'), { type: 'hello' }, { delay: 5 }),
      note: assign({ noted: true }),
    },
  }).createMachine({
    id: 'm',
    context: {},
    on: {
      go: { actions: 'out' },
      self: { actions: 'own' },
      loop: { actions: 'loop' },
      string: { actions: 'string' },
      forged: { actions: 'forged' },
      late: { actions: 'late' },
      noted: { actions: 'note' },
    },
  });

  test('goes to an actor by machine and id', () => {
    expect(run(defined(machine), { type: 'go', to: '7' }).effects).toEqual([
      { kind: 'send', to: 'order:7', event: { type: 'hello' } },
    ]);
  });

  test('to oneself is stepped in the same turn', () => {
    const { live, effects } = run(defined(machine), 'self');
    expect([live.snapshot.context, effects]).toEqual([{ noted: true }, []]);
  });

  test('to oneself without end fails the turn', () => {
    expect(() => run(defined(machine), 'loop')).toThrow('sends itself more than 100 events');
  });

  test.each(['string', 'forged', 'late'])('in a way that has no durable form fails the turn: %s', (type) => {
    expect(() => run(defined(machine), type)).toThrow(RuntimeError);
  });
});

describe('time and chance', () => {
  test('are the turn’s, also in what is raised and after a result', () => {
    const machine = setup({
      actors: { work },
      actions: { stamp: assign({ at: () => turn.at, id: () => turn.id(0), self: () => turn.self }) },
    }).createMachine({
      id: 'm',
      context: {},
      initial: 'a',
      states: {
        a: { invoke: { id: 'w', src: 'work', onDone: { target: 'b', actions: 'stamp' }, onError: {} } },
        b: {},
      },
    });
    const once = () => run(defined(machine), { type: 'xstate.done.actor.w', output: 1 }).live.snapshot.context;
    expect(once()).toEqual({ at: 2000, id: 'id-2-0', self: SELF });
    expect(once()).toEqual(once());
  });
});

describe('what is stored', () => {
  test('remembers history', () => {
    const machine = setup({}).createMachine({
      id: 'm',
      initial: 'in',
      states: {
        in: {
          initial: 'a',
          states: { a: { on: { next: 'b' } }, b: {}, back: { type: 'history' } },
          on: { out: 'out' },
        },
        out: { on: { back: 'in.back' } },
      },
    });
    expect(run(defined(machine), 'next', 'out', 'back').live.snapshot.value).toEqual({ in: 'b' });
  });

  test.each([
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['NaN', NaN],
    ['a hole', [1, undefined]],
    ['a function', () => 1],
  ])('is JSON: a context with %s fails the turn, also where its schema would allow it', (_what, value) => {
    const machine = setup({ actions: { keep: assign({ deep: () => ({ list: [value] }) }) } }).createMachine({
      id: 'm',
      context: {},
      on: { go: { actions: 'keep' } },
    });
    expect(() => persist(defined(machine), run(defined(machine), 'go').live)).toThrow(
      'left a context that is not JSON at deep.list.0',
    );
  });

  test('fits the schema of the context', () => {
    const machine = setup({ actions: { spoil: assign({ count: () => 'many' }) } }).createMachine({
      id: 'm',
      context: { count: 0 },
      on: { go: { actions: 'spoil' } },
    });
    const definition = defined(machine, z.object({ count: z.number() }));
    expect(() => persist(definition, run(definition, 'go').live)).toThrow('breaks its schema at count');
  });

  const stored = { value: 'a', context: {}, status: 'active' as const, historyValue: {}, children: {} };
  const home = setup({ actors: { work } }).createMachine({ id: 'm', initial: 'a', states: { a: {}, b: {} } });
  test.each([
    ['a state that is gone', { ...stored, value: 'renamed' }],
    ['no state at all', { ...stored, value: {} }],
    ['a source that is gone', { ...stored, children: { w: { src: 'renamed', command: 'c' } } }],
    ['a remembered state that is gone', { ...stored, historyValue: { m: [{ id: 'm.renamed' }] } }],
  ])('is unreadable with %s', (_what, bad) => {
    expect(() => restore(defined(home), bad)).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  test('is unreadable where a region was added', () => {
    const parallel = setup({}).createMachine({
      id: 'm',
      type: 'parallel',
      states: { x: { initial: 'a', states: { a: {} } }, y: { initial: 'a', states: { a: {} } } },
    });
    expect(() => restore(defined(parallel), { ...stored, value: { x: 'a' } })).toThrow(
      expect.objectContaining({ code: 'unreadable' }),
    );
  });
});
