// What the ways into Postgres make of a connection that breaks.
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();

describe('G1 a connection that Postgres ends in the middle of a transaction', () => {
  test('is an error of the statement after it, and not the end of the process', async () => {
    const opened = openDatabase({ url: database.url, driver: 'pg' });
    const client = await opened.pool.connect();
    await client.query("SET idle_in_transaction_session_timeout = '20ms'");
    await client.query('BEGIN');
    await new Promise((ended) => client.once('end', () => ended(null))); // an error that nobody heard would fail this file
    const next = await client.query('SELECT 1').catch((error: unknown) => error);
    client.release(true);
    expect(next).toBeInstanceOf(Error);
    await opened.close();
  });
});
