// The shop's counter with Square behind it: the real client over real HTTP, against the fake Square.
import { randomUUID } from 'node:crypto';
import type { Address } from '../../schema/acts.ts';
import { openSquareShop } from '../../src/commerce/square/square-shop.ts';
import type { SquareShop } from '../../src/commerce/square/square-shop.ts';
import type { LinkRequest, Till } from '../../src/commerce/till.ts';
import type { FakeSquare, SquareFault } from '../fakes/square.ts';
import { DUNE, EMMA } from './shop.ts';

export const ADDRESS: Address = {
  name: 'Jane Doe',
  line1: '12 Elm St',
  line2: 'Apt 4',
  city: 'Hoboken',
  state: 'NJ',
  zip: '07030',
};
export const ADDRESS_ID = '0197a000-0000-7000-8000-00000000000a';

/** More than an answer takes on a machine with much else to do (ms). */
const PATIENCE_MS = 10_000;

/** After how long a call that meets this fault is given up (ms): one that hangs soon, but not before others have their answers. */
export function patienceWith(fault: SquareFault): number {
  return fault === 'hang' ? 1_000 : PATIENCE_MS;
}

/** A till at the fake; calls are given up after `timeoutMs`. */
export function squareTill(fake: FakeSquare, timeoutMs = PATIENCE_MS, now = Date.now): Till {
  return squareShop(fake, { timeoutMs, now }).till;
}

/** A shop at the fake. `customers`: who may be named by an order; nobody by default. */
export function squareShop(fake: FakeSquare, given: Partial<Parameters<typeof openSquareShop>[0]> = {}): SquareShop {
  const { url: baseUrl, accessToken, locationId } = fake;
  const addressOf = ({ id }: { id: string }) => Promise.resolve(id === ADDRESS_ID ? ADDRESS : null);
  const customers = { idOf: () => Promise.resolve(null) };
  const own = { accessToken, environment: 'sandbox' as const, baseUrl, locationId, addressOf, customers };
  return openSquareShop({ ...own, now: Date.now, ...given });
}

/** Two copies of Dune and one of Emma for pickup; fields given replace the made-up ones. */
export function linkRequest(given: Partial<LinkRequest> = {}): LinkRequest {
  const orderId = given.orderId ?? randomUUID();
  return {
    storeId: 1,
    intentKey: `${orderId}-1-l`,
    orderId,
    revision: 1,
    currency: 'USD',
    lines: [
      { isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899, catalogId: null },
      { isbn13: EMMA, title: 'Emma', copies: 1, priceCents: 901, catalogId: null },
    ],
    fulfillment: 'pickup',
    addressId: null,
    customer: null,
    taxCents: 311,
    taxRatePpm: 66_250,
    shippingCents: 0,
    ...given,
  };
}

/** What became of a call: its answer, or the code of what it threw. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error));
}
