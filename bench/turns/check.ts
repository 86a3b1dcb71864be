// What must hold after any load: nothing lost, nothing doubled, no gap. Counted over every customer, not sampled.
import { z } from 'zod';
import { createVault } from '../../src/runtime/vault.ts';
import type { SubjectReport } from './channel.ts';
import { CustomerContext } from './customer.ts';
import { MASTER_KEY, naturalIdOf, STORE_ID } from './ours.ts';
import { onDatabase } from './servers.ts';
import type { SubjectName } from './subject.ts';
import { WAYS } from './ways.ts';

/** How many customers, messages or turns are not as they must be; all zero in a right run. */
export type Mistakes = {
  /** Customers whose count is not the number of messages that were accepted from them, or who are not answered. */
  wrongCustomers: number;
  /** Customers whose journal does not number its turns from 1 without a gap, two turns a message; null for a way without journals. */
  brokenJournals: number | null;
  /** Commands that are not done, and messages whose command ran more than once. */
  openCommands: number;
  ranTwice: number;
  /** Repeated deliveries that were not recognised. */
  takenTwice: number;
};
type Found = Pick<Mistakes, 'wrongCustomers' | 'brokenJournals' | 'openCommands'>;
type Accepted = ReadonlyMap<number, number>;

const Row = z.object({
  customer: z.coerce.string(),
  snapshot: z.string(),
  seq: z.coerce.number(),
  turns: z.coerce.number(),
  last: z.coerce.number(),
});
type Row = z.infer<typeof Row>;
const Snapshot = z.object({ context: CustomerContext });

const SQL = {
  ours: {
    customers: `SELECT encode(a.address_hash, 'hex') AS customer, a.snapshot, a.seq, count(*) AS turns, max(e.seq) AS last
      FROM actors a JOIN events e ON e.store_id = a.store_id AND e.actor_key = a.key GROUP BY a.store_id, a.key`,
    open: "SELECT FROM commands WHERE status <> 'done'",
    /** A customer is born in a turn of its own. */
    firstTurns: 1,
  },
  ordinary: {
    customers: `SELECT c.id AS customer, c.snapshot::text, c.seq, count(*) AS turns, c.seq AS last
      FROM customers c JOIN customer_events e ON e.customer_id = c.id GROUP BY c.id`,
    open: 'SELECT FROM customer_commands WHERE done_at IS NULL',
    firstTurns: 0,
  },
};

/** Reads what a subject at rest has kept. @param accepted messages by customer */
export async function findMistakes(
  subject: SubjectName,
  databaseUrl: string,
  accepted: Accepted,
  { survey }: Pick<SubjectReport, 'survey'>,
): Promise<Found> {
  const { kept } = WAYS[subject];
  if (kept !== 'itself') return inTables(kept, databaseUrl, accepted);
  if (survey === null) throw new Error(`${subject} does not tell what it has kept`);
  return inSurvey(survey, accepted);
}

function inSurvey({ standings, open }: NonNullable<SubjectReport['survey']>, accepted: Accepted): Found {
  const found = new Map(standings.map((standing) => [standing.customer, standing]));
  const wrong = [...accepted].filter(([customer, count]) => {
    const standing = found.get(customer);
    return standing?.received !== count || standing.answered !== count || standing.pending > 0;
  });
  return {
    wrongCustomers: wrong.length + Math.abs(found.size - accepted.size),
    brokenJournals: null,
    openCommands: open,
  };
}

async function inTables(kept: 'ours' | 'ordinary', databaseUrl: string, accepted: Accepted): Promise<Found> {
  const { customers, open, firstTurns } = SQL[kept];
  return onDatabase(databaseUrl, async (pool) => {
    const { rows } = await pool.query(customers);
    const found = new Map(rows.map((row) => Row.parse(row)).map((row) => [row.customer, row]));
    const nameOf = kept === 'ours' ? hashedName() : String;
    const expected = [...accepted].map(([customer, count]) => ({ count, row: found.get(nameOf(customer)) }));
    return {
      wrongCustomers:
        expected.filter(({ count, row }) => !isRight(row, count)).length + Math.abs(found.size - accepted.size),
      brokenJournals: expected.filter(({ count, row }) => !isWhole(row, 2 * count + firstTurns)).length,
      openCommands: (await pool.query(open)).rows.length,
    };
  });
}

function hashedName(): (customer: number) => string {
  const vault = createVault(MASTER_KEY);
  return (customer) => vault.lookupHash(`${STORE_ID}/customer/${naturalIdOf(customer)}`).toString('hex');
}

function isRight(row: Row | undefined, count: number): boolean {
  if (!row) return false;
  const { context } = Snapshot.parse(JSON.parse(row.snapshot));
  return context.received === count && context.answered === count && context.pending.length === 0;
}

function isWhole(row: Row | undefined, turns: number): boolean {
  return row !== undefined && row.seq === turns && row.turns === turns && row.last === turns;
}
