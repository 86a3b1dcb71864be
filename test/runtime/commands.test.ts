// The life of a command: run, cancelled, lost, refused, broken, taken back.
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Carrier, Ticket } from '../../src/runtime/carrier.ts';
import { createClaims } from '../../src/runtime/claims.ts';
import { isTimeUp } from '../../src/runtime/clock.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { NotYet, Refusal } from '../../src/runtime/define-actor.ts';
import { useDatabase } from '../harness/database.ts';
import {
  carrierOfBackend,
  commands,
  empty,
  gate,
  holdUpCommits,
  journal,
  Permanent,
  prepare,
  soon,
  startRuntime,
  stopped,
  stored,
  to,
  weighing,
  weighWithin,
} from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));
beforeEach(() => empty(database.pool));

describe('G5 a committed command runs, and its result enters at most once and never too late', () => {
  test('a refusal is an answer and is not tried again', async () => {
    const { runtime, scale } = startRuntime(database.url);
    scale.weigh = () => Promise.reject(new Refusal('too_heavy'));
    const { actorKey } = await runtime.send(to('refused'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { refused: 'too_heavy' } }),
      soon,
    );
    expect([scale.runs.length, await commands(database.pool, actorKey)]).toEqual([1, ['invoke weigh refused']]);
    expect(scale.undone).toEqual([]);
  });

  test('a breakdown is tried as often as the policy says, then told, and what it may have done is undone', async () => {
    const { runtime, scale } = startRuntime(database.url);
    scale.weigh = () => Promise.reject(new Error('no power'));
    const { actorKey } = await runtime.send(to('broken'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { refused: 'broken' } }),
      soon,
    );
    await vi.waitFor(
      () => expect(scale.undone).toEqual([{ commandId: scale.runs[0]?.commandId, output: undefined }]),
      soon,
    );
    expect(scale.runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh failed', 'undo weigh done']),
      soon,
    );
  });

  test('work for which it is too early comes back at its time, as often as it says so, and never fails of it', async () => {
    const { runtime, scale } = startRuntime(database.url);
    scale.weigh = () => {
      if (scale.runs.length > 4) return Promise.resolve({ grams: 1 });
      return Promise.reject(new NotYet(Date.now() + 50));
    };
    const { actorKey } = await runtime.send(to('early'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(async () => expect(await commands(database.pool, actorKey)).toContain('invoke weigh done'), soon);
    expect(scale.runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(scale.undone).toEqual([]);
  });

  test('a permanent failure is told at once', async () => {
    const { runtime, scale } = startRuntime(database.url);
    scale.weigh = () => Promise.reject(new Permanent('rejected'));
    const { actorKey } = await runtime.send(to('permanent'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { refused: 'broken' } }),
      soon,
    );
    expect(scale.runs).toHaveLength(1);
  });

  test('work that takes too long is aborted and tried again, as what broke down', async () => {
    const { runtime, scale } = startRuntime(database.url, { actors: { ...weighing, weigh: weighWithin(40) } });
    const aborted: unknown[] = [];
    scale.weigh = ({ grams }, { attempt, signal }) => {
      signal.addEventListener('abort', () => aborted.push(signal.reason));
      return attempt < 3 ? new Promise(() => undefined) : Promise.resolve({ grams });
    };
    const { actorKey } = await runtime.send(to('endless'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(async () => expect(await commands(database.pool, actorKey)).toContain('invoke weigh done'), soon);
    expect(scale.runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(aborted).toMatchObject([{ name: 'TimeoutError' }, { name: 'TimeoutError' }]);
  });

  test('a process takes no more than it may run at once; what waits begins when something ends', async () => {
    const { runtime, scale } = startRuntime(database.url, { work: false });
    runtime.startWork({ concurrency: 2 });
    const gates = [gate<{ grams: number }>(), gate<{ grams: number }>(), gate<{ grams: number }>()];
    scale.weigh = ({ grams }) => gates[grams]?.opened ?? Promise.reject(new Error('no such gate'));
    for (const n of [0, 1, 2]) {
      await runtime.send(to(`crowd-${n}`), { type: 'parcel.weigh', grams: n });
      await vi.waitFor(() => expect(runtime.gauges().running).toBe(Math.min(n + 1, 2)), soon);
    }
    const { actorKey } = await runtime.send(to('crowd-2'), { type: 'parcel.note' }); // time enough for the third to begin, if it could
    expect(scale.runs).toHaveLength(2);
    gates[1]?.open({ grams: 1 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(3), soon);
    gates[2]?.open({ grams: 2 });
    await vi.waitFor(async () => expect(await commands(database.pool, actorKey)).toContain('invoke weigh done'), soon);
    gates[0]?.open({ grams: 0 });
  });

  test('leaving the state aborts the work, in the same process at once', async () => {
    const { runtime, scale } = startRuntime(database.url);
    const aborted = gate();
    scale.weigh = (_input, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => (aborted.open(), reject(new Error('cut'))), { once: true }),
      );
    const { actorKey } = await runtime.send(to('left'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    await runtime.send(to('left'), { type: 'parcel.left' });
    await aborted.opened;
    await vi.waitFor(
      async () =>
        expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh cancelled', 'undo weigh done']),
      soon,
    );
    expect(scale.undone).toHaveLength(1);
  });

  test('leaving the state aborts the work in another process too', async () => {
    const [worker, door] = [startRuntime(database.url), startRuntime(database.url, { work: false })];
    const abortedByTime = gate<boolean>();
    worker.scale.weigh = (_input, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => (abortedByTime.open(isTimeUp(signal)), reject(new Error('cut'))), {
          once: true,
        }),
      );
    await door.runtime.send(to('afar'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(worker.scale.runs).toHaveLength(1), soon);
    await door.runtime.send(to('afar'), { type: 'parcel.left' });
    expect(await abortedByTime.opened).toBe(false);
  });

  test('a result that comes after the state was left is dropped and undone', async () => {
    const [worker, door] = [startRuntime(database.url), startRuntime(database.url, { work: false })];
    const weighed = gate<{ grams: number }>();
    worker.scale.weigh = () => weighed.opened;
    const { actorKey } = await door.runtime.send(to('late'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(worker.scale.runs).toHaveLength(1), soon);
    await door.runtime.send(to('late'), { type: 'parcel.left' });
    weighed.open({ grams: 9 });
    const [run] = worker.scale.runs;
    await vi.waitFor(
      () => expect(worker.scale.undone).toEqual([{ commandId: run?.commandId, output: { grams: 9 } }]),
      soon,
    );
    expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { weighed: [] } });
    expect(await journal(database.pool, actorKey)).toEqual(['1 xstate.init', '2 parcel.weigh', '3 parcel.left']);
  });

  test('a result that comes with the event that leaves the state, in one batch, is dropped and undone', async () => {
    const { runtime, scale } = startRuntime(database.url, { lanes: 1 });
    const weighed = gate<{ grams: number }>();
    scale.weigh = () => weighed.opened;
    const { actorKey } = await runtime.send(to('together'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(1), soon);
    const commits = await holdUpCommits(database.pool);
    const held = runtime.send(to('another'), { type: 'parcel.note' });
    await commits.untilHeldUp();
    const left = runtime.send(to('together'), { type: 'parcel.left' });
    weighed.open({ grams: 9 });
    await vi.waitFor(() => expect(runtime.gauges().waiting).toBe(2), soon);
    await commits.letGo();
    await Promise.all([held, left]);
    await vi.waitFor(
      () => expect(scale.undone).toEqual([{ commandId: scale.runs[0]?.commandId, output: { grams: 9 } }]),
      soon,
    );
    expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle', context: { weighed: [] } });
  });

  test('a command that was cancelled before a worker took it never starts', async () => {
    const door = startRuntime(database.url, { work: false });
    const { actorKey } = await door.runtime.send(to('never'), { type: 'parcel.weigh', grams: 1 });
    await door.runtime.send(to('never'), { type: 'parcel.left' });
    const worker = startRuntime(database.url);
    await door.runtime.send(to('never'), { type: 'parcel.weigh', grams: 2 });
    await vi.waitFor(
      async () =>
        expect(await commands(database.pool, actorKey)).toEqual([
          'invoke weigh cancelled',
          'invoke weigh done',
          'action print done',
        ]),
      soon,
    );
    expect(worker.scale.runs.map(({ grams }) => grams)).toEqual([2]);
    expect(worker.scale.undone).toEqual([]);
  });

  test('a worker that lost its lease does not fail the command that another one runs now', async () => {
    const frozen = startRuntime(database.url);
    const aborted = gate();
    frozen.scale.weigh = (_input, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => (aborted.open(), reject(new Error('cut'))), { once: true }),
      );
    const { actorKey } = await frozen.runtime.send(to('lease'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(frozen.scale.runs).toHaveLength(1), soon);
    // As after a long pause of the first process: another one has the command.
    await database.pool.query(
      `UPDATE commands SET owner = gen_random_uuid(), attempt = 2, due_at = now() + interval '30 s' WHERE actor_key = $1`,
      [actorKey],
    );
    await aborted.opened;
    await vi.waitFor(() => expect(frozen.runtime.gauges().running).toBe(0), soon);
    expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'weighing', context: { refused: null } });
    expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh running']);
  });

  test('an event in the same batch as a result that changes no state is taken in', async () => {
    const { runtime, scale } = startRuntime(database.url, { lanes: 1 });
    const { actorKey } = await runtime.send(to('sorter'), { type: 'parcel.sort', grams: 4 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [4] } }),
      soon,
    );
    const weighed = gate<{ grams: number }>();
    scale.weigh = () => weighed.opened;
    await runtime.send(to('sorter'), { type: 'parcel.left' });
    await runtime.send(to('sorter'), { type: 'parcel.sort', grams: 5 });
    await vi.waitFor(() => expect(scale.runs).toHaveLength(2), soon);
    const commits = await holdUpCommits(database.pool);
    const held = runtime.send(to('another'), { type: 'parcel.note' });
    await commits.untilHeldUp();
    weighed.open({ grams: 5 });
    await vi.waitFor(() => expect(runtime.gauges().waiting).toBe(1), soon);
    const noted = runtime.send(to('sorter'), { type: 'parcel.note' });
    await commits.letGo();
    await held;
    expect(await noted).toMatchObject({ settled: 'stepped' });
    expect(await stored(database.pool, actorKey)).toMatchObject({
      value: 'sorting',
      context: { weighed: [4, 5], notes: 1 },
    });
  });

  test('a killed worker’s command is tried again within fifteen seconds', async () => {
    const [killed, other] = [startRuntime(database.url), startRuntime(database.url, { work: false })];
    killed.scale.weigh = () => new Promise(() => undefined);
    const { actorKey } = await killed.runtime.send(to('killed'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(() => expect(killed.scale.runs).toHaveLength(1), soon);
    const { rows } = await database.pool.query<{ left: string }>(
      `SELECT extract(epoch FROM due_at - now()) AS left FROM commands WHERE actor_key = $1`,
      [actorKey],
    );
    expect(Number(rows[0]?.left)).toBeLessThanOrEqual(6); // the lease, in seconds; swept each second
    await stopped(killed);
    other.runtime.startWork();
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [1] } }),
      soon,
    );
  });

  test('a ticket that died between queue and claim is sent again, and takes its neighbours along', async () => {
    const door = startRuntime(database.url, { work: false });
    const keys = await Promise.all(
      [1, 2, 3].map((n) => door.runtime.send(to(`dead${n}`), { type: 'parcel.weigh', grams: n })),
    );
    // Jobs that a killed worker had taken are `active` in BullMQ, and their ids are taken.
    await database.pool.query(`UPDATE bullmq.job SET state = 'active' WHERE state <> 'active'`);
    await database.pool.query(`UPDATE commands SET due_at = now() - interval '1 s' WHERE actor_key = ANY ($1)`, [
      keys.map(({ actorKey }) => actorKey),
    ]);
    startRuntime(database.url);
    await vi.waitFor(async () => {
      for (const { actorKey } of keys) expect(await stored(database.pool, actorKey)).toMatchObject({ value: 'idle' });
    }, soon);
  });
});

