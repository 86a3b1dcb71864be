// BullMQ carries tickets from commits to workers. The truth about a command is its row: a lost, late or doubled ticket does no harm.
// Tickets of one batch travel in one job; each command still settles by itself.
import { createPostgresBackend, DEFAULT_SCHEMA, isPgPool, Queue, Worker } from 'bullmq';
import type { Job, JobsOptions, PgPool, QueueOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { coalesce } from './coalesce.ts';
import type { Connection, Database } from './database.ts';

/** Names one attempt at one command. `owner`: who claimed it at its birth; the ticket's holder takes it over from there. */
export const Ticket = z.object({
  storeId: z.int32(),
  id: z.uuid(),
  attempt: z.int32(),
  owner: z.string().optional(),
});
export type Ticket = z.infer<typeof Ticket>;
const Parcel = z.object({ tickets: z.array(Ticket) });

export type Carrier = {
  backend: 'redis' | 'postgres';
  /** Adds tickets inside the caller's transaction: they exist if and only if it commits. Null where the queue lives elsewhere. */
  enqueueWithin: ((connection: Connection, tickets: readonly Ticket[]) => Promise<unknown>) | null;
  /**
   * Adds tickets; a parcel whose job is still there is ignored, unless `mark` tells it from that one.
   * @param delayMs not before
   */
  enqueue: (tickets: readonly Ticket[], delayMs?: number, mark?: string) => Promise<void>;
  /** Starts to hand tickets to `handle`, one parcel after the other; the returned function stops and waits for the last. */
  work: (handle: (tickets: Ticket[]) => Promise<void>) => () => Promise<void>;
  /** Waiting and delayed jobs. */
  depth: () => Promise<number>;
  ping: () => Promise<void>;
  close: () => Promise<void>;
};
/** `erase` deletes the queue with all that is in it: for one that was made to try the way, never for the real one. */
export type QueueCarrier = Carrier & { erase: () => Promise<void> };

/** BullMQ's own telemetry; nothing is watched by default. `queue`: another than the one of all processes. */
export type Watch = Pick<QueueOptions, 'telemetry'> & { queue?: string };

/** The queue of all processes. */
export const QUEUE = 'commands';
const JOB: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
const WORKER = { lockDuration: 60_000, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 }, drainDelay: 5 };
/** Connections of BullMQ's own, one of them listening. */
const POOL_MAX = 6;
/** All in which a queue leaves rows; BullMQ's own `obliterate` drops a sequence too, which takes the owner. */
const TABLES = ['job', 'scheduler', 'rate_limit', 'event', 'metrics', 'dedup', 'dedup_next', 'meta'];
const PRODUCER_TIMEOUT_MS = 3_000;
/** A connection that answered nothing for so long is made anew: what lies between may have forgotten it. A worker waits 10 s for a job. */
const SILENCE_MAX_MS = { producer: 5_000, worker: 15_000 };
type Patience = { maxRetriesPerRequest: number | null; commandTimeout?: number; socketTimeout: number };
/** Tickets in one job, at most: a job is one worker's, and a batch should not be. */
const PARCEL_MAX = 16;

/** BullMQ on Redis: tickets are added after the commit, and the sweeper stands behind it. */
export function createRedisCarrier(url: string, onError: (error: Error) => void, options: Watch = {}): QueueCarrier {
  const { queue: name = QUEUE, telemetry } = options;
  const watch = telemetry ? { telemetry } : {};
  const connect = (options: Patience) => {
    const redis = new Redis(url, { enableReadyCheck: false, ...options });
    redis.on('error', onError);
    return redis;
  };
  // What cannot be added fails soon, and the sweeper adds it later; only a worker waits for Redis to come back.
  const producer = connect({
    maxRetriesPerRequest: 1,
    commandTimeout: PRODUCER_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS.producer,
  });
  const queue = new Queue(name, {
    connection: producer,
    defaultJobOptions: JOB,
    skipMetasUpdate: name !== QUEUE,
    ...watch,
  });
  queue.on('error', onError);
  // The lanes' commits that come while an addition is under way travel together: a job costs the same with one ticket or many.
  const addNow = coalesce<readonly Ticket[], true>(async (lists) => {
    await addParcels(queue, lists.flat(), 0, '');
    return lists.map(() => true);
  });
  return {
    backend: 'redis',
    enqueueWithin: null,
    async enqueue(tickets, delayMs = 0, mark = '') {
      if (delayMs === 0 && mark === '') await addNow(tickets);
      else await addParcels(queue, tickets, delayMs, mark);
    },
    work(handle) {
      const connection = connect({ maxRetriesPerRequest: null, socketTimeout: SILENCE_MAX_MS.worker });
      const worker = new Worker(name, processor(handle), { ...WORKER, connection, ...watch });
      worker.on('error', onError);
      return () => worker.close().then(() => connection.disconnect());
    },
    depth: () => depthOf(queue),
    ping: () => producer.ping().then(() => undefined),
    erase: () => queue.obliterate({ force: true }),
    async close() {
      await queue.close();
      producer.disconnect();
    },
  };
}

