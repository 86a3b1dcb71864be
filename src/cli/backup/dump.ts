// Writes one store into a file: all its rows as of one instant, read a few at a time while everything goes on.
import { existsSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Sql } from '../../runtime/transactional.ts';
import { createVault } from '../../runtime/vault.ts';
import type { Keys } from '../keys/fitting.ts';
import { errorCode } from '../processes.mjs';
import { createMac, FORMAT_VERSION } from './format.ts';
import type { Header } from './format.ts';
import { keyFactsOf } from './keys.ts';
import { BackupRefused } from './refused.ts';
import { schemaOf } from './schema.ts';
import { quoted, storeTables } from './tables.ts';
import type { StoreTable } from './tables.ts';

/** Rows in memory at once, at most. */
const FETCHED = 200;

/** What a dump needs of its process. */
export type DumpDeps = {
  pool: Pool;
  keys: Keys;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Called when a table is through. */
  onTable: (table: string, rows: number) => void;
};

/** The file appears whole or not at all, and only its owner may read it. @throws BackupRefused */
export async function dumpStore(deps: DumpDeps, slug: string, file: string): Promise<{ rows: number }> {
  if (existsSync(file)) throw refusalOf({ code: 'EEXIST' }, file);
  const part = `${file}.part`;
  const made = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw refusalOf(error, part);
  });
  try {
    const written = await writeInto(deps, slug, made.createWriteStream({ flush: true }));
    await link(part, file).catch((error: unknown) => {
      throw refusalOf(error, file);
    });
    return written;
  } finally {
    await made.close();
    await rm(part, { force: true });
  }
}

async function writeInto(deps: DumpDeps, slug: string, to: Writable): Promise<{ rows: number }> {
  const client = await deps.pool.connect();
  let broken = true;
  try {
    const backupAt = new Date(deps.now()); // before the snapshot: what is lost later begins no later than this
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await client.query(`SET LOCAL idle_in_transaction_session_timeout = '10min'`);
    const written = { rows: 0 };
    await pipeline(Readable.from(contents(deps, client, { slug, backupAt }, written)), createGzip(), to);
    await client.query('COMMIT');
    broken = false;
    return written;
  } finally {
    client.release(broken);
  }
}

function refusalOf(error: unknown, file: string): BackupRefused {
  const code = errorCode(error);
  if (code === 'EEXIST') return new BackupRefused(`${file} is there already; nothing is written over a backup.`);
  return new BackupRefused(`${file} cannot be written (${code ?? 'unknown'}).`);
}

async function* contents(
  { keys, onTable }: DumpDeps,
  sql: Sql,
  { slug, backupAt }: { slug: string; backupAt: Date },
  written: { rows: number },
): AsyncGenerator<string> {
  const mac = createMac(createVault(keys.piiKey));
  const covered = (line: string) => {
    mac.add(line);
    return `${line}\n`;
  };
  const store = await storeOf(sql, slug);
  yield covered(JSON.stringify(await headerOf(sql, keys, store, backupAt)));
  for (const table of await storeTables(sql)) {
    yield covered(JSON.stringify({ table: table.name, columns: table.columns.map(({ name }) => name) }));
    let rows = 0;
    for await (const some of rowsOf(sql, table, store.id)) {
      rows += some.length;
      yield some.map(covered).join('');
    }
    written.rows += rows;
    onTable(table.name, rows);
  }
  yield `${JSON.stringify({ rows: written.rows, mac: mac.done() })}\n`;
}

async function headerOf(sql: Sql, keys: Keys, store: Store, backupAt: Date): Promise<Header> {
  const made = { version: FORMAT_VERSION, schema: await schemaOf(sql), backupAt: backupAt.toISOString() };
  return { format: 'marty-store', store, ...made, ...(await keyFactsOf(sql, keys)) };
}

const Store = z.object({ id: z.number(), slug: z.string(), name: z.string() });
type Store = z.infer<typeof Store>;

async function storeOf(sql: Sql, slug: string): Promise<Store> {
  const { rows } = await sql.query('SELECT id, slug, name FROM stores WHERE slug = $1', [slug]);
  if (rows.length === 0) throw new BackupRefused(`There is no store "${slug}"; \`marty stores ls\` names them.`);
  return Store.parse(rows[0]);
}

// As text in Postgres' own writing: jsonb, arrays, bytes and times come back exactly, which JSON alone does not promise.
async function* rowsOf(sql: Sql, { name, storeColumn, key, columns }: StoreTable, storeId: number) {
  const values = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  await sql.query(
    `DECLARE backup_rows NO SCROLL CURSOR FOR SELECT json_build_array(${values})::text AS row FROM ${quoted(name)}
     WHERE ${quoted(storeColumn)} = ${storeId} ORDER BY ${key.map(quoted).join(', ')}`,
  );
  for (;;) {
    const { rows } = await sql.query(`FETCH ${FETCHED} FROM backup_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => String(row));
  }
  await sql.query('CLOSE backup_rows');
}
