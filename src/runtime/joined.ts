// Several writes as one statement: a message to Postgres and its answer cost more than a short statement does.
import type { Statement } from './database.ts';

export type Prepared = Required<Statement>;

/** What Postgres keeps of a prepared statement's name (bytes): two longer ones could be taken for each other. */
const NAME_MAX = 63;

const texts = new Map<string, string>();

/**
 * One statement that does what several do, named after all of them. All of its parts see the rows as they were before, so no two
 * may be about the same row.
 */
export function joined(statements: readonly Prepared[]): Prepared[] {
  if (statements.length < 2) return [...statements];
  const name = statements.map((statement) => statement.name).join();
  if (name.length > NAME_MAX) throw new Error(`a statement's name is longer than Postgres keeps: ${name}`);
  const text = texts.get(name) ?? textOf(statements);
  texts.set(name, text);
  return [{ name, text, values: statements.flatMap(({ values }) => values) }];
}

function textOf(statements: readonly Prepared[]): string {
  let before = 0;
  const parts = statements.map(({ text, values }, n) => {
    const part = `part${n} AS (${text.replaceAll(/\$(\d+)/g, (_, digits) => `$${before + Number(digits)}`)})`;
    before += values.length;
    return part;
  });
  return `WITH ${parts.join(',\n')} SELECT`;
}
