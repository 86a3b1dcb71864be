// Parts of XState: actors that a machine invokes or spawns.
import {
  assign,
  createMachine,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import type { AnyActorLogic } from 'xstate';
import { durable, refusalOf } from '../../../src/runtime/authoring.ts';
import { done, doneLate, failed, refused, refuses, tells, tellsLate, works } from './part.ts';
import type { Group } from './part.ts';

const work = durable<{ n: number } | undefined, unknown>('work');

const fetching = setup({
  types: { context: {} as { got: unknown; halfways: number } },
  actors: { work },
  guards: { isSoldOut: ({ event }) => refusalOf(event) === 'sold_out' },
  actions: {
    keep: assign({ got: ({ event }) => ('output' in event ? event['output'] : null) }),
    count: assign({ halfways: ({ context }) => context.halfways + 1 }),
  },
}).createMachine({
  id: 'fetching',
  context: { got: null, halfways: 0 },
  initial: 'idle',
  states: {
    idle: { on: { go: 'busy' } },
    busy: {
      invoke: {
        id: 'w',
        src: 'work',
        input: { n: 1 },
        onDone: { target: 'got', actions: 'keep' },
        onError: [{ guard: 'isSoldOut', target: 'none' }, { target: 'broken' }],
      },
      on: { stop: 'idle', halfway: { actions: 'count' } },
    },
    got: {},
    none: {},
    broken: { on: { retry: 'busy' } },
  },
});

const several = setup({ actors: { work } }).createMachine({
  id: 'several',
  initial: 'busy',
  states: {
    busy: {
      invoke: [
        { id: 'one', src: 'work', onError: {} },
        { id: 'two', src: 'work', systemId: 'second', onDone: 'got', onError: {} },
      ],
      onDone: {},
    },
    got: {},
  },
});

const spawning = setup({ actors: { work } }).createMachine({
  id: 'spawning',
  initial: 'a',
  states: {
    a: {
      entry: spawnChild('work', { id: 'side', input: { n: 2 } }),
      on: { 'xstate.done.actor.side': 'b', stop: { actions: stopChild('side') } },
    },
    b: {},
  },
});

const running = (logic: AnyActorLogic) =>
  setup({ actors: { other: logic } }).createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { invoke: { src: 'other', onError: {} } } },
  });

const careless = setup({ actors: { work } }).createMachine({
  id: 'm',
  initial: 'a',
  states: { a: { invoke: { src: 'work', onDone: 'b' } }, b: {} },
});

const inline = createMachine({
  id: 'm',
  initial: 'a',
  states: { a: { invoke: { src: fromPromise(async () => 1), onError: {} } } },
});

const assigned = setup({ types: { context: {} as { ref: unknown } }, actors: { work } }).createMachine({
  id: 'm',
  context: { ref: null },
  initial: 'a',
  states: {
    a: { on: { go: { target: 'b', actions: assign({ ref: ({ spawn }) => spawn('work', { id: 'w' }) }) } } },
    b: {},
  },
});

const watched = setup({ actors: { work } }).createMachine({
  id: 'm',
  initial: 'a',
  states: { a: { invoke: { id: 'w', src: 'work', onSnapshot: 'b', onError: {} } }, b: {} },
});

const start = 'an actor of its own: the action `start`, then `sendTo`';
const asPromise = 'a promise for each step of it, or `after` for its rhythm';

export const actors: Group = {
  title: 'Actors',
  parts: [
    works('`invoke` of promise logic by name, `input`, `onDone`', fetching, ['go', done({ price: 3 })], 'got', {
      note: 'a command that a worker runs; its result comes in at most once',
    }),
    works(
      '`onError`; an expected refusal is told from a breakdown',
      fetching,
      ['go', failed('exhausted'), 'retry', refused('sold_out')],
      'none',
      {
        note: '`refusalOf(event)`',
      },
    ),
    works('work whose state is left: its result never comes in', fetching, ['go', 'stop', doneLate], 'idle', {
      note: 'what it did is undone, where it has an `undo`',
    }),
    works(
      'an event to its parent from work that is not done yet',
      fetching,
      ['go', tells('halfway'), tells('halfway'), done({ price: 3 }), tellsLate('halfway')],
      'got',
      { note: '`tell(event)` in its `run`; nothing comes in once the state was left' },
    ),
    works('the same from work whose state is left', fetching, ['go', 'stop', 'go', tellsLate('halfway')], 'busy', {
      note: 'dropped, as its result is',
    }),
    works('several invokes of one state, `systemId`', several, [done(1), done(2)], 'got'),
    works('`spawnChild`', spawning, [done(1)], 'b'),
    works('`stopChild`', spawning, ['stop', doneLate], 'a'),
    refuses('`invoke` without `onError`', careless, [], 'say what happens when the work fails for good'),
    refuses('logic in place (`src: fromPromise(…)`)', inline, [], 'name it in `setup({ actors })`'),
    refuses('a child machine', running(setup({}).createMachine({})), [], start),
    refuses('`fromTransition`', running(fromTransition((state: number) => state, 0)), [], start),
    refuses('`fromCallback`', running(fromCallback(() => undefined)), [], asPromise),
    refuses(
      '`fromObservable`, `fromEventObservable`',
      running(fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) }))),
      [],
      asPromise,
    ),
    refuses('`assign` of a `spawn`', assigned, ['go'], '`spawnChild`; its result is an event'),
    refuses('`onSnapshot` of a child', watched, [done(1)], '`onDone`: a promise has no snapshots on its way'),
  ],
};
