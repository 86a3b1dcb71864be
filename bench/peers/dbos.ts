// DBOS Transact, as its documentation has it: a message is a workflow on a partitioned queue, one at a time for each customer, and what
// it does are steps that may run twice. A workflow's id is the message's, so that a repeated one is refused.
// Its data sources, which would commit a step's checkpoint with the step's own writes, are not on npm for this version of it.
import { DBOS, Error as DBOSErrors } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { composeAnswer, CustomerContext, newCustomer, withAnswer, withText } from '../turns/customer.ts';
import type { Inbound, Subject, SubjectOptions } from '../turns/subject.ts';
import { standingOf } from './standing.ts';

const QUEUE = 'customers';
const CONNECTIONS = 20;
/** Workflows at once in this process. */
const CONCURRENCY = 64;
/** How often its queue is looked at: the default of a second would be all that is measured. */
const POLL_MS = 10;

export async function startDbos({ databaseUrl, onDone }: SubjectOptions): Promise<Subject> {
  const runs = new Map<string, number>();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query('CREATE TABLE customers (id int PRIMARY KEY, state jsonb NOT NULL) WITH (fillfactor = 80)');

  // The queue lets one workflow of a customer run at a time, so nobody else writes between reading and writing.
  async function advance(customer: number, change: (state: CustomerContext) => Partial<CustomerContext>) {
    const { rows } = await pool.query<{ state: unknown }>({
      name: 'read',
      text: 'SELECT state FROM customers WHERE id = $1',
      values: [customer],
    });
    const state = rows[0] === undefined ? newCustomer() : CustomerContext.parse(rows[0].state);
    await pool.query({
      name: 'write',
      text: 'INSERT INTO customers VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
      values: [customer, JSON.stringify({ ...state, ...change(state) })],
    });
  }

  const conversation = DBOS.registerWorkflow(
    async ({ id: messageId, customer, text }: Inbound) => {
      await DBOS.runStep(() => advance(customer, (state) => withTextOnce(state, messageId, text)), { name: 'text' });
      await DBOS.runStep(() => run(messageId), { name: 'compose' });
      await DBOS.runStep(() => advance(customer, (state) => withAnswerOnce(state, messageId)), { name: 'answer' });
      onDone(messageId); // a moment before its end is recorded, in its favour
    },
    { name: 'conversation' },
  );

  function run(messageId: string) {
    runs.set(messageId, (runs.get(messageId) ?? 0) + 1);
    return Promise.resolve(composeAnswer({ messageId }));
  }

  DBOS.setConfig({
    name: 'shop',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: CONNECTIONS,
    logLevel: 'error',
  });
  await DBOS.launch();
  await DBOS.registerQueue(QUEUE, {
    partitionConcurrency: 1,
    workerConcurrency: CONCURRENCY,
    minPollingIntervalMs: POLL_MS,
  });

  return {
    runs,
    async receive(message) {
      try {
        await DBOS.startWorkflow(conversation, {
          workflowID: message.id,
          workflowIDReusePolicy: 'reject',
          queueName: QUEUE,
          enqueueOptions: { queuePartitionKey: String(message.customer) },
        })(message);
        return 'accepted';
      } catch (error) {
        if (error instanceof DBOSErrors.DBOSWorkflowIDInUseError) return 'duplicate';
        throw error;
      }
    },
    async survey() {
      const { rows } = await pool.query<{ id: number; state: unknown }>('SELECT id, state FROM customers');
      const open = await DBOS.listWorkflows({ status: ['ENQUEUED', 'PENDING', 'ERROR'] });
      return {
        standings: rows.map(({ id, state }) => standingOf(id, CustomerContext.parse(state))),
        open: open.length,
      };
    },
    async stop() {
      await DBOS.shutdown();
      await pool.end();
    },
  };
}

function withTextOnce(state: CustomerContext, messageId: string, text: string): Partial<CustomerContext> {
  if (state.texts.some(({ id }) => id === messageId)) return {};
  return withText(state, { type: 'text.received', messageId, text });
}

function withAnswerOnce(state: CustomerContext, messageId: string): Partial<CustomerContext> {
  return state.pending[0] === messageId ? withAnswer(state) : {};
}
