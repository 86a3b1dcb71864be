// How many copies Square has at a location.
import { z } from 'zod';
import type { SquarePlace } from './square-shop.ts';

const CountsAnswer = z.array(
  z.object({
    catalogObjectId: z.string().min(1),
    state: z.literal('IN_STOCK'),
    quantity: z.string(),
    calculatedAt: z.iso.datetime({ offset: true }).nullish(),
  }),
);
/** `atMs`: what happened later is not in it; milliseconds since 1970 (UTC). */
export type SquareCount = { copies: number; atMs: number };

const BATCH = 250;

/** By variation; those of which Square keeps no count are missing. */
export async function countsAt(
  { square, locationId }: SquarePlace,
  variationIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, SquareCount>> {
  const counts = new Map<string, SquareCount>();
  for (let from = 0; from < variationIds.length; from += BATCH) {
    const catalogObjectIds = variationIds.slice(from, from + BATCH);
    const wanted = { catalogObjectIds, locationIds: [locationId], states: ['IN_STOCK' as const] };
    const answer = await square.ask(
      CountsAnswer,
      async (api, call) => {
        const rows: unknown[] = [];
        for await (const row of await api.inventory.batchGetCounts(wanted, call)) rows.push(row);
        return rows;
      },
      signal,
    );
    for (const { catalogObjectId, quantity, calculatedAt } of answer)
      counts.set(catalogObjectId, { copies: wholeCopies(quantity), atMs: calculatedAt ? Date.parse(calculatedAt) : 0 });
  }
  return counts;
}

/** "3.50" is three; what is no number, or less than nothing, is none. */
function wholeCopies(quantity: string): number {
  const copies = Math.floor(Number(quantity));
  return Number.isFinite(copies) && copies > 0 ? copies : 0;
}
