import { describe, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { fuzz } from './endpoints.ts';

/** What fits the time of `test:all`, always the same; `npm run fuzz:long` asks for more, at random. */
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 9_000);
const MS_A_PIECE_MAX = 40;

describe('any request to any endpoint, at length', () => {
  const database = useDatabase();
  const other = useDatabase();
  const most = Math.round(INPUTS * 0.9);
  const ms = Math.max(600_000, INPUTS * MS_A_PIECE_MAX);

  test(
    'is answered or refused, and a refusal stores nothing',
    () => fuzz(database.pool, database.url, most, false),
    ms,
  );

  test('also with Square behind the counter', () => fuzz(other.pool, other.url, INPUTS - most, true), ms);
});
