// Poison and standstill: what cannot be stepped or written is kept for a person and holds up nobody.
import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAsides } from '../../src/runtime/asides.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { commands, empty, holdUpCommits, journal, prepare, soon, startRuntime, stored, to, vault } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));
const asides = () => createAsides({ pool: database.pool, vault, now: Date.now, wake: () => undefined });

/** Lets everything sent by `send` enter one batch. */
async function inOneBatch<T>(
  runtime: ReturnType<typeof startRuntime>['runtime'],
  send: () => Array<Promise<T>>,
): Promise<T[]> {
  const commits = await holdUpCommits(database.pool);
  const first = runtime.send(to('first'), { type: 'parcel.note' });
  await commits.untilHeldUp();
  const sent = send();
  await vi.waitFor(() => expect(runtime.gauges().waiting).toBe(sent.length), soon);
  await commits.letGo();
  await first;
  return Promise.all(sent);
}

describe('G11 what is poisonous is set aside, visible and retryable, and holds up nobody', () => {
  test('an event on which the machine throws is set aside; the actor and its neighbours go on', async () => {
    const { runtime } = startRuntime(database.url, { work: false, lanes: 1 });
    await Promise.all(['a', 'b'].map((id) => runtime.send(to(id), { type: 'parcel.note' })));
    const answers = await inOneBatch(runtime, () => [
      runtime.send(to('a'), { type: 'parcel.note' }),
      runtime.send(to('a'), { type: 'parcel.poison' }),
      runtime.send(to('a'), { type: 'parcel.note' }),
      runtime.send(to('b'), { type: 'parcel.note' }),
    ]);
    expect(answers.map(({ settled }) => settled)).toEqual(['stepped', 'aside', 'stepped', 'stepped']);
    expect(await journal(database.pool, answers[0]?.actorKey ?? null)).toEqual([
      '1 xstate.init',
      '2 parcel.note',
      '3 parcel.note',
      '4 parcel.note',
    ]);
    expect(await asides().list({ storeId: 1, limit: 10 })).toMatchObject([
      {
        actorKey: answers[0]?.actorKey,
        type: 'parcel.poison',
        trouble: 'machine "parcel" threw on "parcel.poison" in "idle"',
      },
    ]);
  });

  test.each([
    ['a NUL', { type: 'parcel.note', text: 'nul \u0000' }, 'database refused the rows: 22021'],
    ['params that the schema refuses', { type: 'parcel.misnote' }, 'ZodError'],
  ])(
    'an event whose rows cannot be written for %s is set aside, and its neighbours in the batch commit',
    async (_what, event, trouble) => {
      const { runtime } = startRuntime(database.url, { work: false, lanes: 1 });
      await Promise.all(['a', 'b'].map((id) => runtime.send(to(id), { type: 'parcel.note' })));
      const [before, culprit, after] = await inOneBatch(runtime, () => [
        runtime.send(to('a'), { type: 'parcel.note', text: 'before' }),
        runtime.send(to('a'), event, { dedupeKey: 'culprit' }),
        runtime.send(to('b'), { type: 'parcel.note', text: 'after' }),
      ]);
      expect([before?.settled, culprit?.settled, after?.settled]).toEqual(['stepped', 'aside', 'stepped']);
      expect(await asides().list({ storeId: 1, limit: 10 })).toMatchObject([{ type: event.type, trouble }]);
      expect(await runtime.send(to('a'), event, { dedupeKey: 'culprit' })).toMatchObject({ settled: 'duplicate' });
      expect(await asides().list({ storeId: 1, limit: 10 })).toHaveLength(1);
    },
  );

  test('a dedupe key that Postgres cannot hold fails its sender alone', async () => {
    const { runtime } = startRuntime(database.url, { work: false, lanes: 1 });
    await runtime.send(to('a'), { type: 'parcel.note' });
    const commits = await holdUpCommits(database.pool);
    const first = runtime.send(to('first'), { type: 'parcel.note' });
    await commits.untilHeldUp();
    const bad = runtime.send(to('a'), { type: 'parcel.note' }, { dedupeKey: 'nul \u0000' });
    const good = runtime.send(to('a'), { type: 'parcel.note' }, { dedupeKey: 'fine' });
    const settled = Promise.allSettled([bad, good, first]);
    await vi.waitFor(() => expect(runtime.gauges().waiting).toBe(2), soon);
    await commits.letGo();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  test('a poisonous message of another actor is set aside, and those behind it arrive in order', async () => {
    const { runtime } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('b'), { type: 'parcel.note', text: '0' });
    for (const text of ['1', 'nul \u0000', '2', '3'])
      await runtime.send(to('a'), { type: 'parcel.greet', id: 'b', text });
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ context: { heard: ['0', '1', '2', '3'] } }),
      soon,
    );
    expect(await asides().list({ storeId: 1, limit: 10 })).toMatchObject([
      { actorKey, type: 'parcel.note', trouble: 'database refused the rows: 22021' },
    ]);
    expect((await database.pool.query(`SELECT 1 FROM inbox WHERE state = 'waiting'`)).rows).toEqual([]);
  });

  test('a result whose turn cannot be written is set aside once, and its command is not run again', async () => {
    await database.pool.query(`ALTER TABLE events ADD CONSTRAINT no_result CHECK (type <> 'xstate.done.actor.scale')`);
    const { runtime, scale } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('a'), { type: 'parcel.weigh', grams: 3 });
    await vi.waitFor(
      async () => expect(await asides().list({ storeId: 1, limit: 10 })).toMatchObject([{ type: 'xstate.done.actor' }]),
      soon,
    );
    expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh held']);
    await database.pool.query('ALTER TABLE events DROP CONSTRAINT no_result');
    const [aside] = await asides().list({ storeId: 1, limit: 10 });
    expect(
      await createAsides({ pool: database.pool, vault, now: Date.now, wake: runtime.wake }).retry(
        1,
        aside?.position ?? 0,
      ),
    ).toBe('done');
    await vi.waitFor(
      async () =>
        expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { weighed: [3] } }),
      soon,
    );
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh done', 'action print done']),
      soon,
    );
    expect(scale.runs).toHaveLength(1);
  });

  test('a timer whose turn cannot be written is set aside once and fires no more', async () => {
    await database.pool.query(`ALTER TABLE events ADD CONSTRAINT no_timer CHECK (type NOT LIKE 'xstate.after.%')`);
    const { runtime } = startRuntime(database.url);
    const { actorKey } = await runtime.send(to('a'), { type: 'parcel.wait' });
    await vi.waitFor(async () => expect(await asides().list({ storeId: 1, limit: 10 })).toHaveLength(1), soon);
    expect(
      (await database.pool.query('SELECT 1 FROM timers WHERE held_until < now() + $1::interval', ['100 years'])).rows,
    ).toEqual([]);
    await database.pool.query('ALTER TABLE events DROP CONSTRAINT no_timer');
    const [aside] = await asides().list({ storeId: 1, limit: 10 });
    await createAsides({ pool: database.pool, vault, now: Date.now, wake: runtime.wake }).retry(
      1,
      aside?.position ?? 0,
    );
    await vi.waitFor(async () => expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle' }), soon);
  });

  test('what was set aside can be tried again, or dismissed, once', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('a'), { type: 'parcel.note' });
    await runtime.send(to('a'), { type: 'parcel.poison' });
    const [aside] = await asides().list({ storeId: 1, actorKey: actorKey ?? '', limit: 10 });
    const desk = createAsides({ pool: database.pool, vault, now: Date.now, wake: runtime.wake });
    expect(await desk.retry(1, aside?.position ?? 0)).toBe('done');
    const isBack = ([row]: Array<{ position: number }>) => row !== undefined && row.position !== aside?.position;
    await vi.waitFor(async () => expect(isBack(await asides().list({ storeId: 1, limit: 10 }))).toBe(true), soon);
    const [again] = await asides().list({ storeId: 1, limit: 10 });
    expect(await desk.dismiss(1, again?.position ?? 0)).toBe('done');
    expect([
      await desk.dismiss(1, again?.position ?? 0),
      await desk.retry(1, 0),
      await asides().list({ storeId: 1, limit: 10 }),
    ]).toEqual(['unknown', 'unknown', []]);
  });

  test('a frozen process that holds an actor’s row holds up nobody else of the batch', async () => {
    const { runtime } = startRuntime(database.url, { work: false, lanes: 1 });
    const frozen = await runtime.send(to('frozen'), { type: 'parcel.note' });
    await runtime.send(to('free'), { type: 'parcel.note' });
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM actors WHERE key = $1 FOR NO KEY UPDATE', [frozen.actorKey]);
    const stuck = runtime.send(to('frozen'), { type: 'parcel.note' });
    for (let n = 0; n < 5; n++)
      expect(await runtime.send(to('free'), { type: 'parcel.note' })).toMatchObject({ settled: 'stepped' });
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await stuck).toMatchObject({ settled: 'stepped' });
    expect(await stored(database.pool, frozen.actorKey)).toMatchObject({ seq: 3 });
  });

  test('a database that cannot be reached fails the sender, not the process', async () => {
    const { database: opened } = startRuntime(database.url, { work: false });
    const broken = {
      ...opened,
      connect: openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', driver: 'pg' }).connect,
    };
    const { runtime } = startRuntime(database.url, {
      opened: { ...broken, close: () => Promise.resolve() },
      work: false,
      probationMs: 0,
    });
    const { actorKey } = await startRuntime(database.url, { work: false }).runtime.send(to('a'), {
      type: 'parcel.note',
    });
    await expect(runtime.send({ storeId: 1, key: actorKey ?? '' }, { type: 'parcel.note' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('a process that freezes inside its turn loses the row within seconds', async () => {
    const { database: opened } = startRuntime(database.url, { work: false });
    const connection = await opened.connect(() => undefined);
    const { rows } = await connection.query('SHOW idle_in_transaction_session_timeout');
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '5s' }]);
    await connection.end();
  });

  test('a backlog longer than a batch is worked off without waiting for the sweeper', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('b'), { type: 'parcel.note' });
    await database.pool.query(
      `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at)
       SELECT 1, $1, 'waiting', $2, 'parcel.note', now(), now() FROM generate_series(1, 120)`,
      [
        actorKey,
        vault.sealShared(
          JSON.stringify({
            cause: { kind: 'event', event: { type: 'parcel.note' } },
            source: 'test',
            correlationId: 'c',
          }),
        ),
      ],
    );
    runtime.wake(1, actorKey ?? '');
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { notes: 121 } }),
      soon,
    );
  });
});

describe('an actor that was forgotten', () => {
  test('takes nothing in, keeps nothing, and a result that comes late leaves no trace', async () => {
    const { runtime, scale } = startRuntime(database.url);
    let weighed: (value: { grams: number }) => void = () => undefined;
    scale.weigh = () => new Promise((resolve) => (weighed = resolve));
    const { actorKey } = await runtime.send(to('gone'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await database.pool.query('UPDATE actors SET data_key = NULL, snapshot = NULL WHERE key = $1', [actorKey]);
    weighed({ grams: 9 });
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh cancelled']),
      soon,
    );
    expect(await runtime.send({ storeId: 1, key: actorKey ?? '' }, { type: 'parcel.note' })).toMatchObject({
      settled: 'missing',
    });
    const kept = await database.pool.query('SELECT result FROM commands UNION ALL SELECT payload FROM inbox');
    expect(kept.rows).toEqual([{ result: null }]);
  });
});
