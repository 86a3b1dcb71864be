// What was paid for an order and what of it went back, by us, at the till's own desk or by hand. Each refund counts once, by its name, in
// whatever order we hear of it; one that the bank would not take stays known, with nothing, so that late news of it counts no more.
import type { KnownRefund, OrderConcern, OrderContext, OrderEvent, Payment, TillRefund } from '../schema/order.ts';

type Money = Pick<OrderContext, 'payment' | 'extraPayments' | 'tillRefunds'>;
type Concerned = Money & Pick<OrderContext, 'state' | 'concern'>;
type FailedRefund = TillRefund & { isOurs: boolean };

/** Payments besides the order's own that it remembers; of more, those that went back are forgotten first. */
const EXTRA_PAYMENTS_MAX = 20;

/** A refund of ours from before version 4 of the chart, which did not keep its name; a payment had one at most. */
export function namelessOf({ paymentId }: Pick<Payment, 'paymentId'>): string {
  return `nameless ${paymentId}`;
}

/** What of a payment went back. Cents. */
export function backCents(
  { tillRefunds }: Pick<Money, 'tillRefunds'>,
  { paymentId }: Pick<Payment, 'paymentId'>,
): number {
  const back = tillRefunds.filter((refund) => refund.paymentId === paymentId);
  return back.reduce((sum, refund) => sum + refund.amountCents, 0);
}

/** What of a payment has not gone back. Cents. */
function leftCents(order: Money, payment: Payment): number {
  return payment.amountCents - backCents(order, payment);
}

/** What of the order's own payment has not gone back. Cents. */
export function owedCents(order: Money): number {
  return order.payment === null ? 0 : leftCents(order, order.payment);
}

/** The first payment besides the order's own that is still here, with what is left of it. */
export function owedExtra(order: Money): Payment | null {
  const found = order.extraPayments.find((payment) => leftCents(order, payment) > 0);
  return found ? { ...found, amountCents: leftCents(order, found) } : null;
}

/** Every payment that the order has heard of. */
export function paymentsOf({ payment, extraPayments }: Money): Payment[] {
  return payment === null ? extraPayments : [payment, ...extraPayments];
}

/** A payment besides its own, however often it is told. */
export function withExtra(order: Money, payment: Payment): Payment[] {
  const all = [...order.extraPayments, payment];
  const done = all.length > EXTRA_PAYMENTS_MAX ? all.findIndex((one) => leftCents(order, one) <= 0) : -1;
  return done === -1 ? all : all.toSpliced(done, 1);
}

/** Of two payments the whole of one went back: the other may pay the order. */
export function otherPayment(order: Money): Payment | null {
  const isSame = (other: Payment) =>
    other.amountCents === order.payment?.amountCents && leftCents(order, other) === other.amountCents;
  return order.extraPayments.find(isSame) ?? null;
}

/** By its name, or, as one of ours from before version 4, by what it gave back. */
export function isKnown(order: Money, refund: TillRefund): boolean {
  const nameless = countedCents(order, { refundId: namelessOf(refund) });
  return countedCents(order, refund) !== null || nameless === refund.amountCents;
}

/** What a refund of this name has lowered; 0 for one that failed, null for one that we have not heard of. */
export function countedCents({ tillRefunds }: Money, { refundId }: Pick<TillRefund, 'refundId'>): number | null {
  return tillRefunds.find((one) => one.refundId === refundId)?.amountCents ?? null;
}

/**
 * The refunds by which so much of a payment went back already: to give it back once more is another intent. By name, for
 * their number comes again when one of them fails.
 */
export function earlierRefunds({ tillRefunds }: Money, { paymentId, amountCents }: Payment): string[] {
  const same = tillRefunds.filter((one) => one.paymentId === paymentId && one.amountCents === amountCents);
  return same.map(({ refundId }) => refundId).toSorted();
}

/**
 * @returns the refunds with this one, unless it is known. What staff said went back by hand may have been this very one, made at the
 * till's own desk: it is not counted beside it.
 */
export function withRefund(order: Money, { refundId, paymentId, amountCents }: TillRefund): KnownRefund[] {
  if (countedCents(order, { refundId }) !== null) return order.tillRefunds;
  return [...lessByHand(order.tillRefunds, { paymentId, amountCents }), { refundId, paymentId, amountCents }];
}

function lessByHand(refunds: KnownRefund[], { paymentId, amountCents }: Payment): KnownRefund[] {
  const isByHand = ({ refundId }: KnownRefund) => refundId === handOf({ paymentId });
  return refunds.map((one) =>
    isByHand(one) ? { ...one, amountCents: Math.max(0, one.amountCents - amountCents) } : one,
  );
}

