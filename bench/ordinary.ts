// The ordinary way, as a careful team would write it with XState, pg and BullMQ: the baseline of `npm run bench -- turns`.
// One transaction a turn: dedupe by unique insert, lock the row, restore, send, persist, commit; then one BullMQ job a command.
// Where a choice was open, the faster one was taken: prepared statements, a pool that fits, the job added after the commit
// without an outbox (a crash between the two loses the command; ours does not).
import { Queue, Worker } from 'bullmq';
import type { JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createActor } from 'xstate';
import type { Snapshot } from 'xstate';
import { AnswerInput, composeAnswer, ordinaryCustomer } from './turns/customer.ts';
import type { AnswerGiven, AnswerOutput, TextReceived } from './turns/customer.ts';
import type { Subject, SubjectOptions } from './turns/subject.ts';

/** Its tables: the customers with their snapshots, and the events that they took in, which also keeps out repeated ones. */
export const ORDINARY_TABLES = `
  CREATE TABLE customers (id int PRIMARY KEY, seq bigint NOT NULL, snapshot jsonb, updated_at timestamptz NOT NULL) WITH (fillfactor = 80);
  CREATE TABLE customer_events (
    key text PRIMARY KEY, customer_id int NOT NULL, type text NOT NULL, payload jsonb NOT NULL, at timestamptz NOT NULL
  )`;

const QUEUE = 'answers';
const CONNECTIONS = 20;
const CONCURRENCY = 50;
const JOB: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: 1000,
};

type Command = AnswerInput & { customer: number };
type Taken = 'accepted' | 'duplicate';

/** Starts it on a database that has ORDINARY_TABLES. */
export function startOrdinary({ databaseUrl, redisUrl, onDone }: SubjectOptions): Subject {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const connect = () => new Redis(redisUrl, { maxRetriesPerRequest: null });
  const [producer, consumer] = [connect(), connect()];
  const queue = new Queue<Command>(QUEUE, { connection: producer, defaultJobOptions: JOB });
  const runs = new Map<string, number>();

  async function turn(customer: number, key: string, event: TextReceived | AnswerGiven): Promise<Taken> {
    const { taken, asked } = await within(pool, (client) => takeIn(client, customer, key, event));
    for (const input of asked) await queue.add('answer', { ...input, customer }, { jobId: input.messageId });
    return taken;
  }

  const worker = new Worker<Command>(
    QUEUE,
    async ({ data }) => {
      const { messageId } = AnswerInput.parse(data);
      runs.set(messageId, (runs.get(messageId) ?? 0) + 1);
      const output = composeAnswer({ messageId });
      await turn(data.customer, `answer/${messageId}`, answerGiven(output));
      onDone(messageId);
    },
    { connection: consumer, concurrency: CONCURRENCY },
  );
  worker.on('error', console.error);

  return {
    runs,
    receive: ({ id, customer, text }) => turn(customer, id, { type: 'text.received', messageId: id, text }),
    async stop() {
      await worker.close();
      await queue.close();
      producer.disconnect();
      consumer.disconnect();
      await pool.end();
    },
  };
}

function answerGiven(output: AnswerOutput): AnswerGiven {
  return { type: 'answer.given', output };
}

type Turned = { taken: Taken; asked: AnswerInput[] };

async function takeIn(
  client: pg.PoolClient,
  customer: number,
  key: string,
  event: TextReceived | AnswerGiven,
): Promise<Turned> {
  const fresh = await client.query({
    name: 'dedupe',
    text: 'INSERT INTO customer_events (key, customer_id, type, payload, at) VALUES ($1, $2, $3, $4, now()) ON CONFLICT DO NOTHING',
    values: [key, customer, event.type, JSON.stringify(event)],
  });
  if (fresh.rowCount === 0) return { taken: 'duplicate', asked: [] };
  const { rows } = await client.query<{ snapshot: Snapshot<unknown> | null }>({
    name: 'lock',
    text: 'SELECT snapshot FROM customers WHERE id = $1 FOR UPDATE',
    values: [customer],
  });
  const { snapshot, asked } = step(rows[0]?.snapshot ?? null, event);
  await client.query({
    name: 'keep',
    text: 'UPDATE customers SET snapshot = $2, seq = seq + 1, updated_at = now() WHERE id = $1',
    values: [customer, JSON.stringify(snapshot)],
  });
  return { taken: 'accepted', asked };
}

// The machine is made once: its action writes into the list of whichever turn is being stepped, and steps are synchronous.
let asking: AnswerInput[] = [];
const machine = ordinaryCustomer({ ask: (input) => void asking.push(input) });

function step(snapshot: Snapshot<unknown> | null, event: TextReceived | AnswerGiven) {
  asking = [];
  const actor = createActor(machine, snapshot === null ? {} : { snapshot });
  actor.start();
  actor.send(event);
  const kept = actor.getPersistedSnapshot();
  actor.stop();
  return { snapshot: kept, asked: asking };
}

async function within<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    client.release(true); // ends the session, and the transaction with it
    throw error;
  }
}
