// Claude's tokens per customer and day. Over the budget the house recommender answers until the next UTC day.
import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { tokenUsage } from '../../schema/brain.ts';
import type { Tokens } from './claude/client.ts';

export type Budget = {
  /** Whether this customer has tokens left today. */
  hasLeft(storeId: number, actorKey: string): Promise<boolean>;
  spend(storeId: number, actorKey: string, tokens: Tokens): Promise<void>;
};

/** Counts nothing. */
export const UNCOUNTED: Budget = { hasLeft: () => Promise.resolve(true), spend: () => Promise.resolve() };

/** Tokens that were read from the prompt cache count a tenth, as they are billed. @param dailyTokensMax per customer */
export function createBudget(db: NodePgDatabase, dailyTokensMax: number, now: () => number): Budget {
  const today = () => new Date(now()).toISOString().slice(0, 10);
  return {
    hasLeft: async (storeId, actorKey) => {
      const mine = and(eq(tokenUsage.storeId, storeId), eq(tokenUsage.actorKey, actorKey), eq(tokenUsage.day, today()));
      const [used] = await db.select().from(tokenUsage).where(mine);
      return used === undefined || weightOf(used) < dailyTokensMax;
    },
    spend: async (storeId, actorKey, { inputTokens, cachedTokens, outputTokens }) => {
      await db
        .insert(tokenUsage)
        .values({ storeId, actorKey, day: today(), inputTokens, cachedTokens, outputTokens, requests: 1 })
        .onConflictDoUpdate({
          target: [tokenUsage.storeId, tokenUsage.actorKey, tokenUsage.day],
          set: {
            inputTokens: sql`${tokenUsage.inputTokens} + excluded.input_tokens`,
            cachedTokens: sql`${tokenUsage.cachedTokens} + excluded.cached_tokens`,
            outputTokens: sql`${tokenUsage.outputTokens} + excluded.output_tokens`,
            requests: sql`${tokenUsage.requests} + 1`,
          },
        });
    },
  };
}

const CACHED_SHARE = 0.1;

function weightOf({ inputTokens, cachedTokens, outputTokens }: Tokens): number {
  return inputTokens - cachedTokens * (1 - CACHED_SHARE) + outputTokens;
}
