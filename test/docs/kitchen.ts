import { z } from 'zod';
import { createPostgresCarrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { actorFor } from '../../src/runtime/define-actor.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { Vault } from '../../src/runtime/vault.ts';
import { kettle } from './kettle.ts';

export type Stove = {
  heat: (how: { key: string; signal: AbortSignal }) => Promise<{ celsius: number }>;
  off: () => Promise<void>;
  whistle: () => Promise<null>;
};
const log = console;
const defineActor = actorFor<{ stove: Stove }>();

const heat = defineActor({
  input: z.object({}),
  output: z.object({ celsius: z.number() }),
  undo: (_input, _output, { stove }) => stove.off(), // when the state was left meanwhile
  run: (_input, { stove, key, signal }) => stove.heat({ key, signal }),
});
const whistle = defineActor({
  input: z.object({}),
  output: z.null(),
  run: (_input, { stove }) => stove.whistle(),
});

/** The vault: `createVault` of 32 bytes that are kept. */
export function openKitchen(url: string, vault: Vault, stove: Stove) {
  const database = openDatabase({ url, driver: 'pg' });
  const runtime = createRuntime({
    database,
    carrier: createPostgresCarrier(database, log.error), // or createRedisCarrier(redisUrl, log.error)
    vault,
    machines: [{ machine: kettle, version: 1, context: z.object({}), bornBy: 'event' }],
    actors: { heat, whistle },
    services: { stove },
    log,
  });
  return { runtime, database };
}

/** Committed when it resolves: kill the process then, start another, and the water gets hot all the same. */
export const switchOn = (runtime: Runtime, tap: string) =>
  runtime.send(
    { storeId: 1, machine: 'kettle', id: 'kitchen' },
    { type: 'kettle.switchedOn' },
    { dedupeKey: tap }, // a second tap under the same key is none
  );
