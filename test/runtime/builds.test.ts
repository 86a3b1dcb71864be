// One database, builds of different age; and what a journal tells of the past.
import { assign, setup } from 'xstate';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createArchive } from '../../src/runtime/archive.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { misfit, replay } from '../../src/runtime/replay.ts';
import type { StoredSnapshot } from '../../src/runtime/snapshot.ts';
import { useDatabase } from '../harness/database.ts';
import { empty, prepare, soon, startRuntime, stored, to, vault } from './kit.ts';
import { parcel, parcelMachine } from './parcel.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

/** The lamp of version 1 counts `clicks`; of version 2 it calls them `presses`. */
const lamp1: DurableMachine = {
  machine: setup({
    actions: { count: assign({ clicks: ({ context }) => Number(context['clicks']) + 1 }) },
  }).createMachine({
    id: 'lamp',
    context: { clicks: 0 },
    initial: 'off',
    states: {
      off: { on: { click: { target: 'on', actions: 'count' } } },
      on: { on: { click: { target: 'off', actions: 'count' } } },
    },
  }),
  version: 1,
  context: z.object({ clicks: z.number() }),
  bornBy: 'event',
};
const lamp2: DurableMachine = {
  machine: setup({
    actions: { count: assign({ presses: ({ context }) => Number(context['presses']) + 1 }) },
  }).createMachine({
    id: 'lamp',
    context: { presses: 0 },
    initial: 'off',
    states: {
      off: { on: { click: { target: 'lit', actions: 'count' } } },
      lit: { on: { click: { target: 'off', actions: 'count' } } },
    },
  }),
  version: 2,
  context: z.object({ presses: z.number() }),
  bornBy: 'event',
  migrations: {
    1: ({ value, context: { clicks }, ...rest }: StoredSnapshot) => ({
      ...rest,
      value: value === 'on' ? 'lit' : value,
      context: { presses: clicks },
    }),
  },
};
const lamp = { storeId: 1, machine: 'lamp', id: 'desk' };
const archiveOf = (...machines: DurableMachine[]) =>
  createArchive({ pool: database.pool, vault, machines: new Map(machines.map((one) => [one.machine.id, one])) });