describe('a command whose ticket is late', () => {
  test('is not given up, however often it was postponed or broke down', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('patient'), { type: 'parcel.weigh', grams: 1 });
    await database.pool.query('UPDATE commands SET attempt = 1000, due_at = now()');
    startRuntime(database.url);
    await vi.waitFor(async () => expect(await commands(database.pool, actorKey)).toContain('invoke weigh done'), soon);
  });

  test('is given up, and undone, where one process after another dies of it', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    const { actorKey } = await runtime.send(to('deadly'), { type: 'parcel.weigh', grams: 1 });
    await database.pool.query(`UPDATE commands SET status = 'running', lost = 49, due_at = now()`);
    const { scale } = startRuntime(database.url);
    await vi.waitFor(
      async () => expect(await commands(database.pool, actorKey)).toEqual(['invoke weigh failed', 'undo weigh done']),
      soon,
    );
    expect([scale.runs, await stored(database.pool, actorKey)]).toMatchObject([[], { context: { refused: 'broken' } }]);
  });

  test('is nobody’s any more while it is being given up, whatever ticket of it comes late', async () => {
    const { runtime } = startRuntime(database.url, { work: false });
    await runtime.send(to('deadly'), { type: 'parcel.weigh', grams: 1 });
    const { rows } = await database.pool.query<Ticket>(`SELECT store_id AS "storeId", id, attempt FROM commands`);
    const claims = createClaims(database.pool, randomUUID(), {
      names: ['weigh'],
      machines: [{ machine: 'parcel', version: 1 }],
    });
    expect(await claims.claim(rows, Date.now())).toMatchObject(rows);
    await database.pool.query('UPDATE commands SET lost = 49, due_at = now()');
    const commits = await holdUpCommits(database.pool);
    startRuntime(database.url);
    await commits.untilHeldUp();
    const claimed = await claims.claim(rows, Date.now());
    await commits.letGo();
    expect(claimed).toEqual([]);
  });
});

