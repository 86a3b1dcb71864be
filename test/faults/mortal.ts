// A database through which a process dies at its n-th statement: right before it reaches Postgres, or right after it was answered.
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { openDatabase } from '../../src/runtime/database.ts';
import type { Connection, Database, Statement } from '../../src/runtime/database.ts';

/** Looking after others and staying alive: how often these come is a matter of time, so they do not count. */
const UNCOUNTED = new Set([
  'sweep-commands',
  'sweep-inbox',
  'settle-resting',
  'load-timers',
  'renew-leases',
  'read-lost-leases',
]);

export type Mortal = { opened: Database; counted: () => number; isDead: () => boolean };

/** `at`: the statement to die at, from 1; 0 lives on. `commitsAnswerAfterMs`: the answer to each COMMIT of a lane is so long on its way. */
export type Death = { at: number; when: 'before' | 'after'; commitsAnswerAfterMs?: number };

export function mortal(url: string, { at, when, commitsAnswerAfterMs = 0 }: Death): Mortal {
  const real = openDatabase({ url, driver: 'pg' });
  let count = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw Object.assign(new Error('the process is dead'), { code: 'XX000' });
  };

  async function guarded<T>(name: string | undefined, run: () => Promise<T>, cut: () => void): Promise<T> {
    if (dead) return die();
    const isLast = !(name && UNCOUNTED.has(name)) && ++count === at;
    if (isLast && when === 'before') {
      cut();
      return die();
    }
    const answer = await run();
    if (isLast) cut();
    return isLast || dead ? die() : answer;
  }

  const mortalPool = (pool: pg.Pool): pg.Pool =>
    new Proxy(pool, {
      get(target, key) {
        if (key !== 'query') return Reflect.get(target, key, target);
        return (statement: Statement, values?: unknown[]) => {
          const named = typeof statement === 'object' ? statement.name : undefined;
          return guarded(
            named,
            () => target.query(statement as never, values),
            () => undefined,
          );
        };
      },
    });

  return {
    counted: () => count,
    isDead: () => dead,
    opened: {
      ...real,
      pool: mortalPool(real.pool),
      openPool: (max, searchPath) =>
        searchPath === undefined ? mortalPool(real.openPool(max)) : real.openPool(max, searchPath),
      async connect(onLost) {
        if (dead) return die();
        const connection = await real.connect(onLost);
        const cut = () => void connection.end().catch(() => undefined);
        const query: Connection['query'] = (statement) => {
          return guarded(
            typeof statement === 'object' ? statement.name : undefined,
            async () => {
              const answer = await connection.query(statement);
              if (statement === 'COMMIT' && commitsAnswerAfterMs > 0) await setTimeout(commitsAnswerAfterMs);
              return answer;
            },
            cut,
          );
        };
        return { query, end: () => connection.end() };
      },
    },
  };
}