describe('G12 a new build cannot strand an actor', () => {
  test('an older actor is migrated by its next turn, and its past stays as it was', async () => {
    const old = startRuntime(database.url, { machines: [lamp1], work: false });
    const { actorKey } = await old.runtime.send(lamp, { type: 'click' });
    await startRuntime(database.url, { machines: [lamp2], work: false }).runtime.send(lamp, { type: 'click' });
    expect(await stored(database.pool, actorKey)).toEqual({
      seq: 3,
      status: 'active',
      value: 'off',
      context: { presses: 2 },
    });
    const archive = archiveOf(lamp2);
    const past = await Promise.all([1, 2, 3].map((seq) => archive.snapshotAt(1, actorKey ?? '', seq)));
    expect(past.map((snapshot) => [snapshot?.value, snapshot?.context])).toEqual([
      ['off', { clicks: 0 }],
      ['on', { clicks: 1 }],
      ['off', { presses: 2 }],
    ]);
  });

  test('an old process leaves a newer actor alone and parks what comes; a new one takes it in, in order', async () => {
    const young = startRuntime(database.url, { machines: [lamp2], work: false });
    const { actorKey } = await young.runtime.send(lamp, { type: 'click' });
    const old = startRuntime(database.url, { machines: [lamp1], work: false });
    const answers = [];
    for (const type of ['click', 'click', 'tap']) answers.push(await old.runtime.send(lamp, { type }));
    expect(answers.map(({ settled }) => settled)).toEqual(['parked', 'parked', 'parked']);
    expect(await stored(database.pool, actorKey)).toMatchObject({ seq: 2, context: { presses: 1 } });
    young.runtime.wake(1, actorKey ?? '');
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ seq: 5, value: 'lit', context: { presses: 3 } }),
      soon,
    );
    const turns = await archiveOf(lamp2).history(1, actorKey ?? '', 2, 10);
    expect(turns.map(({ type, handled }) => [type, handled])).toEqual([
      ['click', true],
      ['click', true],
      ['tap', false],
    ]);
  });

  test('an old process does not touch a newer actor that it could read', async () => {
    const same = { ...lamp1, version: 2, migrations: { 1: (stored: StoredSnapshot) => stored } };
    const { actorKey } = await startRuntime(database.url, { machines: [same], work: false }).runtime.send(lamp, {
      type: 'click',
    });
    const old = startRuntime(database.url, { machines: [lamp1], work: false });
    expect(await old.runtime.send(lamp, { type: 'click' })).toMatchObject({ settled: 'parked' });
    expect((await database.pool.query('SELECT seq, version FROM actors WHERE key = $1', [actorKey])).rows).toEqual([
      { seq: '2', version: 2 },
    ]);
  });

  test('an actor that this build cannot read is named, kept as it is, and goes on under a build that can', async () => {
    const old = startRuntime(database.url, { machines: [lamp1], work: false });
    const { actorKey } = await old.runtime.send(lamp, { type: 'click' });
    const careless = startRuntime(database.url, { machines: [{ ...lamp2, version: 1, migrations: {} }], work: false });
    expect(await careless.runtime.send(lamp, { type: 'click' })).toMatchObject({ settled: 'parked' });
    const { rows } = await database.pool.query('SELECT status, trouble FROM actors');
    expect(rows).toEqual([{ status: 'aside', trouble: 'machine "lamp": stored context breaks its schema at presses' }]);
    old.runtime.wake(1, actorKey ?? '');
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ seq: 3, status: 'active', value: 'off' }),
      soon,
    );
  });

  test('misfits are found before they serve', async () => {
    const { runtime } = startRuntime(database.url, { machines: [lamp1], work: false });
    const { actorKey } = await runtime.send(lamp, { type: 'click' });
    const shown = await archiveOf(lamp1).show(1, actorKey ?? '');
    expect([misfit(lamp1, shown?.snapshot, 1), misfit(lamp2, shown?.snapshot, 1)]).toEqual([null, null]);
    expect(misfit(lamp1, shown?.snapshot, 2)).toMatch(/^version 2 is newer than 1/);
    expect(misfit({ ...lamp2, version: 1 }, shown?.snapshot, 1)).toBe(
      'machine "lamp": stored context breaks its schema at presses',
    );
  });

  test('replay names the first turn that this build would take differently', async () => {
    const { runtime } = startRuntime(database.url, { machines: [lamp1], work: false });
    const { actorKey } = await runtime.send(lamp, { type: 'click' });
    await runtime.send(lamp, { type: 'click' });
    const turns = await archiveOf(lamp1).history(1, actorKey ?? '', 0, 100);
    const none = new Map<string, string | null>();
    expect(replay(lamp1, actorKey ?? '', turns, none).divergence).toBeNull();
    expect(replay(lamp2, actorKey ?? '', turns, none).divergence).toEqual({
      seq: 2,
      type: 'click',
      was: { value: 'on', commands: [] },
      is: { value: 'lit', commands: [] },
      trouble: null,
    });
  });

  test('replay sees a command that this build would not ask for, or would besides', () => {
    const turn = { seq: 1, at: new Date(0), version: 1, handled: true, source: 'test', correlationId: 'c' };
    const born = { ...turn, type: 'xstate.init', event: { type: 'xstate.init' }, value: 'off' };
    const divergence = (commands: string[]) =>
      replay(lamp1, 'key', [{ ...born, commands }], new Map([['keep', 'follow']])).divergence;
    expect(divergence([])).toBeNull();
    expect(divergence(['follow'])).toBeNull();
    expect(divergence(['ring'])).toMatchObject({ was: { commands: ['ring'] }, is: { commands: [] } });
  });
});

test('the past is what was seen when it was the present, for any events', async () => {
  const { runtime } = startRuntime(database.url, { machines: [parcel] });
  const archive = archiveOf(parcel);
  const event = fc.oneof(
    fc.record({
      type: fc.constant('parcel.note'),
      text: fc.string({ maxLength: 5, unit: 'binary-ascii' }).map((text) => text.replaceAll('\u0000', '')),
    }),
    fc.record({ type: fc.constantFrom('parcel.weigh', 'parcel.sort'), grams: fc.nat(9) }),
    fc.record({ type: fc.constantFrom('parcel.left', 'parcel.wait', 'parcel.waitLong', 'parcel.unheard') }),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), fc.boolean(), async (events, closes) => {
      const address = to(`past${(run += 1)}`);
      const seen = new Map<number, unknown>();
      let key = '';
      for (const one of closes ? [...events, { type: 'parcel.close' }] : events) {
        key = (await runtime.send(address, one)).actorKey ?? '';
        const now = await archive.show(1, key);
        if (now) seen.set(now.seq, now.snapshot);
      }
      for (const [seq, snapshot] of seen) expect(await archive.snapshotAt(1, key, seq)).toStrictEqual(snapshot);
      const turns = await archive.history(1, key, 0, 100);
      const { divergence, end } = replay(parcel, key, turns, runtime.knowledge.transactional);
      expect(divergence).toBeNull();
      expect(end).toEqual(await archive.snapshotAt(1, key, turns.at(-1)?.seq ?? 0));
    }),
    { numRuns: 15 },
  );
  expect(parcelMachine.id).toBe('parcel');
}, 120_000);
