// Reads the books of an evaluation from a CSV with the columns isbn13, title, authors.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { TitleRecord } from '../../src/catalogue/title-index.ts';

const Row = z.object({ isbn13: z.string(), title: z.string(), authors: z.string() });

export function readBooksCsv(path: string): TitleRecord[] {
  const rows = z
    .array(Row)
    .parse(parse(readFileSync(path, 'utf8'), { columns: true, skip_empty_lines: true, bom: true }));
  return rows.map(({ isbn13, title, authors }) => ({
    isbn13,
    title,
    authors: authors.split(/[;,]/).map((author) => author.trim()),
    series: null,
    seriesNumber: null,
  }));
}
