import { describe, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { fuzz } from './endpoints.ts';

describe('any request to any endpoint', () => {
  const database = useDatabase();
  const other = useDatabase();

  test(
    'is answered or refused, and a refusal stores nothing',
    () => fuzz(database, { inputs: 1_800, square: false, elsewhere: false }),
    60_000,
  );

  test(
    'also with Square behind the counter',
    () => fuzz(other, { inputs: 200, square: true, elsewhere: false }),
    60_000,
  );
});
