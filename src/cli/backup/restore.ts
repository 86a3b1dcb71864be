// Brings one store back from its file, in one transaction: all of it, or nothing. What its rows ask to be done is then set
// up anew (set-up.ts), so that the shop goes on without doing twice what was done after the backup.
import type { Pool } from 'pg';
import { errorCode } from '../processes.mjs';
import { inTransaction } from '../../runtime/transaction.ts';
import type { Sql } from '../../runtime/transactional.ts';
import type { Keys } from '../keys/fitting.ts';
import { createMac, EndLine, FORMAT_VERSION, Header, linesOf, TableLine } from './format.ts';
import { makerOf, takeIn } from './keys.ts';
import { BackupRefused, damaged } from './refused.ts';
import { schemaOf } from './schema.ts';
import { moveSequences } from './sequences.ts';
import { setUpAnew } from './set-up.ts';
import type { SetUp } from './set-up.ts';
import { quoted, storeTables } from './tables.ts';
import type { StoreTable } from './tables.ts';

/** Rows in memory at once, at most. */
const WRITTEN = 200;

/** What a restore needs of its process. */
export type RestoreDeps = {
  pool: Pool;
  keys: Keys;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Called when a table is through. */
  onTable: (table: string, rows: number) => void;
};

/** `isToRotate`: something in it is under `PII_KEY_PREVIOUS`. */
export type Restored = { store: Header['store']; backupAt: Date; rows: number; setUp: SetUp; isToRotate: boolean };

/** @throws BackupRefused where the file, the key, the schema or what is there already does not fit; nothing is changed then */
export async function restoreStore(deps: RestoreDeps, file: string): Promise<Restored> {
  const lines = linesOf(file);
  try {
    return await inTransaction(deps.pool, (tx) => load(deps, tx, lines, file));
  } catch (error) {
    throw refusalOf(error, file);
  } finally {
    await lines.return(undefined);
  }
}

async function load(
  { keys, now, onTable }: RestoreDeps,
  sql: Sql,
  lines: AsyncGenerator<string>,
  file: string,
): Promise<Restored> {
  const header = headerOf(await nextLine(lines, file), file);
  const mac = macOf(header.value, keys, file);
  mac.add(header.line);
  await sql.query(`SET LOCAL idle_in_transaction_session_timeout = '10min'`);
  const { store, backupAt } = header.value;
  await assertSchema(sql, header.value);
  const tables = await storeTables(sql);
  await makeRoom(sql, tables, store);
  const end = await writeTables({ sql, tables, lines, file, mac, onTable });
  await moveSequences(sql, tables, store.id);
  const isToRotate = await takeIn(sql, header.value, keys);
  const setUp = await setUpAnew(sql, { storeId: store.id, backupAt: new Date(backupAt), now: new Date(now()) });
  return { store, backupAt: new Date(backupAt), rows: end.rows, setUp, isToRotate };
}

function headerOf(line: string, file: string): { line: string; value: Header } {
  const header = Header.safeParse(jsonOf(line));
  if (!header.success) throw new BackupRefused(`${file} is no backup of a store.`);
  const { version } = header.data;
  if (version !== FORMAT_VERSION)
    throw new BackupRefused(
      `${file} is of format ${version}; this build reads ${FORMAT_VERSION}. Use the build that wrote it.`,
    );
  return { line, value: header.data };
}

function macOf(header: Header, keys: Keys, file: string): ReturnType<typeof createMac> {
  const maker = makerOf(header, keys);
  if (maker) return createMac(maker);
  const how =
    header.keys.length > 1
      ? 'It was made while PII_KEY was exchanged: set PII_KEY and PII_KEY_PREVIOUS as they were then.'
      : 'Set the key of then as PII_KEY_PREVIOUS, restore, and run `marty keys rotate`.';
  throw new BackupRefused(`${file} was made under another PII_KEY; what is sealed in it could not be read. ${how}`);
}

