// What goes wrong for one actor of a batch, or for one event of an actor: the others and what stands already are unharmed.
import { randomUUID } from 'node:crypto';
import { assign, sendTo, setup } from 'xstate';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { actor, actorByKey, command, durable } from '../../src/runtime/authoring.ts';
import type { StartParams } from '../../src/runtime/authoring.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { useDatabase } from '../harness/database.ts';
import {
  commands,
  empty,
  gate,
  holdUpCommits,
  journal,
  newScale,
  Permanent,
  prepare,
  soon,
  startDurable,
  stored,
  weighing,
} from './kit.ts';

const Context = z.object({ heard: z.number() });
type Event =
  | { type: 'tell'; to: string }
  | { type: 'hear' }
  | { type: 'explode' }
  | { type: 'weigh' }
  | { type: 'drop' }
  | { type: 'leave' }
  | { type: 'bequeath'; id: string };

const building = setup({
  types: { context: {} as z.infer<typeof Context>, events: {} as Event, input: {} as { bad?: boolean } | undefined },
  actors: { weigh: durable<{ grams: number }, { grams: number }>('weigh') },
  actions: {
    hear: assign({ heard: ({ context }) => context.heard + 1 }),
    start: command<StartParams>('start'),
    explode: assign(() => {
      throw new Error('poison');
    }),
  },
});

const clumsy: DurableMachine = {
  version: 1,
  context: Context,
  bornBy: 'event',
  machine: building.createMachine({
    id: 'clumsy',
    context: { heard: 0 },
    initial: 'resting',
    on: {
      tell: {
        actions: sendTo(({ event }) => (event.to === 'nobody' ? actorByKey('nobody') : actor('clumsy', event.to)), {
          type: 'hear',
        }),
      },
      hear: { actions: 'hear' },
      bequeath: {
        actions: { type: 'start', params: ({ event }) => ({ machine: 'heir', id: event.id, input: { bad: true } }) },
      },
    },
    states: {
      resting: { on: { weigh: 'weighing', drop: 'dropping' } },
      dropping: {
        invoke: { id: 'scale', src: 'weigh', input: { grams: 2 }, onDone: 'resting', onError: { actions: 'explode' } },
        on: { leave: 'resting' },
      },
      weighing: {
        invoke: { id: 'scale', src: 'weigh', input: { grams: 1 }, onDone: { actions: 'explode' }, onError: 'resting' },
        on: { leave: 'resting' },
      },
    },
  }),
};

const eager: DurableMachine = {
  version: 1,
  context: Context,
  bornBy: 'event',
  machine: building.createMachine({
    id: 'eager',
    context: { heard: 0 },
    on: { explode: { actions: 'explode' } },
    initial: 'weighing',
    states: {
      weighing: { invoke: { src: 'weigh', input: { grams: 1 }, onDone: 'weighed', onError: 'weighed' } },
      weighed: {},
    },
  }),
};

const heir: DurableMachine = {
  version: 1,
  context: Context,
  bornBy: 'start',
  machine: building.createMachine({
    id: 'heir',
    context: ({ input }) => {
      if (input?.bad) throw new Error('poison');
      return { heard: 0 };
    },
    on: { hear: { actions: 'hear' } },
  }),
};

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));
const to = (machine: string, id: string) => ({ storeId: 1, machine, id });

function start() {
  const scale = newScale();
  const machines = [clumsy, eager, heir];
  return { scale, ...startDurable(database.url, { machines, actors: weighing, services: { scale }, lanes: 1 }) };
}

/** Sends in such a way that all but the first are one batch. */
async function inOneBatch(runtime: ReturnType<typeof start>['runtime'], sends: ReadonlyArray<() => Promise<unknown>>) {
  await runtime.send(to('clumsy', 'first'), { type: 'hear' });
  const held = await holdUpCommits(database.pool);
  const filler = runtime.send(to('clumsy', 'first'), { type: 'hear' });
  await held.untilHeldUp();
  const sent: Array<Promise<unknown>> = [];
  for (const [n, send] of sends.entries()) {
    sent.push(send());
    await vi.waitFor(() => expect(runtime.gauges().waiting).toBe(n + 1), soon);
  }
  await held.letGo();
  return Promise.all([...sent, filler]);
}

