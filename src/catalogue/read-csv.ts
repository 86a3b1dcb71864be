// A CSV with a header as a stream of numbered records. A line that is no CSV is reported like any bad row.
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';

/** The file as a whole cannot be read: it has no header, or columns are missing. */
export class UnreadableCsv extends Error {
  override readonly name = 'UnreadableCsv';
}

/** `line` counts from 1, the header included; for a record over several lines it is the last. `bytes` read so far. */
export type CsvRecord = { line: number; bytes: number } & ({ fields: Record<string, string> } | { broken: string });

const Parsed = z.object({
  record: z.record(z.string(), z.string()),
  info: z.object({ lines: z.number(), bytes: z.number() }),
});

/**
 * Header names are compared in lower case; `columns` must all be there, in any order, among others.
 * @param check throws UnreadableCsv for a header that it cannot use
 */
export async function* readCsv(
  csv: Readable,
  columns: readonly string[],
  check: (header: readonly string[]) => void = () => undefined,
): AsyncGenerator<CsvRecord> {
  const broken: CsvRecord[] = [];
  let hasHeader = false;
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    columns: (header: string[]) => {
      hasHeader = true;
      const names = checkedHeader(header, columns);
      check(names);
      return names;
    },
    on_skip: (error) => {
      if (error instanceof CsvError)
        broken.push({ line: Number(error['lines']), bytes: 0, broken: 'is not readable as CSV' });
    },
  });
  csv.on('error', (error) => parser.destroy(error));
  for await (const chunk of csv.pipe(parser)) {
    yield* broken.splice(0);
    const { record, info } = Parsed.parse(chunk);
    yield { line: info.lines, bytes: info.bytes, fields: record };
  }
  yield* broken;
  if (!hasHeader) throw new UnreadableCsv(`the file is empty; its first line must name ${columns.join(', ')}`);
}

function checkedHeader(header: string[], columns: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length === 0) return names;
  throw new UnreadableCsv(`the header lacks ${missing.join(', ')}; it must name ${columns.join(', ')}`);
}