async function assertSchema(sql: Sql, { schema }: Header): Promise<void> {
  const here = await schemaOf(sql);
  if (here.hash === schema.hash) return;
  throw new BackupRefused(
    `The backup has schema ${schema.name}, this database ${here.name}. Restore it with the build that made it, into an empty database, and migrate that.`,
  );
}

/** A store that was opened and never used makes room; anything else is not overwritten. */
async function makeRoom(sql: Sql, tables: readonly StoreTable[], store: Header['store']): Promise<void> {
  const { rows } = await sql.query('SELECT slug FROM stores WHERE id = $1', [store.id]);
  const slug = rows[0]?.['slug'];
  if (slug !== undefined && slug !== store.slug)
    throw new BackupRefused(
      `Store ${store.id} is "${String(slug)}" here and "${store.slug}" in the backup. Restore it into a database of its own.`,
    );
  const full: string[] = [];
  for (const { name, storeColumn } of tables.filter((table) => table.name !== 'stores')) {
    const found = await sql.query(`SELECT FROM ${quoted(name)} WHERE ${quoted(storeColumn)} = $1 LIMIT 1`, [store.id]);
    if (found.rowCount !== 0) full.push(name);
  }
  if (full.length > 0)
    throw new BackupRefused(
      `"${store.slug}" still has rows here (${full.join(', ')}); nothing is written over a store. Restore it into an empty database.`,
    );
  await sql.query('DELETE FROM stores WHERE id = $1', [store.id]);
}

type Writing = {
  sql: Sql;
  tables: readonly StoreTable[];
  lines: AsyncGenerator<string>;
  file: string;
  mac: ReturnType<typeof createMac>;
  onTable: RestoreDeps['onTable'];
};

async function writeTables({ sql, tables, lines, file, mac, onTable }: Writing): Promise<EndLine> {
  let line = await nextLine(lines, file);
  let rows = 0;
  for (const table of tables) {
    assertTable(table, jsonOf(line), file);
    mac.add(line);
    let batch: string[] = [];
    let ofTable = 0;
    for (line = await nextLine(lines, file); line.startsWith('['); line = await nextLine(lines, file)) {
      mac.add(line);
      batch.push(line);
      ofTable += 1;
      if (batch.length < WRITTEN) continue;
      await writeRows(sql, table, batch);
      batch = [];
    }
    await writeRows(sql, table, batch);
    rows += ofTable;
    onTable(table.name, ofTable);
  }
  const end = EndLine.safeParse(jsonOf(line));
  if (!end.success || end.data.rows !== rows || !mac.isDoneAs(end.data.mac)) throw damaged(file);
  return end.data;
}

function assertTable({ name, columns }: StoreTable, line: unknown, file: string): void {
  const here = { table: name, columns: columns.map((column) => column.name) };
  if (JSON.stringify(TableLine.safeParse(line).data) !== JSON.stringify(here)) throw damaged(file);
}

async function writeRows(sql: Sql, { name, columns }: StoreTable, rows: readonly string[]): Promise<void> {
  if (rows.length === 0) return;
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const values = columns.map(({ type }, place) => `(value ->> ${place})::${type}`).join(', ');
  await sql.query(
    `INSERT INTO ${quoted(name)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM json_array_elements($1::json)`,
    [`[${rows.join(',')}]`],
  );
}

async function nextLine(lines: AsyncGenerator<string>, file: string): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw damaged(file);
  return value;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A database's error may quote what was written: only its code and the name of a rule leave. */
function refusalOf(error: unknown, file: string): unknown {
  if (error instanceof BackupRefused) return error;
  const code = errorCode(error) ?? '';
  if (code.startsWith('22')) return damaged(file);
  if (code === '23505')
    return new BackupRefused(
      `Something that may be there once is there already (${ruleOf(error)}): another store has it, or somebody serves this one. Stop web and worker processes, and give no two stores one number or Square account.`,
    );
  return error;
}

function ruleOf(error: unknown): string {
  return error instanceof Error && 'constraint' in error ? String(error.constraint) : 'unknown';
}
