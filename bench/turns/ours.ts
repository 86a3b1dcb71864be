// Our way: the durable runtime as the shop runs it, with BullMQ on Redis or in Postgres.
import { createRedisCarrier, createPostgresCarrier } from '../../src/runtime/carrier.ts';
import type { Carrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { actorFor } from '../../src/runtime/define-actor.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { AnswerInput, AnswerOutput, composeAnswer, durableDefinition } from './customer.ts';
import type { Subject, SubjectOptions } from './subject.ts';

export const STORE_ID = 1;
// A benchmark keeps no secrets, and its processes must be able to read what an earlier one sealed.
export const MASTER_KEY = Buffer.alloc(32, 7);

/** A customer's natural id, by number. */
export function naturalIdOf(customer: number): string {
  return `customer-${customer}`;
}

type Services = { runs: Map<string, number> };

const composeAnswerDurably = actorFor<Services>()({
  input: AnswerInput,
  output: AnswerOutput,
  run: (input, { runs }) => {
    runs.set(input.messageId, (runs.get(input.messageId) ?? 0) + 1);
    return Promise.resolve(composeAnswer(input));
  },
});

/** Starts it on a migrated database. */
export function startOurs(
  queue: 'redis' | 'postgres',
  { databaseUrl, redisUrl, onDone, lanes }: SubjectOptions,
): Subject {
  const database = openDatabase({ url: databaseUrl, driver: 'pg' });
  const runs = new Map<string, number>();
  const runtime = createRuntime<Services>({
    database,
    carrier: carrierOf(queue, database, redisUrl),
    vault: createVault(MASTER_KEY),
    machines: [durableDefinition],
    actors: { composeAnswer: composeAnswerDurably },
    services: { runs },
    ...(lanes === undefined ? {} : { lanes }),
    probationMs: 0, // the steady state: a process is careful only for its first minutes
    log: { info: () => undefined, warn: console.error, error: console.error },
  });
  runtime.news.on('emitted', ({ event }) => onDone(String(event['messageId'])));
  runtime.startWork();
  return {
    runs,
    async receive({ id, customer, text }) {
      const to = { storeId: STORE_ID, machine: 'customer', id: naturalIdOf(customer) };
      const { settled } = await runtime.send(to, { type: 'text.received', messageId: id, text }, { dedupeKey: id });
      if (settled !== 'stepped' && settled !== 'duplicate') throw new Error(`a message was ${settled}`);
      return settled === 'stepped' ? 'accepted' : 'duplicate';
    },
    async stop() {
      await runtime.stop();
      await database.close();
    },
  };
}

function carrierOf(queue: 'redis' | 'postgres', database: Database, redisUrl: string): Carrier {
  if (queue === 'redis') return createRedisCarrier(redisUrl, console.error);
  return createPostgresCarrier(database, console.error);
}
