// Parts of XState: states of every kind.
import { assign, setup } from 'xstate';
import { command, durable } from '../../../src/runtime/authoring.ts';
import { doneLate, works } from './part.ts';
import type { Group } from './part.ts';

const oven = setup({ actions: { hum: command('hum'), hush: command('hush') } }).createMachine({
  id: 'oven',
  initial: 'closed',
  states: {
    closed: {
      initial: 'idle',
      on: { open: 'opened' },
      states: {
        idle: { on: { start: 'heating' } },
        heating: { entry: 'hum', exit: 'hush', on: { stop: 'idle' } },
      },
    },
    opened: { on: { close: 'closed', slam: 'closed.heating' } },
  },
});

const player = (history: 'shallow' | 'deep') =>
  setup({}).createMachine({
    id: 'player',
    initial: 'on',
    states: {
      on: {
        initial: 'radio',
        on: { off: 'off' },
        states: {
          radio: { on: { disc: 'disc' } },
          disc: { initial: 'first', states: { first: { on: { next: 'second' } }, second: {} } },
          again: { type: 'history', history, target: 'radio' },
        },
      },
      off: { on: { on: 'on.again' } },
    },
  });

const remembering = setup({}).createMachine({
  id: 'desk',
  initial: 'work',
  states: {
    work: {
      type: 'parallel',
      on: { leave: 'home' },
      states: {
        lamp: { initial: 'dark', states: { dark: { on: { light: 'lit' } }, lit: {} } },
        door: { initial: 'shut', states: { shut: { on: { open: 'open' } }, open: {} } },
        asLeft: { type: 'history', history: 'deep' },
      },
    },
    home: { on: { return: 'work.asLeft' } },
  },
});

const editor = setup({ actions: { ring: command('ring') } }).createMachine({
  id: 'editor',
  type: 'parallel',
  on: { reset: { target: ['.bold.off', '.list.none'] } },
  states: {
    bold: { initial: 'off', states: { off: { on: { bold: 'on' } }, on: { entry: 'ring', on: { bold: 'off' } } } },
    list: { initial: 'none', states: { none: { on: { list: 'bullets', bold: 'bullets' } }, bullets: {} } },
  },
});

const form = setup({
  types: { context: {} as { name: unknown }, output: {} as { name: unknown } },
  actions: { keep: assign({ name: ({ event }) => ('output' in event ? event['output'] : null) }) },
}).createMachine({
  id: 'form',
  context: { name: null },
  initial: 'asking',
  states: {
    asking: {
      initial: 'name',
      onDone: { target: 'thanked', actions: 'keep' },
      states: { name: { on: { given: 'known' } }, known: { type: 'final', output: ({ event }) => event.type } },
    },
    thanked: { type: 'final' },
  },
  output: ({ context }) => ({ name: context.name }),
});

const bothDone = setup({}).createMachine({
  id: 'both',
  initial: 'running',
  states: {
    running: {
      type: 'parallel',
      onDone: 'over',
      states: {
        left: { initial: 'a', states: { a: { on: { left: 'z' } }, z: { type: 'final' } } },
        right: { initial: 'a', states: { a: { on: { right: 'z' } }, z: { type: 'final' } } },
      },
    },
    over: {},
  },
});

const ending = setup({ actors: { work: durable('work') }, delays: { later: 10 } }).createMachine({
  id: 'ending',
  initial: 'busy',
  states: {
    busy: { invoke: { id: 'w', src: 'work', onError: {} }, after: { later: 'busy' }, on: { end: 'over' } },
    over: { type: 'final' },
  },
});

const tagged = setup({ types: { tags: {} as 'waiting', meta: {} as { label: string } } }).createMachine({
  id: 'tagged',
  initial: 'open',
  states: {
    open: { tags: 'waiting', meta: { label: 'open' }, description: 'Until someone comes.', on: { go: 'shut' } },
    shut: { meta: { label: 'shut' } },
  },
});

export const states: Group = {
  title: 'States',
  parts: [
    works('nested states, entry and exit actions', oven, ['start', 'open', 'slam', 'stop'], { closed: 'idle' }),
    works('parallel states, one event to several regions', editor, ['bold', 'list', 'bold', 'reset', 'bold'], {
      bold: 'on',
      list: 'bullets',
    }),
    works('history, shallow', player('shallow'), ['disc', 'next', 'off', 'on'], { on: { disc: 'first' } }),
    works('history, deep', player('deep'), ['disc', 'next', 'off', 'on'], { on: { disc: 'second' } }),
    works('history that remembers nothing yet: its `target`', player('deep'), ['off', 'on'], { on: 'radio' }),
    works('history of parallel regions', remembering, ['light', 'open', 'leave', 'return'], {
      work: { lamp: 'lit', door: 'open' },
    }),
    works('final states, `onDone` of their parent, `output`', form, ['given', 'given'], 'thanked'),
    works('`onDone` of a parallel state, when all regions are over', bothDone, ['left', 'right'], 'over'),
    works('the end of a machine stops its work and its timers', ending, ['end', doneLate], 'over'),
    works('`tags`, `meta`, `description`, `can()`, `matches()`', tagged, ['go'], 'shut', {
      look: (snapshot) => [
        [...snapshot.tags],
        snapshot.getMeta(),
        snapshot.can({ type: 'go' }),
        snapshot.matches('shut'),
      ],
    }),
  ],
};
