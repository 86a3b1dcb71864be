// What a sender may rely on once `send` has resolved, and what a repeated event may do.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import {
  commands,
  empty,
  gate,
  holdUpCommits,
  journal,
  outlivesItsLease,
  prepare,
  soon,
  startRuntime,
  stored,
  to,
} from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

describe('G1 what is answered is committed', () => {
  test('when send resolves another connection reads the journal entry', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('read'), { type: 'parcel.note' });
    expect(await journal(database.pool, actorKey)).toEqual(['1 xstate.init', '2 parcel.note']);
  });

  test('send does not resolve while the commit is held up', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('slow'), { type: 'parcel.note' });
    const commits = await holdUpCommits(database.pool);
    const settled = vi.fn<(value: string) => void>();
    const sent = runtime.send(to('slow'), { type: 'parcel.note' }).then((answer) => settled(answer.settled));
    await commits.untilHeldUp();
    expect(settled).not.toHaveBeenCalled();
    await commits.letGo();
    await sent;
    expect(settled).toHaveBeenCalledWith('stepped');
    expect(await stored(database.pool, actorKey)).toMatchObject({ seq: 3 });
  });

  test('more than the bound is refused and leaves nothing', async () => {
    const { runtime } = startRuntime(database.url, { work: false, lanes: 1, waitingMax: 1 });
    const { actorKey } = await runtime.send(to('bound'), { type: 'parcel.note' });
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => runtime.send(to('bound'), { type: 'parcel.note' })),
    );
    const taken = answers.filter(({ status }) => status === 'fulfilled').length;
    expect(taken).toBeLessThan(20);
    expect(await stored(database.pool, actorKey)).toMatchObject({ context: { notes: taken + 1 } });
  });

  test('one who waits for each answer before the next event is always answered', async () => {
    const { runtime } = startRuntime(database.url, { work: false, probationMs: 0 });
    const { actorKey } = await runtime.send(to('patient'), { type: 'parcel.note' });
    const key = { storeId: 1, key: actorKey ?? '' };
    for (let wait = 0; wait < 30; wait++) {
      await runtime.send(key, { type: 'parcel.note' });
      for (let n = 0; n < wait; n++) await Promise.resolve(); // however many ticks after the answer
    }
    expect(await stored(database.pool, actorKey)).toMatchObject({ context: { notes: 31 } });
  });
});

describe('G2 each message, payment event and result changes an actor at most once', () => {
  test('fifty copies of one message at once are one journal entry, in two processes', async () => {
    const [one, two] = [startRuntime(database.url, { work: false }), startRuntime(database.url, { work: false })];
    const copies = Array.from({ length: 50 }, (_, n) =>
      (n % 2 ? one : two).runtime.send(to('copies'), { type: 'parcel.note' }, { dedupeKey: 'smobi:1' }),
    );
    const answers = await Promise.all(copies);
    expect(answers.filter(({ settled }) => settled === 'stepped')).toHaveLength(1);
    expect(answers.filter(({ settled }) => settled === 'duplicate')).toHaveLength(49);
    expect(await journal(database.pool, answers[0]?.actorKey ?? null)).toEqual(['1 xstate.init', '2 parcel.note']);
  });

  test('a copy that comes later is known by its key, and breaks no batch', async () => {
    const { runtime } = startRuntime(database.url, { work: false, lanes: 1 });
    const note = (id: string, dedupeKey: string) => runtime.send(to(id), { type: 'parcel.note' }, { dedupeKey });
    await Promise.all([note('b1', '1'), note('b2', '2'), note('b3', '3')]); // born, and known by key
    const sizes: number[] = [];
    runtime.news.on('batch', ({ itemsMs }) => sizes.push(itemsMs.length));
    const answers = await Promise.all([note('b1', '1'), note('b2', '4'), note('b3', '5')]);
    expect(answers.map(({ settled }) => settled)).toEqual(['duplicate', 'stepped', 'stepped']);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3);
  });

  test('the same key is another message for another actor', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const one = await runtime.send(to('k1'), { type: 'parcel.note' }, { dedupeKey: 'same' });
    const two = await runtime.send(to('k2'), { type: 'parcel.note' }, { dedupeKey: 'same' });
    expect([one.settled, two.settled]).toEqual(['stepped', 'stepped']);
  });

  test('a result that is told twice enters once', async () => {
    const { runtime, scale } = startRuntime(database.url);
    const [first, second] = [gate<{ grams: number }>(), gate<{ grams: number }>()];
    scale.weigh = (_input, { attempt }) => (attempt === 1 ? first : second).opened;
    const { actorKey } = await runtime.send(to('twice'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    // A second process believes that the lease ran out, and runs the command too.
    const other = startRuntime(database.url, { services: { scale } });
    await outlivesItsLease(database.pool, actorKey, scale);
    second.open({ grams: 5 });
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { weighed: [5] } }),
      soon,
    );
    first.open({ grams: 5 });
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh done', 'action print done']),
      soon,
    );
    // An attempt runs until its result is committed or dropped.
    await vi.waitFor(() => expect([runtime, other.runtime].map((one) => one.gauges().running)).toEqual([0, 0]), soon);
    expect(await journal(database.pool, actorKey)).toEqual([
      '1 xstate.init',
      '2 parcel.weigh',
      '3 xstate.done.actor.scale',
    ]);
  });
});

describe('G14 nobody outside can forge the inside', () => {
  test.each([
    'xstate.done.actor.scale',
    'xstate.error.actor.scale',
    'xstate.after.patience.parcel.waiting',
    'xstate.init',
    'xstate.stop',
  ])('an event named %s is refused at the door', async (type) => {
    const { runtime } = startRuntime(database.url, { work: false });
    await expect(runtime.send(to('forged'), { type })).rejects.toMatchObject({ code: 'forbidden_event' });
    expect(await runtime.find(to('forged'))).toBeNull();
  });
});
