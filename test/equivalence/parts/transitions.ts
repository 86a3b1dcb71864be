// Parts of XState: transitions, guards, and time.
import { and, assign, not, or, raise, setup, stateIn } from 'xstate';
import { command } from '../../../src/runtime/authoring.ts';
import { refuses, wait, waitFor, works } from './part.ts';
import type { Group } from './part.ts';

const counted = { context: {} as { n: number } };

const stairs = setup({
  types: counted,
  actions: { up: assign({ n: ({ context }) => context.n + 1 }), ring: command('ring') },
  guards: {
    isHigh: ({ context }) => context.n >= 2,
    isAtLeast: ({ context }, { floor }: { floor: number }) => context.n >= floor,
    isOdd: ({ context }) => context.n % 2 === 1,
  },
}).createMachine({
  id: 'stairs',
  context: { n: 0 },
  initial: 'inside',
  states: {
    inside: {
      on: {
        climb: [{ guard: 'isHigh', target: 'roof' }, { actions: 'up' }],
        jump: [{ guard: { type: 'isAtLeast', params: { floor: 1 } }, target: 'roof' }, { actions: 'ring' }],
        look: { guard: and([not('isHigh'), or(['isHigh', 'isOdd'])]), target: 'window' },
        peek: { guard: ({ context }) => context.n === 1, target: 'window' },
      },
    },
    window: { on: { back: 'inside' } },
    roof: {},
  },
});

const crossing = setup({ guards: { isHalted: stateIn('#crossing.cars.stop') } }).createMachine({
  id: 'crossing',
  type: 'parallel',
  states: {
    cars: { initial: 'go', states: { go: { on: { halt: 'stop' } }, stop: {} } },
    people: {
      initial: 'wait',
      states: { wait: { on: { walk: { guard: 'isHalted', target: 'walk' } } }, walk: {} },
    },
  },
});

const room = setup({
  actions: { enter: command('enter'), leave: command('leave'), nod: command('nod') },
}).createMachine({
  id: 'room',
  initial: 'in',
  states: {
    in: {
      entry: 'enter',
      exit: 'leave',
      initial: 'sitting',
      on: { inner: '.standing', outer: { target: '.standing', reenter: true }, nod: { actions: 'nod' } },
      states: { sitting: { on: { self: 'sitting', shout: {} } }, standing: {} },
    },
  },
  on: { shout: { target: '.in', reenter: true } },
});

const wild = setup({}).createMachine({
  id: 'wild',
  initial: 'a',
  states: { a: { on: { 'mouse.*': 'b', 'mouse.down': 'c' } }, b: { on: { 'mouse.down.*': 'a' } }, c: {} },
});

const anything = setup({}).createMachine({ id: 'any', initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } });

const grade = setup({
  types: counted,
  actions: { add: assign({ n: ({ context }) => context.n + 40 }) },
  guards: { isEnough: ({ context }) => context.n > 50, isMuch: ({ context }) => context.n > 100 },
}).createMachine({
  id: 'grade',
  context: { n: 0 },
  initial: 'low',
  states: {
    low: { always: { guard: 'isEnough', target: 'good' }, on: { add: { actions: 'add' } } },
    good: { always: { guard: 'isMuch', target: 'best' }, on: { add: { actions: 'add' } } },
    best: {},
  },
});

const circle = setup({}).createMachine({
  id: 'circle',
  options: { maxIterations: 50 },
  initial: 'still',
  states: { still: { on: { go: 'a' } }, a: { always: 'b' }, b: { always: 'a' } },
});

const light = setup({
  types: { context: {} as { slow: number } },
  delays: { brief: 100, chosen: ({ context }) => context.slow },
  actions: { blink: command('blink') },
}).createMachine({
  id: 'light',
  context: { slow: 250 },
  initial: 'green',
  states: {
    green: { after: { brief: 'yellow' } },
    yellow: {
      after: { chosen: { target: 'red', actions: 'blink' }, brief: { actions: 'blink' } },
      on: { stop: 'off' },
    },
    red: { on: { go: 'yellow' } },
    off: {},
  },
});

const snooze = setup({
  delays: { soon: 50 },
  actions: { later: raise({ type: 'ring' }, { delay: 'soon', id: 'alarm' }) },
}).createMachine({
  id: 'snooze',
  initial: 'asleep',
  states: { asleep: { entry: 'later', on: { ring: 'awake' } }, awake: {} },
});

const inPlace = setup({}).createMachine({ id: 'm', initial: 'a', states: { a: { after: { 1000: 'b' } }, b: {} } });
const forever = setup({ delays: { never: Infinity } }).createMachine({
  id: 'm',
  initial: 'a',
  states: { a: { after: { never: 'b' } }, b: {} },
});

const torn = setup({}).createMachine({
  id: 'torn',
  initial: 'both',
  states: {
    both: {
      type: 'parallel',
      states: {
        stays: { initial: 'a', states: { a: { on: { go: 'back' } }, back: { type: 'history' } } },
        leaves: { initial: 'b', states: { b: {} }, on: { go: '#torn.other' } },
      },
    },
    other: {},
  },
});

export const transitions: Group = {
  title: 'Transitions, guards and time',
  parts: [
    works('guards by name, in order, the first that holds', stairs, ['climb', 'climb', 'climb'], 'roof'),
    works('guards with `params`', stairs, ['jump', 'climb', 'jump'], 'roof'),
    works('`and`, `or`, `not`', stairs, ['look', 'climb', 'look'], 'window'),
    works('a guard as a function in place', stairs, ['peek', 'climb', 'peek'], 'window', {
      note: 'it runs in the turn: pure, no clock (`turn.at` instead)',
    }),
    works('`stateIn`', crossing, ['walk', 'halt', 'walk'], { cars: 'stop', people: 'walk' }),
    works('self-transitions, transitions inside, `reenter`, without target', room, ['self', 'inner', 'nod', 'outer'], {
      in: 'standing',
    }),
    works('forbidden transitions (`on: { shout: {} }`)', room, ['shout', 'inner', 'shout'], { in: 'sitting' }),
    works('partial wildcards (`mouse.*`)', wild, ['mouse.up', 'mouse.down.left', 'mouse.down'], 'c'),
    refuses('the wildcard `*`', anything, ['go'], 'name the events, or a prefix (`mouse.*`)'),
    works('`always`, also several in a row', grade, ['add', 'add', 'add'], 'best'),
    refuses(
      '`always` in a circle without end',
      circle,
      ['go'],
      'in XState it ends the actor, or never ends; `options.maxIterations` is 1,000 here unless the chart says less',
    ),
    works('`after`, delays by name, also computed', light, [wait, wait, waitFor(1000)], 'red'),
    works('a timer whose state is left never fires', light, [wait, 'stop', waitFor(1000)], 'off'),
    works('`raise` with a delay', snooze, [waitFor(49), waitFor(1)], 'awake'),
    refuses(
      '`after: { 1000: … }`, a delay in place',
      inPlace,
      [],
      'name it in `setup({ delays })`: an edited number would orphan the timers that wait',
    ),
    refuses('a delay that is not finite', forever, [], 'leave the transition out'),
    refuses(
      'regions that leave for states that exclude each other',
      torn,
      ['go'],
      'XState 5.33 leaves its chart there; the turn fails and the actor stands as before',
    ),
  ],
};
