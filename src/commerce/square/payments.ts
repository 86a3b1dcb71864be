// Orders and payments as Square tells of them, read into the till's words. An answer about another one than was asked for is none:
// its money is somebody else's.
import { meaningOf } from '../payment-status.ts';
import type { Payment } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { orNull, SquareTrouble } from './trouble.ts';
import { OrderAnswer, PaymentAnswer } from './wire.ts';
import type { SquareOrder, SquarePayment } from './wire.ts';

/** Null for an order that Square does not know. */
export function readOrder(square: SquareDesk, orderId: string, signal?: AbortSignal): Promise<SquareOrder | null> {
  const ThisOrder = OrderAnswer.refine(({ id }) => id === orderId, 'another order');
  return orNull(square.ask(ThisOrder, (api, call) => api.orders.get({ orderId }, call), signal));
}

/** Null for a payment that Square does not know. */
export function findPayment(
  square: SquareDesk,
  paymentId: string,
  signal?: AbortSignal,
): Promise<SquarePayment | null> {
  const ThisPayment = PaymentAnswer.refine(({ id }) => id === paymentId, 'another payment');
  return orNull(square.ask(ThisPayment, (api, call) => api.payments.get({ paymentId }, call), signal));
}

/** The payments that touched an order, oldest first. */
export async function paymentsOf(square: SquareDesk, order: SquareOrder, signal?: AbortSignal): Promise<Payment[]> {
  const found = await Promise.all(order.tenders.map((paymentId) => findPayment(square, paymentId, signal)));
  if (found.some((payment) => payment?.orderId && payment.orderId !== order.id)) throw new SquareTrouble('bad_answer');
  return found.flatMap((payment) => (payment ? [paymentOf(payment)] : []));
}

export function paymentOf({ id, orderId, status, amountMoney, refundedMoney, refundIds }: SquarePayment): Payment {
  return {
    paymentId: id,
    reference: orderId ?? null,
    status: meaningOf(status),
    amountCents: amountMoney.cents,
    currency: amountMoney.currency,
    refundedCents: refundedMoney?.cents ?? 0,
    refundIds,
  };
}
