import { beforeAll, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { prepare } from '../runtime/kit.ts';
import { fuzzTickets } from './tickets.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

test('whatever lies in the queue, the good ticket after it is worked', () => fuzzTickets(database, 100));
