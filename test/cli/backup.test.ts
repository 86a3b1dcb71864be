import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterwards } from '../../src/cli/backup/afterwards.ts';
import { dumpStore } from '../../src/cli/backup/dump.ts';
import { restoreStore } from '../../src/cli/backup/restore.ts';
import { strayLines } from '../../src/cli/backup/stray-lines.ts';
import { LEFT_OUT, storeTables } from '../../src/cli/backup/tables.ts';
import type { SquareDesk } from '../../src/commerce/square/client.ts';
import { linkRequest, squareShop } from '../commerce/square-counter.ts';
import { FakeSquare } from '../fakes/square.ts';
import { useDatabase } from '../harness/database.ts';
import { openStore } from './open-store.ts';

const database = useDatabase();

test('every table is in a backup, or left out for a reason', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  );
  const named = [...(await storeTables(database.pool)).map(({ name }) => name), ...Object.keys(LEFT_OUT)];
  expect(named.sort()).toEqual(rows.map(({ name }) => name).sort());
  await database.pool.query('CREATE TABLE forgotten (id int PRIMARY KEY, store_id int)');
  await expect(storeTables(database.pool)).rejects.toThrow(/^forgotten: the key does not begin with store_id/);
  await database.pool.query('DROP TABLE forgotten');
});

test('whoever brings a shop back is told that those who were forgotten since are back, and what to do', () => {
  const backupAt = new Date('2026-11-28T08:00:00Z');
  const said = afterwards({ slug: 'tower', backupAt, setUp: { commands: 1, bubbles: 2, links: 3 } });
  expect(said.slice(2)).toEqual([
    'Whoever asked to be forgotten since 2026-11-28T08:00:00.000Z is back and must be forgotten again, before web and worker start:',
    '  marty customers forget PHONE --store tower',
  ]);
});

describe('orders that only Square knows', () => {
  const since = new Date('2020-01-01T00:00:00Z');
  const AGAIN = '  marty stores strays tower --since 2020-01-01T00:00:00.000Z';
  let fake: FakeSquare;
  beforeEach(async () => void (fake = await new FakeSquare().start()));
  afterEach(() => fake.stop());

  const said = (square: SquareDesk | null = null) => {
    const shop = squareShop(fake);
    const at = square === null ? shop : { ...shop, place: { ...shop.place, square } };
    const tills = { square: () => Promise.resolve(at) };
    return strayLines({ db: database.db, tills }, { id: 7, slug: 'tower' }, since);
  };

  test('are listed, with what they come to and whether they are paid', async () => {
    expect(await said()).toEqual(['Square has no order since then that this store does not know.']);
    const request = linkRequest();
    const { reference, totalCents } = await squareShop(fake).till.createLink(request);
    const total = (totalCents / 100).toFixed(2);
    expect((await said()).slice(1)).toEqual([
      `  ${reference}  order ${request.orderId}  ${total}  not paid, its link is open`,
    ]);
  });

  test('are asked for again by a command that is safe beside workers, where Square does not answer', async () => {
    fake.breakNext(/orders\/search/, 503);
    expect(await said()).toEqual([expect.stringContaining('(outage)'), AGAIN]);
  });

  test('are too many to list where Square never comes to an end', async () => {
    const endless: SquareDesk = { ask: (schema) => Promise.resolve(schema.parse({ orders: [], cursor: 'more' })) };
    expect(await said(endless)).toEqual([expect.stringContaining('there are more than 10000 at Square'), AGAIN]);
  });

  test('are not said to be Square’s fault where something else broke', async () => {
    await expect(said({ ask: () => Promise.reject(new TypeError('broken')) })).rejects.toThrow('broken');
  });
});

describe('a backup’s file', () => {
  const keys = { piiKey: randomBytes(32), piiKeyPrevious: null };
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'marty-backup-'));
    file = join(folder, 'tower.marty');
    await openStore(database.pool, 7);
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.pool.query('TRUNCATE stores CASCADE');
  });
  const dump = (onTable = () => undefined) =>
    dumpStore({ pool: database.pool, keys, now: Date.now, onTable }, 'shop-7', file);

  test('is its owner’s alone, and nothing is left beside it', async () => {
    expect(await dump()).toEqual({ rows: 1 });
    expect([statSync(file).mode & 0o777, existsSync(`${file}.part`)]).toEqual([0o600, false]);
  });

  test('is not written over one that appeared meanwhile', async () => {
    const other = () => writeFileSync(file, 'another backup');
    await expect(dump(() => void other())).rejects.toThrow(/tower\.marty is there already/);
    expect([readFileSync(file, 'utf8'), existsSync(`${file}.part`)]).toEqual(['another backup', false]);
  });

  test('is left to whoever writes it already', async () => {
    writeFileSync(`${file}.part`, 'half of another');
    await expect(dump()).rejects.toThrow(/tower\.marty\.part is there already/);
    expect([readFileSync(`${file}.part`, 'utf8'), existsSync(file)]).toEqual(['half of another', false]);
  });

  test('is refused in words where it cannot be written, and leaves nothing where the database breaks off', async () => {
    const nowhere = join(folder, 'none', 'tower.marty');
    const deps = { pool: database.pool, keys, now: Date.now, onTable: () => undefined };
    await expect(dumpStore(deps, 'shop-7', nowhere)).rejects.toThrow(/tower\.marty\.part cannot be written \(ENOENT\)/);
    await expect(
      dump(() => {
        throw new Error('broken off');
      }),
    ).rejects.toThrow('broken off');
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });

  test('is not blamed where it is the database that cannot be reached', async () => {
    await dump();
    const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' });
    const restored = restoreStore({ pool, keys, now: Date.now, onTable: () => undefined }, file);
    await expect(restored).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await pool.end();
  });
});
