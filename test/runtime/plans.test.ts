// The hot path finds its rows by index, whatever the planner knew of the tables when it made its plans.
import { beforeAll, expect, test, vi } from 'vitest';
import { BY_KEY, openDatabase } from '../../src/runtime/database.ts';
import type { Database } from '../../src/runtime/database.ts';
import { useDatabase } from '../harness/database.ts';
import { letRest, prepare, soon, startRuntime, stored, to } from './kit.ts';

const database = useDatabase();
beforeAll(() => prepare(database.pool));

const HOT = ['actors', 'events', 'dedupe', 'commands', 'inbox', 'timers'];

/** Hears every statement of lanes, claims and sweeps. */
function overheard(opened: Database, hear: (text: string) => void): Database {
  const note = (statement: unknown) => {
    const text =
      typeof statement === 'object' && statement !== null && 'text' in statement ? statement.text : statement;
    hear(String(text));
  };
  return {
    ...opened,
    async connect(onLost) {
      const connection = await opened.connect(onLost);
      return {
        ...connection,
        query(statement) {
          note(statement);
          return connection.query(statement);
        },
      };
    },
    openPool(max, settings) {
      const pool = opened.openPool(max, settings);
      return new Proxy(pool, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            if (name === 'query') note(args[0]);
            const answer: unknown = Reflect.apply(value, target, args);
            return answer;
          };
        },
      });
    },
  };
}

async function plansOf(statements: Iterable<string>): Promise<Map<string, string>> {
  const pool = openDatabase({ url: database.url, driver: 'pg' }).openPool(1, BY_KEY);
  const plans = new Map<string, string>();
  for (const text of statements) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${text}`);
    plans.set(text, rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  await pool.end();
  return plans;
}

/** Statements that read one of the hot tables as a whole, or by an index that knows the store alone. */
function careless(plans: ReadonlyMap<string, string>): string[] {
  const scan = new RegExp(`(Seq Scan|Bitmap Heap Scan) on (${HOT.join('|')})`);
  const storeAlone = /Index Cond: \(+store_id = [^()]*(\(\$\d+\))?\)+$/m;
  return [...plans].filter(([, plan]) => scan.test(plan) || storeAlone.test(plan)).map(([text]) => text);
}

test('no statement of turns, claims, timers and sweeps reads a table from end to end', async () => {
  const heard = new Set<string>();
  const opened = overheard(openDatabase({ url: database.url, driver: 'pg' }), (text) => heard.add(text));
  const { runtime, scale } = startRuntime(database.url, { opened });
  scale.weigh = async ({ grams }) => ({ grams });
  const { actorKey } = await runtime.send(to('full'), { type: 'parcel.weigh', grams: 1 }, { dedupeKey: 'one' });
  await runtime.send(to('other'), { type: 'parcel.wait' });
  await runtime.send(to('other'), { type: 'parcel.left' });
  await runtime.send(to('other'), { type: 'parcel.greet', id: 'full' });
  await vi.waitFor(
    async () => expect(await stored(database.pool, actorKey)).toMatchObject({ context: { weighed: [1], notes: 1 } }),
    soon,
  );
  const door = startRuntime(database.url, { work: false });
  await door.runtime.send(to('asked'), { type: 'parcel.weigh', grams: 2 }); // nobody claims it at its birth
  const said = (words: string) => expect([...heard].some((text) => text.includes(words))).toBe(true);
  await vi.waitFor(() => said("SET status = 'running', owner"), soon); // a claim
  await vi.waitFor(() => said('UPDATE inbox'), soon); // a sweep
  const leases = opened.openPool(1, BY_KEY);
  await letRest(leases, Date.now());
  await leases.end();
  said('SET standing');
  const hot = [...heard].filter((text) => new RegExp(`\\b(${HOT.join('|')})\\b`).test(text));
  expect(hot.length).toBeGreaterThan(12);
  // A sweep that was planned on empty tables is planned anew as soon as they have grown (below); a turn does not wait for that.
  const ofTurns = hot.filter((text) => text.includes('unnest('));
  expect(careless(await plansOf(ofTurns))).toEqual([]);
  await fill();
  expect(careless(await plansOf(hot))).toEqual([]);
});

test('a young table that has grown is looked at within seconds, not at the next round of autovacuum', async () => {
  await database.pool.query(
    `INSERT INTO dedupe SELECT 2, gen_random_uuid(), n::text, now() FROM generate_series(1, 2000) n`,
  );
  startRuntime(database.url);
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(
      `SELECT reltuples > 1000 AS known FROM pg_class WHERE relname = 'dedupe'`,
    );
    expect(rows).toEqual([{ known: true }]);
  }, 10_000);
});

async function fill(): Promise<void> {
  const { pool } = database;
  const at = `now() - n * interval '1 s'`;
  await pool.query(
    `INSERT INTO actors (store_id, key, machine, version, seq, status, value, tags, created_at, updated_at)
     SELECT 1, gen_random_uuid(), 'parcel', 1, 1, 'active', '{}', '[]', now(), now() FROM generate_series(1, 5000) n`,
  );
  await pool.query(
    `INSERT INTO commands (store_id, id, actor_key, seq, kind, name, status, attempt, failures, input, correlation_id, created_at, finished_at)
     SELECT 1, gen_random_uuid(), a.key, 1, 'action', 'print', 'done', 1, 0, '', '', now(), now() FROM actors a WHERE a.seq = 1`,
  );
  await pool.query(`INSERT INTO dedupe SELECT 1, gen_random_uuid(), n::text, now() FROM generate_series(1, 5000) n`);
  await pool.query(
    `INSERT INTO timers (store_id, actor_key, id, token, due_at, held_until, event)
     SELECT 1, gen_random_uuid(), 't', gen_random_uuid(), ${at} + interval '9 days', ${at} + interval '9 days', '' FROM generate_series(1, 3000) n`,
  );
  await pool.query('ANALYZE');
}
