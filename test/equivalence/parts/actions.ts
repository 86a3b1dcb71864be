// Parts of XState: actions, context, input, and what may be kept.
import { assign, cancel, emit, enqueueActions, log, raise, sendParent, sendTo, setup } from 'xstate';
import { z } from 'zod';
import { command } from '../../../src/runtime/authoring.ts';
import { refuses, waitFor, works } from './part.ts';
import type { Group } from './part.ts';

const counted = { context: {} as { n: number } };
const two = (go: object, parts: object = {}) =>
  setup(parts).createMachine({ id: 'm', initial: 'a', states: { a: { on: { go: { target: 'b', ...go } } }, b: {} } });

const print = command<{ text: string }>('print');
const named = setup({ types: counted, actions: { print } }).createMachine({
  id: 'named',
  context: { n: 3 },
  entry: { type: 'print', params: { text: 'born' } },
  initial: 'a',
  states: {
    a: {
      exit: { type: 'print', params: { text: 'leaving' } },
      on: {
        go: { target: 'b', actions: { type: 'print', params: ({ context }) => ({ text: `going ${context.n}` }) } },
      },
    },
    b: { entry: { type: 'print', params: { text: 'there' } } },
  },
});

const assigning = setup({
  types: counted,
  actions: { add: assign(({ context }, { by }: { by: number }) => ({ n: context.n + by })) },
}).createMachine({
  id: 'assigning',
  context: ({ input }) => ({ n: Number(z.object({ n: z.number() }).parse(input ?? { n: 0 }).n) }),
  initial: 'a',
  states: {
    a: {
      on: {
        add: { actions: { type: 'add', params: { by: 2 } } },
        double: { target: 'b', actions: assign({ n: ({ context }) => context.n * 2 }) },
      },
    },
    b: {},
  },
});

const raising = setup({ actions: { onward: raise({ type: 'onward' }) } }).createMachine({
  id: 'raising',
  initial: 'a',
  states: { a: { on: { go: { actions: 'onward' }, onward: 'b' } }, b: {} },
});

const cancelling = setup({
  delays: { soon: 10 },
  actions: { arm: raise({ type: 'boom' }, { delay: 'soon', id: 'fuse' }), disarm: cancel('fuse') },
}).createMachine({
  id: 'cancelling',
  entry: 'arm',
  initial: 'armed',
  states: { armed: { on: { cut: { actions: 'disarm' }, boom: 'gone' } }, gone: {} },
});

const enqueuing = setup({
  types: counted,
  actions: {
    print,
    several: enqueueActions(({ context, enqueue, check }) => {
      enqueue.assign({ n: context.n + 1 });
      if (check(({ context }) => context.n < 1)) enqueue({ type: 'print', params: { text: `few, ${context.n}` } });
      else enqueue.raise({ type: 'enough' });
      enqueue.emit({ type: 'counted' });
    }),
  },
}).createMachine({
  id: 'enqueuing',
  context: { n: 0 },
  initial: 'a',
  states: { a: { on: { go: { actions: 'several' }, enough: 'b' } }, b: {} },
});

const telling = two({ actions: [emit({ type: 'told', n: 1 }), log('said')] });
const toSelf = setup({}).createMachine({
  id: 'toSelf',
  initial: 'a',
  states: { a: { on: { go: { actions: sendTo(({ self }) => self, { type: 'on' }) }, on: 'b' } }, b: {} },
});

const dated = two({ actions: assign({ at: () => new Date(0) }) });
const mistaken = setup({ types: counted }).createMachine({
  id: 'm',
  context: { n: 0 },
  initial: 'a',
  states: { a: { on: { go: { target: 'b', actions: assign({ n: () => -1 }) } } }, b: {} },
});
const throwing = two({
  actions: assign(() => {
    throw new Error('no');
  }),
});

const NATURAL = z.object({ n: z.number().nonnegative() });

export const actions: Group = {
  title: 'Actions and context',
  parts: [
    works('actions by name, with `params`, also computed', named, ['go'], 'b', {
      note: '`command(…)`: a row in the outbox of the same commit, run by a worker',
    }),
    refuses(
      'an action as a function in place',
      two({ actions: () => undefined }),
      [],
      'name it in `setup({ actions })`',
    ),
    works('`assign`, with `params` or in place; context from `input`', assigning, ['add', 'double'], 'b', {
      input: { n: 5 },
      context: NATURAL,
    }),
    works('`raise`', raising, ['go'], 'b'),
    works('`cancel`', cancelling, ['cut', waitFor(50)], 'armed'),
    works('`enqueueActions`, with `check`', enqueuing, ['go', 'go'], 'b'),
    works('`emit`, `log`', telling, ['go'], 'b', {
      note: '`emit` is told in the process that committed; a log is nothing',
    }),
    works('`sendTo` another actor', (peer) => two({ actions: sendTo(peer, { type: 'hello' }) }), ['go'], 'b', {
      note: 'to `actor(machine, id)` or `actorByKey(key)`: a row in its inbox, in the same commit',
    }),
    works('`sendTo` itself', toSelf, ['go'], 'b', { note: 'stepped in the same turn' }),
    refuses(
      '`sendTo` with a delay',
      (peer) => two({ actions: sendTo(peer, { type: 'hello' }, { delay: () => 5 }) }),
      ['go'],
      '`raise` with a delay, then `sendTo`',
    ),
    refuses(
      '`sendParent`, `forwardTo`, `sendTo` a child',
      two({ actions: sendParent({ type: 'hello' }) }),
      ['go'],
      '`sendTo(actorByKey(key), …)`, with the key from `turn.self` in its `start`',
    ),
    refuses(
      'a Date, Map, Set, function or NaN in the context',
      dated,
      ['go'],
      'JSON: a number of milliseconds, a list, an object',
    ),
    refuses('a context that its schema refuses', mistaken, ['go'], 'the turn fails whole', { context: NATURAL }),
    refuses(
      'an `assign` or a guard that throws',
      throwing,
      ['go'],
      'in XState it ends the actor; here the event is set aside and the actor stands as before',
    ),
  ],
};
