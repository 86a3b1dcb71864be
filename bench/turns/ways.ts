// The ways of doing turns: what each is called, what its database needs before it starts, and how it is found right afterwards.
import type pg from 'pg';
import { migrate, migrateQueues } from '../../src/cli/migrations/migrate.ts';
import { ORDINARY_TABLES } from '../ordinary.ts';
import type { SubjectName } from './subject.ts';

type Way = {
  title: string;
  /** Makes its tables, and whatever its customers have before they write. */
  prepare: (pool: pg.Pool, customers: number) => Promise<void>;
  /** Where its state lies: in our tables, in the ordinary way's, or where only its own process can read it. */
  kept: 'ours' | 'ordinary' | 'itself';
};

const ordinary = {
  kept: 'ordinary',
  async prepare(pool, customers) {
    await pool.query(ORDINARY_TABLES);
    await pool.query('INSERT INTO customers SELECT n, 0, NULL, now() FROM generate_series(0, $1 - 1) n', [customers]);
  },
} as const satisfies Partial<Way>;

/** Makes its tables itself when it starts. */
const foreign = { kept: 'itself', prepare: () => Promise.resolve() } as const satisfies Partial<Way>;

export const WAYS: Record<SubjectName, Way> = {
  'ours-redis': { title: 'Marty, BullMQ on Redis', kept: 'ours', prepare: migrate },
  'ours-postgres': {
    title: 'Marty, BullMQ in Postgres',
    kept: 'ours',
    async prepare(pool) {
      await migrate(pool);
      await migrateQueues(pool);
    },
  },
  ordinary: { title: 'the ordinary way, BullMQ on Redis', ...ordinary },
  'ordinary-lean': { title: 'the same, but a crash loses commands', ...ordinary },
  restate: { title: 'Restate', ...foreign },
  dbos: { title: 'DBOS Transact', ...foreign },
  langgraph: { title: 'LangGraph.js, Postgres saver', ...foreign },
};
