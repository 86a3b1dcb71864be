// The role that the program runs under can do its work and nothing else: a hole in the program is no hole in the schema.
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APPEND_ONLY, grantTo } from '../../src/cli/migrations/roles.ts';
import { createPostgresCarrier } from '../../src/runtime/carrier.ts';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { prepare, startRuntime, to } from '../runtime/kit.ts';

const database = useDatabase();
const ROLE = `app_${process.pid}`;
let url = '';
let app: Client;

beforeAll(async () => {
  await prepare(database.pool);
  await database.pool.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'app'`);
  await grantTo(database.pool, ROLE);
  await grantTo(database.pool, ROLE);
  const address = new URL(database.url);
  [address.username, address.password] = [ROLE, 'app'];
  url = address.toString();
  app = new Client({ connectionString: url });
  await app.connect();
});
afterAll(async () => {
  await app.end();
  await database.pool.query(`DROP OWNED BY ${ROLE}`);
  await database.pool.query(`DROP ROLE ${ROLE}`);
});

const DENIED = '42501';
const codeOf = (sql: string) =>
  app.query(sql).then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );

describe('the role of the running program', () => {
  test('takes a turn, works a command and gets its result', async () => {
    const { runtime, scale } = startRuntime(url);
    await runtime.send(to('p1'), { type: 'parcel.weigh', grams: 5 });
    await expect.poll(() => scale.runs.length, { timeout: 20_000 }).toBe(1);
  });

  test('has a command tried again, which takes a job of its own', async () => {
    const own = openDatabase({ url, driver: 'pg' });
    const carrier = createPostgresCarrier(own, () => undefined);
    const before = await carrier.depth();
    await carrier.enqueue([{ storeId: 1, id: 'again', attempt: 2 }], 60_000);
    expect(await carrier.depth()).toBe(before + 1);
    await carrier.close();
    await own.close();
  });

  test.each([
    'DROP TABLE actors',
    'ALTER TABLE orders ADD COLUMN x int',
    'TRUNCATE events',
    'CREATE TABLE mine (x int)',
  ])('may not: %s', async (sql) => {
    expect(await codeOf(sql)).toBe(DENIED);
  });

  test.each(APPEND_ONLY)('adds to %s and changes nothing there', async (table) => {
    expect([await codeOf(`UPDATE ${table} SET at = now()`), await codeOf(`DELETE FROM ${table}`)]).toEqual([
      DENIED,
      DENIED,
    ]);
    expect(await codeOf(`SELECT 1 FROM ${table}`)).toBe('done');
  });

  test('has a name that is one', async () => {
    await expect(grantTo(database.pool, 'app; DROP TABLE actors')).rejects.toThrow('is not the name of a role');
  });
});
