// What two processes do on Postgres alone and by the driver of Neon. The rest of the core, and Redis: backends.test.ts.
import { afterAll, beforeAll, describe } from 'vitest';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { startNeonProxy } from '../harness/neon-proxy.ts';
import type { NeonProxy } from '../harness/neon-proxy.ts';
import { together } from './backend-core.ts';
import { prepare } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

describe('pg, BullMQ on Postgres', () => together(database, () => ({})));

describe('the driver of Neon, BullMQ on Postgres', () => {
  let proxy: NeonProxy | null = null;
  beforeAll(async () => {
    proxy = await startNeonProxy(database.url);
  });
  afterAll(() => proxy?.close());
  together(database, () => ({ opened: openDatabase({ url: database.url, driver: 'neon', wsProxy: proxy?.address }) }));
});