/** BullMQ in the same Postgres (schema `bullmq`): tickets are added by the turn's own transaction. */
export function createPostgresCarrier(
  database: Database,
  onError: (error: Error) => void,
  options: Watch = {},
): QueueCarrier {
  const { queue: name = QUEUE, telemetry } = options;
  const watch = telemetry ? { telemetry } : {};
  // BullMQ names its tables bare. What its own statements write may be lost in a crash: no worker waits for the disk between two jobs.
  const pool = database.openPool(POOL_MAX, { search_path: DEFAULT_SCHEMA, synchronous_commit: 'off' });
  if (!isPgPool(pool)) throw new Error('BullMQ no longer takes a pool of this driver');
  const connection: PgPool = pool;
  const queue = new Queue(
    name,
    { connection, defaultJobOptions: JOB, skipMetasUpdate: name !== QUEUE, ...watch },
    createPostgresBackend,
  );
  queue.on('error', onError);
  return {
    backend: 'postgres',
    enqueueWithin: (connection, tickets) =>
      Promise.all(parcels(tickets).map((parcel) => addWithin(connection, name, parcel))),
    enqueue: (tickets, delayMs = 0, mark = '') => addParcels(queue, tickets, delayMs, mark),
    work(handle) {
      const worker = new Worker(name, processor(handle), { ...WORKER, connection, ...watch }, createPostgresBackend);
      worker.on('error', onError);
      return () => worker.close();
    },
    depth: () => depthOf(queue),
    ping: () => pool.query('SELECT 1').then(() => undefined),
    async erase() {
      for (const table of TABLES) await pool.query(`DELETE FROM ${DEFAULT_SCHEMA}.${table} WHERE queue = $1`, [name]);
    },
    async close() {
      await queue.close();
      await pool.end();
    },
  };
}

function processor(handle: (tickets: Ticket[]) => Promise<void>): (job: Job) => Promise<void> {
  return (job) => handle(Parcel.parse(job.data).tickets);
}

// One by one: for the few jobs of a commit, `addBulk` makes a pipeline whose making costs more than the adding.
async function addParcels(
  queue: Pick<Queue, 'add'>,
  tickets: readonly Ticket[],
  delayMs: number,
  mark: string,
): Promise<void> {
  const add = (parcel: Ticket[]) => {
    const jobId = `${jobIdOf(parcel)}${mark}`;
    return queue.add(QUEUE, { tickets: parcel }, { ...JOB, jobId, ...(delayMs > 0 ? { delay: delayMs } : {}) });
  };
  await Promise.all(parcels(tickets).map(add));
}

// BullMQ's own function: queue, id, name, data, opts, priority, delay, timestamp, attempts, parent ×3, dedup, scheduler, lifo.
const ADD_JOB = `SELECT bullmq.add_job($1, $2, $1, $3::jsonb, $4::jsonb, 0, 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  1, NULL, NULL, NULL, NULL, NULL, false)`;

function addWithin(connection: Connection, queue: string, tickets: Ticket[]): Promise<unknown> {
  const values = [queue, jobIdOf(tickets), JSON.stringify({ tickets }), JSON.stringify(JOB)];
  return connection.query({ name: 'add-job', text: ADD_JOB, values });
}

function parcels(tickets: readonly Ticket[]): Ticket[][] {
  const slim = tickets.map(({ storeId, id, attempt, owner }) => ({
    storeId,
    id,
    attempt,
    ...(owner ? { owner } : {}),
  }));
  const count = Math.ceil(slim.length / PARCEL_MAX);
  return Array.from({ length: count }, (_, n) => slim.slice(n * PARCEL_MAX, (n + 1) * PARCEL_MAX));
}

function jobIdOf(tickets: readonly Ticket[]): string {
  return tickets[0] ? `${tickets[0].id}-${tickets[0].attempt}` : '';
}

async function depthOf(queue: Pick<Queue, 'getJobCounts'>): Promise<number> {
  const counts = await queue.getJobCounts('waiting', 'delayed');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
