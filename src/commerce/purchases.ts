// The books that a customer has bought by other ways than by text, as Square last told of them: sealed with the customer's
// own key, read by whoever answers them, and never waited for.
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { Isbn13 } from '../../schema/acts.ts';
import { customers } from '../../schema/commerce.ts';
import type { Seal } from './address-book.ts';
import type { Db } from './db.ts';

/** `isInHand`: it was handed over, at `atMs` (milliseconds since 1970, UTC). */
const Purchase = z.object({
  isbn13: Isbn13,
  title: z.string().min(1).max(300),
  atMs: z.int(),
  isInHand: z.boolean(),
});
export type Purchase = z.infer<typeof Purchase>;
const Purchases = z.array(Purchase);

type Whose = { storeId: number; actorKey: string; dataKey: Buffer };

/** Newest first. */
export async function readPurchases(
  db: Db,
  vault: Pick<Seal, 'open'>,
  { storeId, actorKey, dataKey }: Whose,
): Promise<Purchase[]> {
  const [row] = await db
    .select({ sealed: customers.pastOrdersSealed })
    .from(customers)
    .where(and(eq(customers.storeId, storeId), eq(customers.actorKey, actorKey)));
  return row?.sealed ? Purchases.parse(JSON.parse(vault.open(dataKey, row.sealed))) : [];
}

/** For `readPurchases`. */
export function sealPurchases(vault: Pick<Seal, 'seal'>, dataKey: Buffer, purchases: readonly Purchase[]): Buffer {
  return vault.seal(dataKey, JSON.stringify(purchases));
}
