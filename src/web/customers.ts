// The customer that a path names, in the shop of whoever asks: another shop's customer is nobody.
import { z } from '@hono/zod-openapi';
import type { WebDeps } from './deps.ts';
import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';
import { storeForStaff } from './stores.ts';
import { PhoneOrKey } from './wire/common.ts';

export const CustomerPath = z.object({ phone: PhoneOrKey });

/** 404 for whoever never wrote to this shop. */
export async function customerOf(
  deps: WebDeps,
  c: EdgeContext,
  { phone }: { phone: string },
  slug: string | undefined,
): Promise<{ storeId: number; key: string }> {
  const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
  const key = await deps.actors.keyOf({ storeId, machine: 'customer', id: phone });
  if (key === null) throw new Problem('not-found', 'nobody of that number or key has written to this shop');
  return { storeId, key };
}
