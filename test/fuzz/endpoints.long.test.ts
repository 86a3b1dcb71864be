import { describe, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { fuzz } from './endpoints.ts';

/** What `npm run fuzz:long` asks for, other requests each time; `test:all` takes 50,000, always the same. */
const ASKED = process.env['FUZZ_INPUTS'];
const INPUTS = Number(ASKED ?? 50_000);
const WITH_SQUARE = Math.round(INPUTS / 10);
const MS_A_PIECE_MAX = 40;

describe('any request to any endpoint, at length', () => {
  const database = useDatabase();
  const other = useDatabase();
  const elsewhere = ASKED !== undefined;
  const ms = Math.max(600_000, INPUTS * MS_A_PIECE_MAX);

  test(
    'is answered or refused, and a refusal stores nothing',
    () => fuzz(database, { inputs: INPUTS - WITH_SQUARE, square: false, elsewhere }),
    ms,
  );

  test('also with Square behind the counter', () => fuzz(other, { inputs: WITH_SQUARE, square: true, elsewhere }), ms);
});
