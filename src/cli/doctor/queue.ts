// The queue: what Redis must be for BullMQ, and whether a ticket that is put in at one end comes out at the other.
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createPostgresCarrier, createRedisCarrier, QUEUE } from '../../runtime/carrier.ts';
import type { QueueCarrier, Ticket } from '../../runtime/carrier.ts';
import type { Database } from '../../runtime/database.ts';
import type { Config } from '../config/config.ts';
import { errorName } from '../../runtime/errors.ts';
import { off, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

const OLDEST = 5;
const CONNECT_MS = 3_000;

export function redisCheck({ redisUrl }: Config): Check {
  return {
    part: 'Redis',
    ask: async () => (redisUrl === null ? off('not set up: the queue is in Postgres') : redisOf(redisUrl)),
  };
}

async function redisOf(url: string): Promise<Said | Said[]> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null });
  let lost: unknown = null;
  redis.on('error', (error) => (lost = error));
  try {
    await redis.connect();
    return judged(await redis.info());
  } catch (error) {
    const code = errorName(lost ?? error);
    return wrong(`cannot be asked (${code})`, 'is it up, and are host and password in REDIS_URL the right ones?');
  } finally {
    redis.disconnect();
  }
}

/** @param info what Redis answers to INFO */
export function judged(info: string): Said | Said[] {
  const told = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? 'unknown';
  const [version, policy] = [told('redis_version'), told('maxmemory_policy')];
  const said = [
    ...(Number.parseInt(version, 10) < OLDEST ? [wrong(`${version} is too old`, 'BullMQ needs Redis 5 or newer')] : []),
    ...(policy === 'noeviction'
      ? []
      : [wrong(`throws jobs away when it is full (${policy})`, 'set `maxmemory-policy noeviction`')]),
  ];
  return said.length > 0 ? said : well(`${version}, keeps what it has (noeviction)`);
}

/** A ticket goes in and comes out again, through a queue of its own that is deleted afterwards. */
export function queueCheck({ redisUrl }: Config, database: Database): Check {
  const ask = async (signal: AbortSignal) => {
    const options = { queue: `doctor-${randomUUID()}` };
    let fault: unknown = null;
    const onError = (error: Error) => (fault = error);
    const carrier = redisUrl
      ? createRedisCarrier(redisUrl, onError, options)
      : createPostgresCarrier(database, onError, options);
    try {
      await carrier.ping(); // or its worker would wait for ever
      if (redisUrl === null && !(await hasNumbers(database))) return NO_NUMBERS;
      await roundTrip(carrier, database, signal);
      return well(`a ticket came through ${carrier.backend === 'redis' ? 'Redis' : 'Postgres'}`);
    } catch (error) {
      const where = redisUrl ? 'mend Redis first' : '`npm exec marty -- migrate` makes its tables; see `role` above';
      return wrong(`no ticket comes through (${errorName(fault ?? error)})`, where);
    } finally {
      await carrier.close();
    }
  };
  return { part: 'queue', ask };
}

// BullMQ numbers its jobs by a sequence of the queue, which only the owner can make.
async function hasNumbers({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>(
    `SELECT coalesce(has_sequence_privilege(to_regclass('bullmq.' || bullmq.job_id_seq_name($1)), 'USAGE'), false) AS there`,
    [QUEUE],
  );
  return rows[0]?.there ?? false;
}
const NO_NUMBERS = wrong(
  'BullMQ may not number its jobs: nothing is ever tried again',
  'as the owner: `npm exec marty -- migrate --grant-to ROLE`',
);

// As a turn does it: within a transaction where the queue is in the same database.
async function put({ enqueue, enqueueWithin }: QueueCarrier, database: Database, ticket: Ticket): Promise<void> {
  if (enqueueWithin === null) return enqueue([ticket]);
  const connection = await database.connect(() => undefined);
  await enqueueWithin(connection, [ticket]).finally(() => connection.end());
}

async function roundTrip(carrier: QueueCarrier, database: Database, signal: AbortSignal): Promise<void> {
  const id = randomUUID();
  let stop: () => Promise<void> = () => Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('late')));
      stop = carrier.work(async (tickets) => {
        if (tickets.some((ticket) => ticket.id === id)) resolve();
      });
      put(carrier, database, { storeId: 0, id, attempt: 1 }).catch(reject);
    });
  } finally {
    await stop();
    await carrier.erase();
  }
}