describe('a command whose worker died, and whose next ticket is lost too', () => {
  test('is looked at again after ten seconds, however old it is', async () => {
    const door = startRuntime(database.url, { work: false });
    const { actorKey } = await door.runtime.send(to('old'), { type: 'parcel.weigh', grams: 1 });
    await database.pool.query(
      `UPDATE commands SET status = 'running', owner = gen_random_uuid(), due_at = now(), created_at = now() - interval '10 min'
       WHERE actor_key = $1`,
      [actorKey],
    );
    const losesAll: Partial<Carrier> = { enqueue: () => Promise.resolve() };
    startRuntime(database.url, { carrierOn: (opened) => ({ ...carrierOfBackend(opened), ...losesAll }) });
    const { rows } = await vi.waitFor(async () => {
      const found = await database.pool.query<{ left: string }>(
        `SELECT extract(epoch FROM due_at - now()) AS left FROM commands WHERE actor_key = $1 AND attempt = 2`,
        [actorKey],
      );
      expect(found.rowCount).toBe(1);
      return found;
    }, soon);
    expect(Number(rows[0]?.left)).toBeLessThanOrEqual(10); // seconds
  });
});

describe('a command that was claimed at its birth by the process that also works', () => {
  /** A carrier whose worker gets tickets by hand alone. */
  const byHand = (opened: Database) => {
    const carrier = carrierOfBackend(opened);
    let hand: (tickets: Ticket[]) => Promise<void> = () => Promise.resolve();
    const deaf: Carrier = {
      ...carrier,
      work(handle) {
        hand = handle;
        return () => Promise.resolve();
      },
    };
    return { deaf, hand: (tickets: Ticket[]) => hand(tickets) };
  };
  const ticketFor = async (actorKey: string | null): Promise<Ticket> => {
    const { rows } = await database.pool.query<{ id: string; owner: string }>(
      'SELECT id, owner FROM commands WHERE actor_key = $1',
      [actorKey],
    );
    const [row] = rows;
    if (!row) throw new Error('no command');
    return { storeId: 1, id: row.id, attempt: 1, owner: row.owner };
  };

  test('is taken over, long before its lease ends, by whoever gets its ticket', async () => {
    const opened = openDatabase({ url: database.url, driver: 'pg' });
    const { deaf } = byHand(opened);
    const first = startRuntime(database.url, { opened, carrierOn: () => deaf });
    const other = startRuntime(database.url, { services: { scale: first.scale } });
    const { actorKey } = await first.runtime.send(to('moved'), { type: 'parcel.weigh', grams: 1 });
    await vi.waitFor(
      async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [1] } }),
      soon,
    );
    expect(other.scale.runs.map(({ attempt }) => attempt)).toEqual([1]); // a lease that ran out makes it the second
  });

  test('is not run twice where its ticket comes twice', async () => {
    const opened = openDatabase({ url: database.url, driver: 'pg' });
    const { deaf, hand } = byHand(opened);
    const { runtime, scale } = startRuntime(database.url, { opened, carrierOn: () => deaf });
    const weighed = gate<{ grams: number }>();
    scale.weigh = () => weighed.opened;
    const { actorKey } = await runtime.send(to('twice'), { type: 'parcel.weigh', grams: 1 });
    const ticket = await ticketFor(actorKey);
    const handed = hand([ticket, ticket]);
    await hand([ticket]);
    weighed.open({ grams: 1 });
    await handed;
    expect(scale.runs).toHaveLength(1);
  });

  test('is left to its worker once that one has renewed it, also where the ticket comes to another process', async () => {
    const [mine, theirs] = [1, 2].map(() => {
      const opened = openDatabase({ url: database.url, driver: 'pg' });
      return { opened, ...byHand(opened) };
    });
    if (!mine || !theirs) throw new Error('two processes');
    const first = startRuntime(database.url, { opened: mine.opened, carrierOn: () => mine.deaf });
    startRuntime(database.url, {
      opened: theirs.opened,
      carrierOn: () => theirs.deaf,
      services: { scale: first.scale },
    });
    const weighed = gate<{ grams: number }>();
    first.scale.weigh = () => weighed.opened;
    const { actorKey } = await first.runtime.send(to('renewed'), { type: 'parcel.weigh', grams: 1 });
    const ticket = await ticketFor(actorKey);
    const lease = () => database.pool.query('SELECT due_at FROM commands WHERE id = $1', [ticket.id]);
    const { rows: born } = await lease();
    const handed = mine.hand([ticket]);
    await vi.waitFor(async () => expect((await lease()).rows).not.toEqual(born), soon);
    let isTold = false; // that the ticket's command is another's
    const doubled = theirs.hand([ticket]).then(() => (isTold = true));
    await vi.waitUntil(() => isTold || first.scale.runs.length > 1, soon);
    weighed.open({ grams: 1 });
    await Promise.all([handed, doubled]);
    expect(first.scale.runs).toHaveLength(1);
  });

  test('never starts when the state was left before its ticket came, and nothing is undone', async () => {
    const opened = openDatabase({ url: database.url, driver: 'pg' });
    const { deaf, hand } = byHand(opened);
    const { runtime, scale } = startRuntime(database.url, { opened, carrierOn: () => deaf });
    const { actorKey } = await runtime.send(to('early'), { type: 'parcel.weigh', grams: 1 });
    const ticket = await ticketFor(actorKey);
    await runtime.send(to('early'), { type: 'parcel.left' });
    await hand([ticket]);
    await vi.waitFor(async () => {
      const { rows } = await database.pool.query('SELECT status, due_at FROM commands WHERE actor_key = $1', [
        actorKey,
      ]);
      expect(rows).toEqual([{ status: 'cancelled', due_at: null }]);
    }, soon);
    expect([scale.runs, scale.undone]).toEqual([[], []]);
  });
});
