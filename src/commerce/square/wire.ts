// The parts of Square's answers that we read, in the names of its client. Its BigInts end here: amounts leave as cents.
import { z } from 'zod';
import { Cents } from '../../../schema/acts.ts';
import { PaymentStatus, refundMeaning, RefundStatus } from '../payment-status.ts';
import { isOurReason } from './refund-reason.ts';

/** An amount of money, in the currency's smallest unit. */
export const Money = z
  .object({ amount: z.bigint(), currency: z.string().length(3) })
  .transform(({ amount, currency }) => ({ cents: Cents.parse(Number(amount)), currency }));

const id = z.string().min(1);
/** A list that Square leaves out where it is empty. */
export function zeroOrMore<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}
/** From first to last; the last three are final. */
export const FULFILLMENT_STATES = ['PROPOSED', 'RESERVED', 'PREPARED', 'COMPLETED', 'CANCELED', 'FAILED'] as const;
const Fulfillment = z.object({
  uid: id,
  type: z.enum(['PICKUP', 'SHIPMENT', 'DELIVERY', 'IN_STORE']),
  state: z.enum(FULFILLMENT_STATES),
  shipmentDetails: z.object({ trackingNumber: z.string().nullish() }).nullish(),
});
export type SquareFulfillment = z.infer<typeof Fulfillment>;
const Tender = z.object({ id, paymentId: id.nullish() }).transform((tender) => tender.paymentId ?? tender.id);

/** `tenders`: the payments that touched the order, by id. A paid order mostly stays `OPEN` until it is handed over. */
export const SquareOrder = z
  .object({
    id,
    version: z.int(),
    state: z.enum(['OPEN', 'COMPLETED', 'CANCELED', 'DRAFT']),
    referenceId: z.string().nullish(),
    fulfillments: z.array(Fulfillment).nullish(),
    tenders: z.array(Tender).nullish(),
    totalMoney: Money,
    totalTaxMoney: Money,
    totalServiceChargeMoney: Money,
  })
  .transform(({ fulfillments, tenders, referenceId, ...order }) => ({
    ...order,
    referenceId: referenceId ?? null,
    fulfillments: fulfillments ?? [],
    tenders: tenders ?? [],
  }));
export type SquareOrder = z.infer<typeof SquareOrder>;

export const OrderAnswer = z.object({ order: SquareOrder }).transform(({ order }) => order);
export const CancelledOrder = OrderAnswer.refine(({ state }) => state === 'CANCELED', 'still not cancelled');

/** A fresh link and the order that was made with it. */
export const LinkAnswer = z
  .object({
    paymentLink: z.object({ id, url: z.url(), orderId: id }),
    relatedResources: z.object({ orders: z.tuple([SquareOrder], z.unknown()) }),
  })
  .transform(({ paymentLink, relatedResources }) => ({ link: paymentLink, order: relatedResources.orders[0] }));

export const PaymentAnswer = z
  .object({
    payment: z.object({
      id,
      orderId: id.nullish(),
      status: PaymentStatus,
      amountMoney: Money,
      refundedMoney: Money.nullish(),
      refundIds: zeroOrMore(id),
    }),
  })
  .transform(({ payment }) => payment);
export type SquarePayment = z.infer<typeof PaymentAnswer>;

/** One that belongs to no payment of Square's has no `paymentId`. */
export const SquareRefund = z
  .object({ id, status: RefundStatus, paymentId: id.nullish(), amountMoney: Money, reason: z.string().nullish() })
  .transform(({ id: refundId, status, paymentId, amountMoney, reason }) => ({
    refundId,
    status: refundMeaning(status),
    paymentId: paymentId ?? null,
    amountCents: amountMoney.cents,
    isOurs: isOurReason(reason),
  }));
export const RefundAnswer = z.object({ refund: SquareRefund }).transform(({ refund }) => refund);

/** A deleted link; its order is cancelled with it. */
export const DeletedLink = z.object({ id });
