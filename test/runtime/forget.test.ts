// Forgetting an actor: nothing of it can be read, nothing of it goes on, and its address is free for another.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createArchive } from '../../src/runtime/archive.ts';
import { forgetActor } from '../../src/runtime/forget.ts';
import type { ForgetOptions } from '../../src/runtime/forget.ts';
import { useDatabase } from '../harness/database.ts';
import { commands, empty, gate, journal, prepare, soon, startRuntime, stored, to, vault } from './kit.ts';
import type { Started } from './kit.ts';
import { parcel } from './parcel.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

const forget = (key: string | null, options: Partial<ForgetOptions> = {}) =>
  forgetActor({ pool: database.pool, vault, now: Date.now, ...options }, 1, key ?? '');
const count = async (table: string) =>
  Number((await database.pool.query(`SELECT count(*) FROM ${table}`)).rows[0]?.count);

async function born({ runtime }: Started, id: string): Promise<string> {
  const { actorKey } = await runtime.send(to(id), { type: 'parcel.note' });
  if (actorKey === null) throw new Error('a parcel is born by its first event');
  return actorKey;
}

describe('what is forgotten', () => {
  test('has no address, no snapshot and a journal that tells nothing', async () => {
    const key = await born(startRuntime(database.url, { work: false }), 'a');
    expect(await forget(key)).toEqual({ heir: null });
    const archive = createArchive({ pool: database.pool, vault, machines: new Map([['parcel', parcel]]) });
    expect(await archive.show(1, key)).toMatchObject({
      id: `parcel:${key}`,
      status: 'forgotten',
      snapshot: null,
      seq: 2,
    });
    expect((await archive.history(1, key, 0, 10)).map(({ type, event }) => [type, event])).toEqual([
      ['xstate.init', null],
      ['parcel.note', null],
    ]);
    const { rows } = await database.pool.query(
      'SELECT data_key, address_hash, address_sealed FROM actors WHERE key = $1',
      [key],
    );
    expect(rows).toEqual([{ data_key: null, address_hash: null, address_sealed: null }]);
  });

  test('has no timer left, nothing waiting and no command to run', async () => {
    const one = startRuntime(database.url, { work: false });
    const key = await born(one, 'a');
    await one.runtime.send(to('a'), { type: 'parcel.weigh', grams: 5 });
    await one.runtime.send(to('a'), { type: 'parcel.left' });
    await one.runtime.send(to('a'), { type: 'parcel.waitLong' });
    await one.runtime.send(to('a'), { type: 'parcel.poison' });
    expect([await count('timers'), await count('inbox')]).toEqual([1, 1]);
    await forget(key);
    expect([await count('timers'), await count('inbox'), await commands(database.pool, key)]).toEqual([
      0,
      0,
      ['invoke weigh cancelled'],
    ]);
  });

  test('is forgotten once', async () => {
    const key = await born(startRuntime(database.url, { work: false }), 'a');
    await forget(key);
    expect([await forget(key), await forget('0190a000-0000-7000-8000-00000000ffff')]).toEqual([null, null]);
  });

  test('stands as before when the application’s own rows cannot go with it', async () => {
    const key = await born(startRuntime(database.url, { work: false }), 'a');
    const alongside = () => Promise.reject(new Error('no'));
    await expect(forget(key, { alongside })).rejects.toThrow('no');
    expect(await stored(database.pool, key)).toMatchObject({ seq: 2, status: 'active' });
  });
});

describe('after that', () => {
  test('work that was under way is aborted, and its result goes nowhere', async () => {
    const one = startRuntime(database.url);
    const [weighing, done] = [gate<AbortSignal>(), gate()];
    one.scale.weigh = async ({ grams }, { signal }) => {
      weighing.open(signal);
      await done.opened;
      return { grams };
    };
    const { actorKey } = await one.runtime.send(to('a'), { type: 'parcel.weigh', grams: 5 });
    const signal = await weighing.opened;
    await forget(actorKey);
    await vi.waitFor(() => expect(signal.aborted).toBe(true), soon);
    done.open();
    await vi.waitFor(() => expect(one.runtime.gauges().running).toBe(0), soon);
    expect([await journal(database.pool, actorKey), await count('inbox')]).toEqual([
      ['1 xstate.init', '2 parcel.weigh'],
      0,
    ]);
  });

  test('its address gives birth to another, also in a process that remembers the old one', async () => {
    const [here, there] = [startRuntime(database.url, { work: false }), startRuntime(database.url, { work: false })];
    const key = await born(here, 'a');
    expect(await born(there, 'a')).toBe(key);
    await forget(key);
    const next = await born(there, 'a');
    expect([next === key, await born(here, 'a'), await here.runtime.find(to('a'))]).toEqual([false, next, next]);
    expect(await journal(database.pool, next)).toEqual(['1 xstate.init', '2 parcel.note', '3 parcel.note']);
  });

  test('an event for its key is lost, and so is what another actor sends it', async () => {
    const one = startRuntime(database.url, { work: false });
    const key = await born(one, 'a');
    await forget(key);
    const { settled } = await one.runtime.send({ storeId: 1, key }, { type: 'parcel.note' });
    await database.pool.query(
      `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at)
       VALUES (1, $1, 'waiting', $2, 'parcel.note', now(), now())`,
      [
        key,
        vault.sealShared(
          JSON.stringify({
            cause: { kind: 'event', event: { type: 'parcel.note' } },
            source: 'actor:parcel',
            correlationId: 'c',
          }),
        ),
      ],
    );
    one.runtime.wake(1, key);
    await vi.waitFor(async () => expect(await count('inbox')).toBe(0), soon);
    expect([settled, (await journal(database.pool, key)).length]).toEqual(['missing', 2]);
  });
});

describe('an heir', () => {
  test('holds the place by the hash alone, has heard what it is to hear, and has an address again once it is used', async () => {
    const one = startRuntime(database.url, { work: false });
    const heirs: unknown[] = [];
    const options = {
      heirHears: { type: 'parcel.note', text: 'left to you' },
      alongside: async (_: unknown, key: string | null) => void heirs.push(key),
    };
    const heir = (await forget(await born(one, 'a'), options))?.heir ?? null;
    const address = async () =>
      (await database.pool.query('SELECT address_sealed FROM actors WHERE key = $1', [heir])).rows[0]?.address_sealed;
    one.runtime.wake(1, heir ?? '');
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, heir)).toMatchObject({ seq: 2, context: { heard: ['left to you'] } }),
      soon,
    );
    expect([heirs, await address(), await count('inbox')]).toEqual([[heir], null, 0]);
    expect(await born(one, 'a')).toBe(heir);
    expect(vault.openShared(await address())).toBe('a');
  });
});
