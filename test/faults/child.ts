// A process of its own that takes parcels' events in over IPC and works their commands, slowly enough to be killed in the middle.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { createPostgresCarrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { actorFor } from '../../src/runtime/define-actor.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { erased } from '../../src/runtime/transactional.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { parcel } from '../runtime/parcel.ts';

const Message = z.object({ key: z.string(), id: z.string(), event: z.looseObject({ type: z.string() }) });
const [, , url = '', masterKey = ''] = process.argv;
const silent = () => undefined;
const database = openDatabase({ url, driver: 'pg' });
const defineActor = actorFor<object>();

const weigh = defineActor({
  input: z.object({ grams: z.number() }),
  output: z.object({ grams: z.number() }),
  run: async ({ grams }, { commandId, attempt, signal }) => {
    await database.pool.query('INSERT INTO test_runs VALUES ($1, $2, now())', [commandId, attempt]);
    await wait(400, null, { signal }); // as a model thinks
    return { grams };
  },
});
const print = defineActor({
  input: z.object({ label: z.string() }),
  output: z.null(),
  run: () => Promise.resolve(null),
});
const keepNote = erased({
  params: z.object({ text: z.string() }),
  async write(tx, effects) {
    for (const { id, seq, params } of effects)
      await tx.query('INSERT INTO test_notes VALUES ($1, $2, $3)', [id, seq, params.text]);
  },
});

const runtime = createRuntime({
  database,
  carrier: createPostgresCarrier(database, silent),
  vault: createVault(Buffer.from(masterKey, 'base64')),
  machines: [parcel],
  actors: { weigh, print },
  transactional: { keepNote },
  services: {},
  log: { info: silent, warn: silent, error: silent },
});
runtime.startWork();
process.on('message', (raw) => {
  const { key, id, event } = Message.parse(raw);
  runtime
    .send({ storeId: 1, machine: 'parcel', id }, event, { dedupeKey: key })
    .then(({ settled }) => process.send?.({ key, settled }), silent);
});
process.send?.({ key: 'ready', settled: '' });
