// The database as it is: every table with its key and the comment that stands above it in schema/*.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { projectRoot } from '../../src/cli/project-root.ts';

const schema = join(projectRoot, 'schema');

type Table = { name: string; key: string[]; columns: string[]; what: string };

/** A Mermaid picture of the runtime's own tables: an actor's row and what hangs on it. */
export async function runtimePicture(): Promise<string> {
  const tables = (await tablesOf('runtime.ts')).filter(({ columns }) => columns.includes('store_id'));
  const entities = tables.map(({ name, key }) =>
    [`  ${name} {`, ...key.map((column) => `    key ${column}`), '  }'].join('\n'),
  );
  const hanging = tables.filter(({ columns }) => columns.includes('actor_key'));
  const lines = hanging.map(({ name }) => `  actors ||--o{ ${name} : "actor_key"`);
  return ['```mermaid', 'erDiagram', ...entities, ...lines, '```'].join('\n');
}

/** All tables, file by file, as Markdown. */
export async function tableList(): Promise<string> {
  const files = readdirSync(schema).filter((file) => file.endsWith('.ts'));
  const parts = await Promise.all(
    files.map(async (file) => {
      const rows = (await tablesOf(file)).map(({ name, key, what }) => `| \`${name}\` | ${key.join(', ')} | ${what} |`);
      return rows.length === 0
        ? []
        : [[`[schema/${file}](../schema/${file})`, ['| table | key | what |', '|---|---|---|', ...rows].join('\n')]];
    }),
  );
  return parts.flat(2).join('\n\n');
}

async function tablesOf(file: string): Promise<Table[]> {
  const exported: Record<string, unknown> = await import(pathToFileURL(join(schema, file)).href);
  const source = readFileSync(join(schema, file), 'utf8');
  return Object.entries(exported)
    .flatMap(([name, value]) => (is(value, PgTable) ? [describe(value, commentAbove(source, name))] : []))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function describe(table: PgTable, what: string): Table {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const single = columns.filter(({ primary }) => primary);
  const key = [...primaryKeys.flatMap((composite) => composite.columns), ...single].map((column) => column.name);
  return { name, key, columns: columns.map((column) => column.name), what };
}

function commentAbove(source: string, name: string): string {
  const [before = ''] = source.split(`export const ${name} = pgTable`);
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(before)?.[1] ?? '';
  const text = comment
    .replace(/^\s*\*/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') throw new Error(`schema: the table ${name} has no comment above it`);
  return text.replaceAll('|', '\\|');
}
