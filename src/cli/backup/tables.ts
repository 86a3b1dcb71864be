// Which tables a store's backup holds: read from the database itself, so that a new table is in it without being named.
// A table that is neither a store's nor left out for a reason stops the backup.
import { z } from 'zod';
import type { Sql } from '../../runtime/transactional.ts';

/** Tables that are no store's own, and why a store's backup goes without them. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  staff: 'an account may see several shops, so it stands above them',
  sessions: 'of an account; whoever was logged in logs in again',
  login_links: 'of an account; a new link is printed',
  login_attempts: 'who tries at which account; it is over within minutes',
  key_rotations: 'of the whole database; what a backup needs of it is in its head',
  attempts: 'items in the hands of processes that have just started',
  source_budgets: 'how much of the limits of book sources is used, by all shops together',
  source_answers: 'answers of book sources, asked for anew',
  book_details: 'what book sources say of a book, asked for anew',
  service_standings: 'how outside services were when somebody last asked them',
};

/** `type` as SQL writes it. */
export type Column = { name: string; type: string };
/** `storeColumn` begins the primary key, but in `stores`, where it is the key. */
export type StoreTable = { name: string; storeColumn: string; key: string[]; columns: Column[] };

const Row = z.object({
  name: z.string(),
  key: z.array(z.string()),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  needs: z.array(z.string()),
});
type Row = z.infer<typeof Row>;

// What the database computes itself is not in a backup.
const CATALOG = `
  SELECT c.relname::text AS name,
    ARRAY(SELECT a.attname::text FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place) AS key,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
    ARRAY(SELECT f.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND f.oid <> c.oid) AS needs
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY c.relname`;

/** Every table whose rows are a store's, in an order in which they can be written. @throws for a table of neither kind */
export async function storeTables(sql: Sql): Promise<StoreTable[]> {
  const { rows } = await sql.query(CATALOG);
  const known = rows.map((row) => Row.parse(row)).filter(({ name }) => !(name in LEFT_OUT));
  const strange = known.filter((row) => storeColumnOf(row) === undefined).map(({ name }) => name);
  if (strange.length > 0) {
    throw new Error(
      `${strange.join(', ')}: the key does not begin with store_id; say in src/cli/backup/tables.ts why a backup goes without`,
    );
  }
  return inOrder(known).map((row) => ({
    name: row.name,
    key: row.key,
    columns: row.columns,
    storeColumn: storeColumnOf(row) ?? 'store_id',
  }));
}

function storeColumnOf({ name, key }: Row): string | undefined {
  const wanted = name === 'stores' ? 'id' : 'store_id';
  return key[0] === wanted ? wanted : undefined;
}

/** What is referred to goes before what refers to it. */
function inOrder(tables: readonly Row[]): Row[] {
  const ordered: Row[] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const next = [...waiting.values()].filter(({ needs }) => !needs.some((name) => waiting.has(name)));
    if (next.length === 0) throw new Error(`${[...waiting.keys()].join(', ')} refer to each other in a circle`);
    for (const table of next) waiting.delete(table.name);
    ordered.push(...next);
  }
  return ordered;
}

/** A name as it stands in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
