// Square's customer directory: who has a phone number there, and the record that is made once somebody buys. Nothing is
// made for who only asks.
import { z } from 'zod';
import type { SquareDesk } from './client.ts';
import { orNull } from './trouble.ts';

const id = z.string().min(1);
const Found = z
  .object({ customers: z.array(z.object({ id })).nullish() })
  .transform(({ customers }) => customers?.[0]?.id ?? null);
const Customer = z
  .object({ customer: z.object({ id, referenceId: z.string().nullish() }) })
  .transform(({ customer }) => customer);
const Deleted = z.object({});

/** The oldest record with exactly this number; null where there is none. @param phone E.164 */
export function findCustomer(square: SquareDesk, phone: string, signal?: AbortSignal): Promise<string | null> {
  const query = {
    filter: { phoneNumber: { exact: phone } },
    sort: { field: 'CREATED_AT', order: 'ASC' },
  } as const;
  return square.ask(Found, (api, call) => api.customers.search({ query, limit: 1n }, call), signal);
}

/** Our name of the customer goes with it: it keys the making, and tells later that the record is ours. */
export async function makeCustomer(
  square: SquareDesk,
  { phone, actorKey }: { phone: string; actorKey: string },
  signal?: AbortSignal,
): Promise<string> {
  const wanted = { idempotencyKey: `c-${actorKey}`, phoneNumber: phone, referenceId: actorKey };
  return (await square.ask(Customer, (api, call) => api.customers.create(wanted, call), signal)).id;
}

/** Deletes the record that we made; one that the shop had before, or by other ways, `stays`. */
export async function deleteOwnCustomer(
  square: SquareDesk,
  { customerId, actorKey }: { customerId: string; actorKey: string },
  signal?: AbortSignal,
): Promise<'deleted' | 'stays'> {
  const known = await orNull(square.ask(Customer, (api, call) => api.customers.get({ customerId }, call), signal));
  if (known && known.referenceId !== actorKey) return 'stays';
  if (known) await orNull(square.ask(Deleted, (api, call) => api.customers.delete({ customerId }, call), signal));
  return 'deleted';
}
