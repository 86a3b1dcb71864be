import { describe, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { fuzz } from './endpoints.ts';

const INPUTS = 1_800;
const INPUTS_WITH_SQUARE = 200;

describe('any request to any endpoint', () => {
  const database = useDatabase();
  const other = useDatabase();

  test(
    'is answered or refused, and a refusal stores nothing',
    () => fuzz(database.pool, database.url, INPUTS, false),
    60_000,
  );

  test('also with Square behind the counter', () => fuzz(other.pool, other.url, INPUTS_WITH_SQUARE, true), 60_000);
});
