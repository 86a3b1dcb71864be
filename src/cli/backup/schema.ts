// Which schema a database has, by its newest migration: a backup is only read by the schema that it was made with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { z } from 'zod';
import type { Sql } from '../../runtime/transactional.ts';
import { migrationsFolder } from '../migrations/migrate.ts';
import type { Header } from './format.ts';

const Journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/** @param sql of a migrated database; one that a newer build has migrated has a name that this build does not know */
export async function schemaOf(sql: Sql): Promise<Header['schema']> {
  const { rows } = await sql.query('SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1');
  const hash = z.string().parse(rows[0]?.['hash']);
  return { name: nameOf(hash) ?? 'one that is newer than this build', hash };
}

function nameOf(hash: string): string | undefined {
  const migration = readMigrationFiles({ migrationsFolder }).find((one) => one.hash === hash);
  const journal: unknown = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'));
  return Journal.parse(journal).entries.find(({ when }) => when === migration?.folderMillis)?.tag;
}