describe('G4 in one batch', () => {
  test('what cannot be written is set aside alone: a message of a stranger in the same batch arrives', async () => {
    const { runtime } = start();
    const tell = (id: string, whom: string) => () =>
      runtime.send(to('clumsy', id), { type: 'tell', to: whom }, { dedupeKey: id });
    for (const id of ['good', 'bad']) await runtime.send(to('clumsy', id), { type: 'hear' });
    const [good, bad] = await inOneBatch(runtime, [tell('good', 'friend'), tell('bad', 'nobody')]);
    expect([good, bad]).toMatchObject([{ settled: 'stepped' }, { settled: 'aside' }]);
    const heard = async () => {
      const friend = await runtime.find(to('clumsy', 'friend'));
      return friend ? (await stored(database.pool, friend)).context : null;
    };
    await vi.waitFor(async () => expect(await heard()).toEqual({ heard: 1 }), soon);
  });

  test('work whose result could not be taken in, and whose state is left right after, is undone', async () => {
    const { runtime, scale } = start();
    const result = gate<{ grams: number }>();
    scale.weigh = () => result.opened;
    const { actorKey } = await runtime.send(to('clumsy', 'a'), { type: 'weigh' });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    const tells = () => Promise.resolve(result.open({ grams: 1 }));
    await inOneBatch(runtime, [tells, () => runtime.send(to('clumsy', 'a'), { type: 'leave' })]);
    await vi.waitFor(
      async () =>
        expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh cancelled', 'undo weigh done']),
      soon,
    );
    expect(scale.undone).toHaveLength(1);
  });
});

describe('G4 an actor', () => {
  test('that cannot take in that its work failed has it undone once the state is left, and not before', async () => {
    const { runtime, scale } = start();
    scale.weigh = () => Promise.reject(new Permanent('rejected'));
    const { actorKey } = await runtime.send(to('clumsy', 'a'), { type: 'drop' });
    const isNow = (all: string[]) =>
      vi.waitFor(async () => expect(await commands(database.pool, actorKey)).toEqual(all), soon);
    await isNow(['invoke weigh held']);
    await runtime.send(to('clumsy', 'a'), { type: 'leave' });
    await isNow(['invoke weigh cancelled', 'undo weigh done']);
    expect(scale.undone).toHaveLength(1);
  });

  test('whose first event cannot be stepped is born all the same, and what its birth asks for is done', async () => {
    const { runtime } = start();
    const { actorKey, settled } = await runtime.send(to('eager', 'a'), { type: 'explode' });
    expect(settled).toBe('aside');
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'weighed' }),
      soon,
    );
    expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh done']);
    expect(await journal(database.pool, actorKey)).toEqual(['1 xstate.init', '2 xstate.done.actor.0.eager.weighing']);
  });

  test('that is not born yet leaves in its inbox what waits for its birth, as it stands there', async () => {
    const { runtime } = start();
    const id = randomUUID();
    await runtime.send(to('clumsy', 'a'), { type: 'bequeath', id });
    const waiting = async () =>
      (
        await database.pool.query<{ position: string }>(
          `SELECT position FROM inbox WHERE state = 'waiting' ORDER BY position`,
        )
      ).rows;
    await vi.waitFor(async () => expect(await runtime.find(to('heir', id))).not.toBeNull(), soon);
    await vi.waitFor(async () => expect(await waiting()).toEqual([]), soon); // its init was set aside
    expect(await runtime.send(to('heir', id), { type: 'hear' })).toMatchObject({ settled: 'parked' });
    const before = await waiting();
    runtime.wake(1, (await runtime.find(to('heir', id))) ?? '');
    await runtime.send(to('heir', id), { type: 'hear' });
    expect((await waiting()).slice(0, 1)).toEqual(before);
  });
});
