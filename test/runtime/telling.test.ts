// What invoked work tells its actor before it is done: worth as much as its result would be at that moment.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunContext } from '../../src/runtime/define-actor.ts';
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

const note = (text: string) => ({ type: 'parcel.note', text });
const heard = async (key: string | null) => (await stored(database.pool, key)).context['heard'];

/** Work that runs until the test has talked with it, and each of its attempts. */
async function atWork(id: string) {
  const { runtime, scale } = startRuntime(database.url);
  const attempts: RunContext[] = [];
  const done = gate<{ grams: number }>();
  scale.weigh = (_input, context) => {
    attempts.push(context);
    return done.opened;
  };
  const { actorKey } = await runtime.send(to(id), { type: 'parcel.weigh', grams: 1 });
  await vi.waitFor(() => expect(attempts).toHaveLength(1), soon);
  const attempt = (n: number) => {
    const context = attempts[n - 1];
    if (!context) throw new Error(`there was no attempt ${n}`);
    return context;
  };
  return { runtime, scale, key: actorKey, attempt, done };
}

describe('G5 what work tells before it is done', () => {
  test('enters while its state stands, in order, and before its result', async () => {
    const { key, attempt, done } = await atWork('plain');
    expect(await attempt(1).tell(note('half'))).toBe('stepped');
    expect(await attempt(1).tell(note('nearly'))).toBe('stepped');
    expect(await stored(database.pool, key)).toMatchObject({
      value: 'weighing',
      context: { heard: ['half', 'nearly'] },
    });
    done.open({ grams: 1 });
    await vi.waitFor(async () => expect(await journal(database.pool, key)).toHaveLength(5), soon);
    expect((await journal(database.pool, key)).slice(2)).toEqual([
      '3 parcel.note',
      '4 parcel.note',
      '5 xstate.done.actor.scale',
    ]);
  });

  test('is dropped once the state was left', async () => {
    const { runtime, key, attempt } = await atWork('left');
    await runtime.send(to('left'), { type: 'parcel.left' });
    expect(await attempt(1).tell(note('too late'))).toBe('dropped');
    expect(await heard(key)).toEqual([]);
  });

  test('is dropped when the state is left in the same commit, right before it', async () => {
    const { runtime, key, attempt } = await atWork('same');
    const held = await holdUpCommits(database.pool);
    const byKey = { storeId: 1, key: key ?? '' }; // by its key an event is in the lane at once
    const first = runtime.send(byKey, note('first'));
    await held.untilHeldUp();
    const left = runtime.send(byKey, { type: 'parcel.left' });
    const told = attempt(1).tell(note('too late'));
    await held.letGo();
    await Promise.all([first, left]);
    expect(await told).toBe('dropped');
    expect(await heard(key)).toEqual(['first']);
  });

  test('is dropped after the result', async () => {
    const { key, attempt, done } = await atWork('done');
    done.open({ grams: 1 });
    await vi.waitFor(async () => expect((await commands(database.pool, key))[0]).toBe('invoke weigh done'), soon);
    expect(await attempt(1).tell(note('too late'))).toBe('dropped');
    expect(await heard(key)).toEqual([]);
  });

  test('is dropped when an action tells it, for which no state waits', async () => {
    const { runtime, scale } = startRuntime(database.url);
    scale.weigh = () => Promise.resolve({ grams: 1 });
    const { actorKey } = await runtime.send(to('action'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(scale.prints).toEqual(['weighed']), soon);
    expect([await heard(actorKey), scale.told]).toEqual([[], ['dropped']]);
  });

  test('comes from the attempt under way alone, and what the lost one said in vain can be said by the other', async () => {
    const { scale, key, attempt } = await atWork('lease');
    await outlivesItsLease(database.pool, key, scale);
    expect(await attempt(1).tell(note('from the dead'))).toBe('dropped');
    expect(await attempt(2).tell(note('from the living'))).toBe('stepped');
    expect(await heard(key)).toEqual(['from the living']);
  });

  test('changes the actor once when a later attempt tells it again', async () => {
    const { scale, key, attempt } = await atWork('again');
    expect(await attempt(1).tell(note('half'))).toBe('stepped');
    await outlivesItsLease(database.pool, key, scale);
    expect(await attempt(2).tell(note('half'))).toBe('duplicate');
    expect(await attempt(2).tell(note('more'))).toBe('stepped');
    expect(await heard(key)).toEqual(['half', 'more']);
  });

  test('is set aside where it cannot be stepped, and the work goes on', async () => {
    const { key, attempt, done } = await atWork('poison');
    expect(await attempt(1).tell({ type: 'parcel.poison' })).toBe('aside');
    done.open({ grams: 2 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, key)).toMatchObject({ value: 'idle', context: { weighed: [2] } }),
      soon,
    );
  });
});

describe('G14 nobody outside can forge the inside', () => {
  test('work cannot tell an event of the runtime', async () => {
    const { key, attempt } = await atWork('forged');
    const forged = { type: 'xstate.done.actor.scale', output: { grams: 99 } };
    await expect(async () => attempt(1).tell(forged)).rejects.toMatchObject({ code: 'forbidden_event' });
    expect(await stored(database.pool, key)).toMatchObject({ value: 'weighing', context: { weighed: [] } });
  });
});
