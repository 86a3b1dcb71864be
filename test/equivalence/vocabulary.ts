// The words that drawn machines are made of: actions, guards, delays and work by name, as a machine's author would write them.
// Whatever may start a chain within a turn burns fuel, so that no drawn machine runs for ever.
import {
  and,
  assign,
  cancel,
  emit,
  enqueueActions,
  log,
  not,
  or,
  raise,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  StateMachine,
  stopChild,
} from 'xstate';
import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { z } from 'zod';
import { command, durable } from '../../src/runtime/authoring.ts';
import type { Build, Case } from './actor-script.ts';

export const DrawnContext = z.object({
  n: z.number(),
  fuel: z.number(),
  trail: z.array(z.string()),
  last: z.unknown(),
});
type DrawnContext = z.infer<typeof DrawnContext>;

const FUEL = 8;
/** A chart that runs in circles within a step is an error in both; here it is one soon. */
const MICROSTEPS_MAX = 200;
const TRAIL_MAX = 8;

export const ACTIONS = [
  'count',
  'double',
  'trail',
  'take',
  'note',
  'burn',
  'tell',
  'several',
  'raiseR',
  'raiseQ',
  'sendSelf',
  'sendPeer',
  'log',
  'soon',
  'atOnce',
  'restartLater',
  'cancelLater',
  'restartSide',
  'stopSide',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** What one drawn action stands for in the chart. */
export const SPELLED: Partial<Record<ActionName, string[]>> = {
  restartLater: ['cancelLater', 'later'],
  restartSide: ['stopSide', 'startSide'],
};

export const GUARDS = ['isEven', 'isOdd', 'isBig', 'isSmallOrOdd', 'hasFuel'] as const;
/** Guards of eventless transitions, which burn fuel. */
export const FUELLED = ['hasFuel', 'fuelAndEven', 'fuelAndBig'] as const;
export const DELAYS = ['tick', 'short', 'long', 'byCount'] as const;
/** Events from outside, and those that machines send themselves. */
export const OUTSIDE = ['A', 'B', 'C', 'D'] as const;
export const INSIDE = ['R', 'Q', 'S', 'later', 'soon'] as const;

/** A drawn chart: plain data, in XState's own form but for what `live` puts in. */
export type Drawn = Readonly<Record<string, unknown>>;

/** The chart with its words, for the one or the other actor. */
function buildOf(drawn: Drawn): Build {
  const config = configOf(drawn);
  return ({ peer }) => {
    const words = setup({
      types: { context: {} as DrawnContext, events: {} as AnyEventObject },
      actors: { work: durable<{ n: number; tag: string }, unknown>('work') },
      actions: {
        note: command<{ text: string }>('note'),
        count: assign(({ context, event }) => ({
          n: context.n + (typeof event['by'] === 'number' ? event['by'] : 1),
          fuel: OUTSIDE.some((type) => type === event.type) ? Math.min(FUEL, context.fuel + 3) : context.fuel,
        })),
        double: assign({ n: ({ context }) => (context.n * 2) % 97 }),
        burn: assign({ fuel: ({ context }) => context.fuel - 1 }),
        trail: assign({ trail: ({ context, event }) => [...context.trail, event.type].slice(-TRAIL_MAX) }),
        take: assign({ last: ({ event }) => event['output'] ?? event['error'] ?? null }),
        tell: emit(({ context }) => ({ type: 'told', n: context.n })),
        log: log(({ context }) => context.n),
        later: raise({ type: 'later' }, { delay: 'long', id: 'later' }),
        cancelLater: cancel('later'),
        startSide: spawnChild('work', { id: 'side', input: ({ context }) => ({ n: context.n, tag: 'side' }) }),
        stopSide: stopChild('side'),
        sendPeer: sendTo(peer, ({ context }) => ({ type: 'greeted', n: context.n })),
        several: enqueueActions(({ context, enqueue }) => {
          enqueue({ type: 'note', params: { text: `several ${context.n}` } });
          if (context.n % 2 === 0) enqueue.assign({ n: context.n + 3 });
          else enqueue({ type: 'tell' });
          enqueue({ type: 'note', params: { text: `then ${context.n}` } });
        }),
        raiseR: enqueueActions(({ context, enqueue }) => {
          if (context.fuel <= 0) return;
          enqueue.assign({ fuel: context.fuel - 1 });
          enqueue.raise({ type: 'R', by: 2 });
        }),
        raiseQ: enqueueActions(({ context, enqueue }) => {
          if (context.fuel <= 0) return;
          enqueue.assign({ fuel: context.fuel - 1 });
          enqueue.raise({ type: 'Q' });
          enqueue.raise({ type: 'R' });
        }),
        soon: enqueueActions(({ context, enqueue }) => {
          if (context.fuel <= 0) return;
          enqueue.assign({ fuel: context.fuel - 1 });
          enqueue.raise({ type: 'soon' }, { delay: 'short' });
        }),
        atOnce: enqueueActions(({ context, enqueue }) => {
          if (context.fuel <= 0) return;
          enqueue.assign({ fuel: context.fuel - 1 });
          enqueue.raise({ type: 'soon' }, { delay: 'none' });
        }),
        sendSelf: enqueueActions(({ context, self, enqueue }) => {
          if (context.fuel <= 0) return;
          enqueue.assign({ fuel: context.fuel - 1 });
          enqueue.sendTo(self, { type: 'S', by: 5 });
        }),
      },
      guards: {
        isEven: ({ context }) => context.n % 2 === 0,
        isOdd: not('isEven'),
        isBig: ({ context }) => context.n > 10,
        isSmallOrOdd: or([not('isBig'), 'isOdd']),
        hasFuel: ({ context }) => context.fuel > 0,
        fuelAndEven: and(['hasFuel', 'isEven']),
        fuelAndBig: and(['hasFuel', 'isBig']),
      },
      delays: { tick: 10, short: 50, long: 500, byCount: ({ context }) => 5 + (context.n % 5) * 20, none: 0 },
    });
    const { implementations }: AnyStateMachine = words.createMachine({
      context: { n: 0, fuel: 0, trail: [], last: null },
    });
    return new StateMachine(config, implementations);
  };
}

export function caseOf(drawn: Drawn): Case {
  return { build: buildOf(drawn), context: DrawnContext };
}

const Config = z.custom<AnyStateMachine['config']>((value) => typeof value === 'object' && value !== null);

// Drawn as data, a chart cannot be checked against its words by the compiler; `checkMachine` does it at run time.
function configOf(drawn: Drawn): AnyStateMachine['config'] {
  const whole: unknown = JSON.parse(JSON.stringify(drawn), (key, value: unknown) => live(key, value));
  const context: DrawnContext = { n: 0, fuel: FUEL, trail: [], last: null };
  return Config.parse({ ...Config.parse(whole), context, options: { maxIterations: MICROSTEPS_MAX } });
}

// What JSON cannot say: who asks for a state, what is given to work, what a final state leaves.
function live(key: string, value: unknown): unknown {
  if (key === 'guard' && typeof value === 'string' && value.startsWith('in:')) return stateIn(`#${value.slice(3)}`);
  if (key === 'input') return ({ context }: { context: DrawnContext }) => ({ n: context.n, tag: value });
  if (key === 'output') return ({ context }: { context: DrawnContext }) => ({ n: context.n, from: value });
  return value;
}