/** What an order knows with this refund. One beside what went back by hand may be money that went twice: staff look. */
export function afterRefund(
  order: Money & Pick<OrderContext, 'concern'>,
  refund: TillRefund,
): Pick<OrderContext, 'tillRefunds' | 'concern'> {
  const isMet = countedCents(order, refund) === null && handCents(order, refund) > 0;
  return { tillRefunds: withRefund(order, refund), concern: isMet ? 'refunded_by_hand_too' : order.concern };
}

/** What of a payment went back by hand, as far as we know. Cents. */
export function handCents(order: Money, payment: Pick<Payment, 'paymentId'>): number {
  return countedCents(order, { refundId: handOf(payment) }) ?? 0;
}

/** The name of what went back of a payment by hand: of it no till tells. */
function handOf({ paymentId }: Pick<Payment, 'paymentId'>): string {
  return `by hand ${paymentId}`;
}

/** @returns the refunds with all that was left of the order's own payment, as `saidBy` says */
export function withHandRefund(order: Money, saidBy: string | undefined): KnownRefund[] {
  const { payment, tillRefunds } = order;
  if (payment === null) return tillRefunds;
  const { paymentId } = payment;
  const refundId = handOf(payment);
  const amountCents = handCents(order, payment) + leftCents(order, payment);
  const others = tillRefunds.filter((one) => one.refundId !== refundId);
  return [...others, { refundId, paymentId, amountCents, ...(saidBy === undefined ? {} : { saidBy }) }];
}

/** Whether any of the order's own payment went back by hand, as far as we know. */
export function isBackByHand(order: Money): boolean {
  return order.payment !== null && handCents(order, order.payment) > 0;
}

/** What it had lowered is owed again. One that we had not heard of may be what staff said went back by hand, as in `withRefund`. */
export function withFailedRefund(order: Money, failed: FailedRefund): KnownRefund[] {
  const counted = countedAs(order, failed);
  const others = order.tillRefunds.filter((one) => one !== counted && one.refundId !== failed.refundId);
  const { refundId, paymentId } = failed;
  return [...(counted ? others : lessByHand(others, failed)), { refundId, paymentId, amountCents: 0 }];
}

/** Whether money that went back, as far as we knew, is here again. */
export function isOwedAgain(order: Money, failed: FailedRefund): boolean {
  const payment = paymentsOf(order).find(({ paymentId }) => paymentId === failed.paymentId);
  if (payment === undefined) return false;
  const left = leftCents({ ...order, tillRefunds: withFailedRefund(order, failed) }, payment);
  return left > Math.max(0, leftCents(order, payment));
}

// One of ours may be known without its name, and what a process of before version 4 says of it has no name either: then it is
// the one of that amount. Those of the till's own desk always have their names.
function countedAs({ tillRefunds }: Money, failed: FailedRefund): TillRefund | undefined {
  const named = tillRefunds.find((one) => one.refundId === failed.refundId);
  if (named || !failed.isOurs) return named;
  const nameless = namelessOf(failed);
  const isSame = ({ paymentId, amountCents }: TillRefund) =>
    paymentId === failed.paymentId && amountCents === failed.amountCents;
  return tillRefunds.find(failed.refundId === nameless ? isSame : ({ refundId }) => refundId === nameless);
}

/** The refund that an event says has failed. */
export function failedRefund(
  event: Extract<OrderEvent, { type: 'refund.failed' | 'till.refundFailed' }>,
): FailedRefund {
  const { type, refundId = namelessOf(event), paymentId, amountCents } = event;
  return { refundId, paymentId, amountCents, isOurs: type === 'refund.failed' };
}

/** A concern about a payment besides the order's own, which takes the place of no other that waits for staff. */
export function raised(order: Concerned, concern: OrderConcern): OrderConcern {
  return concernOfOwn(order) ?? concern;
}

/** A concern about a payment besides the order's own, once there may be none; any other stays. */
export function reviewed(order: Concerned): OrderConcern | null {
  return owedExtra(order) === null ? concernOfOwn(order) : order.concern;
}

/** What staff are to look at whatever becomes of other payments: an order whose own money waits for them never goes out of their sight. */
export function concernOfOwn({ state, concern }: Pick<OrderContext, 'state' | 'concern'>): OrderConcern | null {
  const isWaiting = state === 'underReview' || state === 'refundPending';
  return isWaiting || !isOfMoney(concern) ? concern : null;
}

/** Whether it tells of money that is to go back. */
export function isOfMoney(concern: OrderConcern | null): boolean {
  return concern === 'extra_payment' || concern === 'refund_failed';
}
