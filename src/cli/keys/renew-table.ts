// Seals a table's rows anew, newest first, page by page. A row that a turn has locked is left for the next pass, and one that
// changed since it was read stays as it is: what a process writes meanwhile is never lost.
import type { Pool } from 'pg';
import { z } from 'zod';
import { addressText } from '../../runtime/directory.ts';
import type { KeyState } from '../../runtime/rekey.ts';
import { errorCode } from '../processes.mjs';
import type { KeyUse } from './key-columns.ts';
import { NOTHING, sum } from './master-keys.ts';
import type { MasterKeys, Tally } from './master-keys.ts';

/** Rows that are locked together, at most: a turn of one of them waits as long as one statement takes. */
const PAGE = 200;
const UNIQUE = '23505';

type Column = { name: string; use: KeyUse };
type Table = { table: string; columns: readonly Column[] };
type Key = ReadonlyArray<{ name: string; type: string }>;
type Row = Record<string, unknown>;
/** A row with what of it is to change: old and new value of each column. */
type Change = { row: Row; values: Array<{ old: unknown; now: unknown }> };

/** One walk through what hangs on the master key. */
export type Renewal = {
  pool: Pool;
  keys: MasterKeys;
  /** `check` reads and writes nothing. */
  doing: 'renew' | 'check';
  onPage: (rows: number) => void;
};

/** Table and columns come from KEYED_COLUMNS, never from outside. */
export async function renewTable(renewal: Renewal, { table, columns }: Table): Promise<Tally> {
  const key = await keyOf(renewal.pool, table);
  let tally = NOTHING;
  let last: Row | undefined;
  do {
    const rows = await pageOf(renewal.pool, { table, columns }, key, last);
    tally = sum(tally, await renewPage(renewal, { table, columns }, key, rows));
    renewal.onPage(rows.length);
    last = rows.length === PAGE ? rows.at(-1) : undefined;
  } while (last);
  return tally;
}

async function keyOf(pool: Pool, table: string): Promise<Key> {
  const { rows } = await pool.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    [table],
  );
  return rows;
}

async function pageOf(pool: Pool, { table, columns }: Table, key: Key, after: Row | undefined): Promise<Row[]> {
  const names = key.map(({ name }) => name).join(', ');
  const machine = columns.some(({ use }) => use === 'address') ? ['machine'] : []; // part of what is hashed
  const read = [names, ...columns.map(({ name }) => name), ...machine].join(', ');
  const place = key.map(({ type }, n) => `$${n + 1}::${type}`).join(', ');
  const { rows } = await pool.query<Row>(
    `SELECT ${read} FROM ${table} ${after ? `WHERE (${names}) < (${place})` : ''}
     ORDER BY ${key.map(({ name }) => `${name} DESC`).join(', ')} LIMIT ${PAGE}`,
    after ? key.map(({ name }) => after[name]) : [],
  );
  return rows;
}

async function renewPage(
  { pool, keys, doing }: Renewal,
  { table, columns }: Table,
  key: Key,
  rows: Row[],
): Promise<Tally> {
  const states = rows.map((row) => columns.map(({ name, use }) => stateOf(keys, row, name, use)));
  const changes = rows.flatMap((row, n): Change[] => {
    const all = states[n] ?? [];
    if (!all.some((one) => one?.under === 'previous')) return [];
    return [{ row, values: columns.map(({ name }, c) => valuesOf(row[name], all[c] ?? null)) }];
  });
  const neither = states.filter((all) => all.some((one) => one?.under === 'neither')).length;
  const { renewed, duplicates } = doing === 'renew' ? await write(pool, { table, columns }, key, changes) : NONE;
  return { rows: rows.length, renewed, previous: changes.length - renewed, neither, duplicates };
}

function valuesOf(old: unknown, state: KeyState | null) {
  return { old, now: state?.under === 'previous' ? state.renewed : old };
}

/** Null where there is nothing to renew it from. */
function stateOf({ rekey, both }: MasterKeys, row: Row, column: string, use: KeyUse): KeyState | null {
  const value = row[column];
  if (!Buffer.isBuffer(value)) return null;
  if (use === 'wrapped') return rekey.dataKey(value);
  if (use === 'shared') return rekey.shared(value);
  const addressed = Addressed.safeParse(row);
  if (!addressed.success || rekey.shared(addressed.data.address_sealed).under === 'neither') return null;
  const { store_id: storeId, machine, address_sealed: sealed } = addressed.data;
  return rekey.lookup(value, addressText({ storeId, machine, id: both.openShared(sealed) }));
}

// An heir of somebody forgotten has a hash and no address: see rotations.ts.
const Addressed = z.object({ store_id: z.number(), machine: z.string(), address_sealed: z.instanceof(Buffer) });

type Written = Pick<Tally, 'renewed' | 'duplicates'>;
const NONE: Written = { renewed: 0, duplicates: [] };

async function write(pool: Pool, table: Table, key: Key, changes: readonly Change[]): Promise<Written> {
  if (changes.length === 0) return NONE;
  try {
    return { renewed: await update(pool, table, key, changes), duplicates: [] };
  } catch (error) {
    if (errorCode(error) !== UNIQUE) throw error;
    const [first] = changes;
    if (changes.length === 1 && first) return part(pool, table, key, first);
    const each = [];
    for (const change of changes) each.push(await write(pool, table, key, [change]));
    return { renewed: each.reduce((n, one) => n + one.renewed, 0), duplicates: each.flatMap((one) => one.duplicates) };
  }
}

// Two actors of one address: a process that knew only the previous key took a customer for a new one. The one of before keeps the address.
async function part(pool: Pool, table: Table, key: Key, { row, values }: Change): Promise<Written> {
  const without = table.columns.map(({ use }, n) => ({
    old: values[n]?.old,
    now: use === 'address' ? null : values[n]?.now,
  }));
  const renewed = await update(pool, table, key, [{ row, values: without }]);
  return { renewed, duplicates: renewed === 0 ? [] : [String(row['key'])] };
}

async function update(pool: Pool, table: Table, key: Key, changes: readonly Change[]): Promise<number> {
  const { columns } = table;
  const { rowCount } = await pool.query(statement(table, key), [
    ...key.map(({ name }) => changes.map(({ row }) => row[name])),
    ...columns.map((_, n) => changes.map(({ values }) => values[n]?.old ?? null)),
    ...columns.map((_, n) => changes.map(({ values }) => values[n]?.now ?? null)),
  ]);
  return rowCount ?? 0;
}

function statement({ table, columns }: Table, key: Key): string {
  const types = [...key.map(({ type }) => type), ...columns.map(() => 'bytea'), ...columns.map(() => 'bytea')];
  const names = [...key.map((_, n) => `k${n}`), ...columns.map((_, n) => `o${n}`), ...columns.map((_, n) => `n${n}`)];
  const same = (left: string) => key.map(({ name }, n) => `${left}.${name} = u.k${n}`).join(' AND ');
  return `
    WITH u AS (SELECT * FROM unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')}) AS u (${names.join(', ')})),
      free AS (SELECT ${key.map(({ name }) => `t.${name}`).join(', ')} FROM ${table} t JOIN u ON ${same('t')}
        FOR NO KEY UPDATE OF t SKIP LOCKED)
    UPDATE ${table} t SET ${columns.map(({ name }, n) => `${name} = u.n${n}`).join(', ')}
    FROM u JOIN free ON ${same('free')}
    WHERE ${same('t')} AND ${columns.map(({ name }, n) => `t.${name} IS NOT DISTINCT FROM u.o${n}`).join(' AND ')}`;
}
