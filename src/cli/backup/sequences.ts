// Numbers that the database hands out go on behind those that came with the rows.
import { z } from 'zod';
import type { Sql } from '../../runtime/transactional.ts';
import { quoted } from './tables.ts';
import type { StoreTable } from './tables.ts';

const Found = z.object({ column: z.string(), sequence: z.string() });

/** Changes nothing where they are further already, which a role that does not own them may not either. */
export async function moveSequences(sql: Sql, tables: readonly StoreTable[], storeId: number): Promise<void> {
  for (const { name, storeColumn, columns } of tables) {
    const { rows } = await sql.query(
      `SELECT "column", sequence FROM unnest($2::text[]) AS "column", pg_get_serial_sequence($1, "column") AS sequence
       WHERE sequence IS NOT NULL`,
      [quoted(name), columns.map((column) => column.name)],
    );
    for (const { column, sequence } of rows.map((row) => Found.parse(row)))
      await sql.query(
        `SELECT setval($2::regclass, newest) FROM (SELECT max(${quoted(column)}) AS newest FROM ${quoted(name)}
         WHERE ${quoted(storeColumn)} = $1) AS came WHERE newest > coalesce(pg_sequence_last_value($2::regclass), 0)`,
        [storeId, sequence],
      );
  }
}
