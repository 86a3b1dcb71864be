// What happened at Square since a certain time to orders that were made by text: for a shop whose own books end there.
import type { Square } from 'square';
import { z } from 'zod';
import type { SquarePlace } from './square-shop.ts';
import { Money, zeroOrMore } from './wire.ts';

const id = z.string().min(1);
const Order = z.object({
  id,
  state: z.enum(['OPEN', 'COMPLETED', 'DRAFT']),
  referenceId: z.string().nullish(),
  totalMoney: Money,
  tenders: zeroOrMore(z.unknown()),
  refunds: zeroOrMore(z.unknown()),
});
const Page = z.object({ orders: zeroOrMore(Order), cursor: z.string().nullish() });

/** `reference`: Square's name of it; `orderId`: ours. */
export type TouchedOrder = {
  reference: string;
  orderId: string;
  totalCents: number;
  isPaid: boolean;
  isRefunded: boolean;
};

const PAGE = 200;
/** Ten thousand orders: then a person has to look at Square itself. */
const PAGES_MAX = 50;

/** More orders were touched than we read. */
export class TooManyTouched extends Error {
  override readonly name = 'TooManyTouched';
}

/** Orders with a UUID of ours as their reference that were not cancelled, the last touched first. @throws TooManyTouched, and as `SquareDesk.ask` */
export async function ordersTouchedSince(
  { square, locationId }: SquarePlace,
  since: Date,
  signal?: AbortSignal,
): Promise<TouchedOrder[]> {
  const query: Square.SearchOrdersQuery = {
    filter: {
      dateTimeFilter: { updatedAt: { startAt: since.toISOString() } },
      stateFilter: { states: ['OPEN', 'COMPLETED', 'DRAFT'] },
    },
    sort: { sortField: 'UPDATED_AT', sortOrder: 'DESC' },
  };
  const touched: TouchedOrder[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const wanted = { locationIds: [locationId], limit: PAGE, query, ...(cursor === null ? {} : { cursor }) };
    const answer: z.infer<typeof Page> = await square.ask(Page, (api, call) => api.orders.search(wanted, call), signal);
    touched.push(...answer.orders.flatMap(ofOurs));
    cursor = answer.cursor ?? null;
    if (cursor === null) return touched;
  }
  throw new TooManyTouched(`more than ${PAGE * PAGES_MAX} at Square`);
}

function ofOurs({ id: reference, referenceId, totalMoney, tenders, refunds }: z.infer<typeof Order>): TouchedOrder[] {
  const orderId = z.uuid().safeParse(referenceId).data;
  if (orderId === undefined) return [];
  const { cents: totalCents } = totalMoney;
  return [{ reference, orderId, totalCents, isPaid: tenders.length > 0, isRefunded: refunds.length > 0 }];
}
