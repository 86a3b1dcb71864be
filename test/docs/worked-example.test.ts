// A machine and an actor, from nothing to a test. In the shop they would be machines/club-night.ts and actors/find-table.ts.
import { expect, test, vi } from 'vitest';
import { assign, setup } from 'xstate';
import { z } from 'zod';
import { durable, refusalOf } from '../../src/runtime/authoring.ts';
import { actorFor } from '../../src/runtime/define-actor.ts';
import { useDatabase } from '../harness/database.ts';
import { prepare, startDurable, stopped, stored } from '../runtime/kit.ts';

const context = z.object({ table: z.number().nullable() });
const clubNight = setup({
  types: { context: {} as z.infer<typeof context>, events: {} as { type: 'reader.joined' } },
  actors: { findTable: durable<object, { table: number }>('findTable') },
  actions: { sit: assign({ table: (_, params: { table: number }) => params.table }) },
  guards: { isFull: ({ event }) => refusalOf(event) === 'full' },
}).createMachine({
  id: 'clubNight',
  context: { table: null },
  initial: 'outside',
  states: {
    outside: { on: { 'reader.joined': 'seating' } },
    seating: {
      invoke: {
        src: 'findTable',
        input: {},
        onDone: { target: 'seated', actions: { type: 'sit', params: ({ event }) => event.output } },
        onError: [{ guard: 'isFull', target: 'turnedAway' }, { target: 'outside' }],
      },
    },
    seated: {},
    turnedAway: {},
  },
});

/** Safe to run twice: a table is taken under the command's key. Refuses with `full`. */
const findTable = actorFor<{ tables: Set<string> }>()({
  input: z.object({}),
  output: z.object({ table: z.number() }),
  refusals: ['full'],
  run: async (_input, { key, tables, refuse }) =>
    tables.size === 0 || tables.has(key) ? { table: tables.add(key).size } : refuse('full'),
});

const database = useDatabase();
test('the last table goes to one reader, by whichever process is left', async () => {
  await prepare(database.pool);
  const machines = [{ machine: clubNight, version: 1, context, bornBy: 'event' as const }];
  const parts = { machines, actors: { findTable }, services: { tables: new Set<string>() } };
  const first = startDurable(database.url, { ...parts, work: false });
  const join = (id: string) => first.runtime.send({ storeId: 1, machine: 'clubNight', id }, { type: 'reader.joined' });
  const readers = [await join('ann'), await join('bob')];
  await stopped(first); // what it took in is committed
  startDurable(database.url, parts);
  await vi.waitFor(async () => {
    const all = await Promise.all(readers.map(({ actorKey }) => stored(database.pool, actorKey)));
    const standing = all.map(({ value, context }) => `${value} ${context['table']}`).sort();
    expect(standing).toEqual(['seated 1', 'turnedAway null']);
  }, 20_000);
});
