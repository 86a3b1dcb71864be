// How often a source, or another provider, may still be asked, counted in Postgres for all processes together and by Postgres' clock.
// A bucket bounds bursts and minutes, a count bounds the UTC day; what the source itself says comes on top.
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SourceLimits } from './source.ts';

/** The share of bucket and day that work in the background leaves to customers. */
const LEFT_TO_CUSTOMERS = 0.5;

// Read only after the row is locked: now() is when the transaction began, so who came first and is written last would set the
// bucket back, and give the time between the two once more.
const moment = sql`clock_timestamp()`;
const today = sql`(${moment} at time zone 'UTC')::date`;

/** What has limits; its name is the key of its bucket. */
export type Limited = { name: string; limits: Omit<SourceLimits, 'timeoutMs'> };

export type SourceBudget = {
  /** Takes one request out of the budget; false where it is used up, or where only customers may have the rest. */
  take(source: Limited, purpose: 'customer' | 'background'): Promise<boolean>;
  /** Takes the next request out of the budget, if need be ahead of time: how long until it may be made (ms); null, and nothing is taken, beyond `waitMaxMs`. */
  reserve(source: Limited, waitMaxMs: number): Promise<number | null>;
  /** The source said to wait: nobody asks it for so long. */
  hold(source: Limited, waitMs: number): Promise<void>;
};

export function createBudget(db: NodePgDatabase): SourceBudget {
  return {
    async take({ name, limits }, purpose) {
      const { burst, perDay } = limits;
      const rest = purpose === 'customer' ? 0 : LEFT_TO_CUSTOMERS;
      const { rowCount } = await db.execute(sql`
        insert into source_budgets as b (source, tokens, filled_at, day, used_today)
        values (${name}, ${burst - 1}::float8, ${moment}, ${today}, 1)
        on conflict (source) do update set
          tokens = ${filled(limits)} - 1, filled_at = ${moment},
          day = ${today}, used_today = ${usedToday} + 1
        where coalesce(b.held_until <= ${moment}, true)
          and ${filled(limits)} - 1 >= ${burst * rest}::float8 and ${usedToday} + 1 <= ${Math.floor(perDay * (1 - rest))}::int`);
      return rowCount === 1;
    },
    async reserve({ name, limits }, waitMaxMs) {
      const perMs = perSecondOf(limits) / 1000;
      const { rows } = await db.execute<{ tokens: number }>(sql`
        insert into source_budgets as b (source, tokens, filled_at, day, used_today)
        values (${name}, ${limits.burst - 1}::float8, ${moment}, ${today}, 1)
        on conflict (source) do update set
          tokens = ${filled(limits)} - 1, filled_at = ${moment},
          day = ${today}, used_today = ${usedToday} + 1
        where ${filled(limits)} - 1 >= ${-waitMaxMs * perMs}::float8 returning tokens`);
      const [row] = rows;
      return row ? Math.ceil(Math.max(0, -row.tokens) / perMs) : null;
    },
    async hold({ name }, waitMs) {
      await db.execute(sql`update source_budgets
        set held_until = greatest(held_until, ${moment} + ${waitMs}::float8 * interval '1 millisecond') where source = ${name}`);
    },
  };
}

// A full bucket may be emptied at once, so it fills at what is left of the minute: no minute ever sees more than `perMinute`.
function filled(limits: Limited['limits']) {
  return sql`least(${limits.burst}::float8, b.tokens + greatest(0, extract(epoch from ${moment} - b.filled_at)) * ${perSecondOf(limits)}::float8)`;
}

function perSecondOf({ burst, perMinute }: Limited['limits']): number {
  return (perMinute - burst) / 60;
}

const usedToday = sql`(case when b.day = ${today} then b.used_today else 0 end)`;
