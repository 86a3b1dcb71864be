// Square behind the counter. One intent key makes one Square order with one payment link; paid means that a payment of
// that order is COMPLETED, and Square's order id is the reference by which its events find ours.
import type { z } from 'zod';
import type { Address } from '../../../schema/acts.ts';
import { goodsOf, TillRefused } from '../till.ts';
import type { Link, LinkRef, LinkRequest, LinkState, OrderCustomers, Till } from '../till.ts';
import { cancelOrder } from './cancel-order.ts';
import type { SquareDesk } from './client.ts';
import { orNull, SquareTrouble } from './trouble.ts';
import { draftOrder } from './order-draft.ts';
import { handOver, trackingOf } from './hand-over.ts';
import { findPayment, paymentOf, paymentsOf, readOrder } from './payments.ts';
import { createPing } from './ping.ts';
import { lookUp } from './shelf.ts';
import { findRefund, refund, refundsSince } from './refunds.ts';
import { DeletedLink, LinkAnswer } from './wire.ts';

export type SquareTillOptions = {
  square: SquareDesk;
  locationId: string;
  /** Null for an address that is not there or whose customer was forgotten. */
  addressOf: (address: { storeId: number; id: string }) => Promise<Address | null>;
  customers: Pick<OrderCustomers, 'idOf'>;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
};

export function createSquareTill(options: SquareTillOptions): Till {
  const { square, locationId } = options;
  return {
    provider: 'square',
    ping: createPing(options),
    lookUp: ({ isbn13s }, signal) => lookUp({ square, locationId }, isbn13s, signal),
    createLink: (request, signal) => createLink(options, request, signal),
    cancelLink: (link, signal) => cancelLink(options, link, signal),
    getLink: (link, signal) => getLink(square, link, signal),
    getPayment: async ({ paymentId }, signal) => {
      const payment = await findPayment(square, paymentId, signal);
      return payment && paymentOf(payment);
    },
    refund: (request, signal) => refund(square, request, signal),
    getRefund: ({ refundId }, signal) => findRefund(square, refundId, signal),
    refundsSince: ({ since }, signal) => refundsSince({ square, locationId }, since, signal),
    getTracking: async ({ reference }, signal) => trackingOf(await readOrder(square, reference, signal)),
    handOver: ({ reference }, step, signal) => handOver({ square, locationId }, reference, step, signal),
  };
}

async function createLink(options: SquareTillOptions, request: LinkRequest, signal?: AbortSignal): Promise<Link> {
  const address = await whereTo(options, request);
  const customerId = await whoseOrder(options, request);
  const made = await makeLink(options, request, { customerId, address }, signal);
  if (!isOf(request, made)) throw new SquareTrouble('bad_answer');
  const link = describe(made);
  if (link.totalCents - link.taxCents - link.shippingCents === goodsOf(request.lines)) return link;
  await cancelLink(options, { storeId: request.storeId, ...link }, signal);
  throw new TillRefused('price_moved');
}

/** What Square answers is about the order that it was asked for: else somebody would pay for another's. */
function isOf({ orderId }: LinkRequest, { link, order }: Made): boolean {
  return order.referenceId === orderId && order.id === link.orderId;
}

type Whose = { customerId: string | null; address: Address | null };
type Made = z.infer<typeof LinkAnswer>;

// A record that was merged or deleted at Square since we looked must not cost the sale: it is another request, so that it
// has a key of its own, and only ever asked where the first one made nothing.
async function makeLink(options: SquareTillOptions, request: LinkRequest, whose: Whose, signal?: AbortSignal) {
  try {
    return await askForLink(options, request, whose, signal);
  } catch (error) {
    if (whose.customerId === null || !(error instanceof TillRefused) || error.code !== 'not_found') throw error;
    const anonymous = { ...request, intentKey: `${request.intentKey}a` };
    return askForLink(options, anonymous, { ...whose, customerId: null }, signal);
  }
}

function askForLink(
  { square, locationId }: SquareTillOptions,
  request: LinkRequest,
  whose: Whose,
  signal?: AbortSignal,
): Promise<Made> {
  const order = draftOrder(request, locationId, whose);
  const checkoutOptions = { allowTipping: false, askForShippingAddress: false };
  const wanted = { idempotencyKey: request.intentKey, order, checkoutOptions };
  return square.ask(LinkAnswer, (api, call) => api.checkout.paymentLinks.create(wanted, call), signal);
}

async function whereTo({ addressOf }: SquareTillOptions, request: LinkRequest): Promise<Address | null> {
  const { storeId, fulfillment, addressId: id } = request;
  if (fulfillment === 'pickup') return null;
  const address = id === null ? null : await addressOf({ storeId, id });
  if (address === null) throw new TillRefused('no_address');
  return address;
}

async function whoseOrder({ customers }: SquareTillOptions, request: LinkRequest): Promise<string | null> {
  const { storeId, customer } = request;
  if (customer === null) return null;
  const id = await customers.idOf(storeId, customer);
  if (id === null) throw new TillRefused('no_customer');
  return id;
}

function describe({ link, order }: Made): Link {
  return {
    linkId: link.id,
    url: link.url,
    reference: link.orderId,
    totalCents: order.totalMoney.cents,
    taxCents: order.totalTaxMoney.cents,
    shippingCents: order.totalServiceChargeMoney.cents,
  };
}

/** The order first: once that is cancelled nothing can be paid, and the link is only an address that leads nowhere. */
async function cancelLink(
  { square, locationId }: SquareTillOptions,
  { linkId, reference }: LinkRef,
  signal?: AbortSignal,
): Promise<'cancelled' | 'paid'> {
  const outcome = await cancelOrder({ square, locationId }, reference, signal);
  if (outcome === 'paid') return 'paid';
  await orNull(square.ask(DeletedLink, (api, call) => api.checkout.paymentLinks.delete({ id: linkId }, call), signal));
  return 'cancelled';
}

async function getLink(square: SquareDesk, { reference }: LinkRef, signal?: AbortSignal): Promise<LinkState> {
  const order = await readOrder(square, reference, signal);
  if (!order) throw new TillRefused('unknown_link');
  const payments = await paymentsOf(square, order, signal);
  const payment = payments.find(({ status }) => status === 'completed') ?? payments.at(-1) ?? null;
  if (payment?.status === 'completed') return { state: 'paid', payment };
  return { state: order.state === 'CANCELED' ? 'cancelled' : 'open', payment };
}
