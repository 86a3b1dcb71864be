// What must hold after any load: nothing lost, nothing doubled, no gap. Counted over every customer, not sampled.
import { z } from 'zod';
import { createVault } from '../../src/runtime/vault.ts';
import { CustomerContext } from './customer.ts';
import { MASTER_KEY, naturalIdOf, STORE_ID } from './ours.ts';
import { onDatabase } from './servers.ts';
import type { SubjectName } from './subject.ts';

/** How many customers, messages or turns are not as they must be; all zero in a right run. */
export type Mistakes = {
  /** Customers whose count is not the number of messages that were accepted from them, or who are not answered. */
  wrongCustomers: number;
  /** Customers whose journal does not number its turns from 1 without a gap, two turns a message. */
  brokenJournals: number;
  /** Commands that are not done, and messages whose command ran more than once. */
  openCommands: number;
  ranTwice: number;
  /** Repeated deliveries that were not recognised. */
  takenTwice: number;
};

const Row = z.object({
  customer: z.coerce.string(),
  snapshot: z.string(),
  seq: z.coerce.number(),
  turns: z.coerce.number(),
  last: z.coerce.number(),
});
type Row = z.infer<typeof Row>;
const Snapshot = z.object({ context: CustomerContext });

const OURS = `SELECT encode(a.address_hash, 'hex') AS customer, a.snapshot, a.seq, count(*) AS turns, max(e.seq) AS last
  FROM actors a JOIN events e ON e.store_id = a.store_id AND e.actor_key = a.key GROUP BY a.store_id, a.key`;
const ORDINARY = `SELECT c.id AS customer, c.snapshot::text, c.seq, count(*) AS turns, c.seq AS last
  FROM customers c JOIN customer_events e ON e.customer_id = c.id GROUP BY c.id`;

/** Reads the database of a subject at rest. @param accepted messages by customer */
export async function findMistakes(
  subject: SubjectName,
  databaseUrl: string,
  accepted: ReadonlyMap<number, number>,
): Promise<Pick<Mistakes, 'wrongCustomers' | 'brokenJournals' | 'openCommands'>> {
  const ours = subject === 'ours-redis' || subject === 'ours-postgres';
  return onDatabase(databaseUrl, async (pool) => {
    const { rows } = await pool.query(ours ? OURS : ORDINARY);
    const found = new Map(rows.map((row) => Row.parse(row)).map((row) => [row.customer, row]));
    const vault = createVault(MASTER_KEY);
    const nameOf = (n: number) =>
      ours ? vault.lookupHash(`${STORE_ID}/customer/${naturalIdOf(n)}`).toString('hex') : String(n);
    const expected = [...accepted].map(([customer, count]) => ({ count, row: found.get(nameOf(customer)) }));
    const open = await pool.query(
      ours ? "SELECT FROM commands WHERE status <> 'done'" : 'SELECT FROM customer_commands WHERE done_at IS NULL',
    );
    return {
      wrongCustomers:
        expected.filter(({ count, row }) => !isRight(row, count)).length + Math.abs(found.size - accepted.size),
      brokenJournals: expected.filter(({ count, row }) => !isWhole(row, 2 * count + (ours ? 1 : 0))).length,
      openCommands: open.rows.length,
    };
  });
}

function isRight(row: Row | undefined, count: number): boolean {
  if (!row) return false;
  const { context } = Snapshot.parse(JSON.parse(row.snapshot));
  return context.received === count && context.answered === count && context.pending.length === 0;
}

function isWhole(row: Row | undefined, turns: number): boolean {
  return row !== undefined && row.seq === turns && row.turns === turns && row.last === turns;
}
