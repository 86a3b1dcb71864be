// The ordinary way, as a careful team would write it with XState, pg and BullMQ: the baseline of `npm run bench -- turns`.
// One transaction a turn: dedupe by unique insert, lock the row, restore, send, persist, keep the command, commit; then one BullMQ
// job a command, and a sweep that adds what a crash between the two left out. `lean` keeps no commands and so loses those.
// Where a choice was open, the faster one was taken: prepared statements, a pool that fits, the job added after the commit.
import { Queue, Worker } from 'bullmq';
import type { JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createActor } from 'xstate';
import type { Snapshot } from 'xstate';
import { AnswerInput, composeAnswer, ordinaryCustomer } from './turns/customer.ts';
import type { AnswerGiven, AnswerOutput, TextReceived } from './turns/customer.ts';
import type { Subject, SubjectOptions } from './turns/subject.ts';

/** Its tables: customers with their snapshots; the events that they took in, which also keeps out repeated ones; commands. */
export const ORDINARY_TABLES = `
  CREATE TABLE customers (id int PRIMARY KEY, seq bigint NOT NULL, snapshot jsonb, updated_at timestamptz NOT NULL) WITH (fillfactor = 80);
  CREATE TABLE customer_events (
    key text PRIMARY KEY, customer_id int NOT NULL, type text NOT NULL, payload jsonb NOT NULL, at timestamptz NOT NULL
  );
  CREATE TABLE customer_commands (
    id text PRIMARY KEY, customer_id int NOT NULL, input jsonb NOT NULL, at timestamptz NOT NULL, done_at timestamptz
  );
  CREATE INDEX customer_commands_open ON customer_commands (at) WHERE done_at IS NULL`;

const CONNECTIONS = 20;
const CONCURRENCY = 50;
const JOB: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: 1000,
};

/** How often commands are looked for that never came to the queue, and how old they are by then (ms). */
const SWEEP_MS = 5_000;
const OVERDUE_MS = 10_000;

type Command = AnswerInput & { customer: number };
type Taken = 'accepted' | 'duplicate';

/** Starts it on a database that has ORDINARY_TABLES. */
export function startOrdinary(keepsCommands: boolean, { databaseUrl, redisUrl, onDone }: SubjectOptions): Subject {
  const name = keepsCommands ? 'answers' : 'lean-answers'; // both run on one Redis
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const connect = () => new Redis(redisUrl, { maxRetriesPerRequest: null });
  const [producer, consumer] = [connect(), connect()];
  const queue = new Queue<Command>(name, { connection: producer, defaultJobOptions: JOB });
  const runs = new Map<string, number>();

  async function turn(customer: number, key: string, event: TextReceived | AnswerGiven): Promise<Taken> {
    const { taken, asked } = await within(pool, (client) => takeIn(client, keepsCommands, customer, key, event));
    for (const input of asked) await add({ ...input, customer });
    return taken;
  }

  const add = (command: Command) => queue.add('answer', command, { jobId: command.messageId });
  const sweeper = keepsCommands ? setInterval(() => void sweep(pool, add).catch(console.error), SWEEP_MS) : undefined;

  const worker = new Worker<Command>(
    name,
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
      clearInterval(sweeper);
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
  keepsCommands: boolean,
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
  if (keepsCommands) await keepCommands(client, customer, event, asked);
  return { taken: 'accepted', asked };
}

async function keepCommands(
  client: pg.PoolClient,
  customer: number,
  event: TextReceived | AnswerGiven,
  asked: readonly AnswerInput[],
): Promise<void> {
  for (const input of asked) {
    await client.query({
      name: 'ask',
      text: 'INSERT INTO customer_commands (id, customer_id, input, at) VALUES ($1, $2, $3, now())',
      values: [input.messageId, customer, JSON.stringify(input)],
    });
  }
  if (event.type !== 'answer.given') return;
  await client.query({
    name: 'done',
    text: 'UPDATE customer_commands SET done_at = now() WHERE id = $1',
    values: [event.output.messageId],
  });
}

// A job that is still there is ignored by its id; one that was lost is added anew.
async function sweep(pool: pg.Pool, add: (command: Command) => Promise<unknown>): Promise<void> {
  const { rows } = await pool.query<{ customer_id: number; input: AnswerInput }>(
    'SELECT customer_id, input FROM customer_commands WHERE done_at IS NULL AND at < $1 ORDER BY at LIMIT 500',
    [new Date(Date.now() - OVERDUE_MS)],
  );
  for (const { customer_id: customer, input } of rows) await add({ ...input, customer });
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
