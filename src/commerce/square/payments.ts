// Orders and payments as Square tells of them, read into the till's words.
import { meaningOf } from '../payment-status.ts';
import type { Payment } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { orNull } from './failures.ts';
import { OrderAnswer, PaymentAnswer } from './wire.ts';
import type { SquareOrder, SquarePayment } from './wire.ts';

/** Null for an order that Square does not know. */
export function readOrder(square: SquareDesk, orderId: string, signal?: AbortSignal): Promise<SquareOrder | null> {
  return orNull(square.ask(OrderAnswer, (api, call) => api.orders.get({ orderId }, call), signal));
}

/** Null for a payment that Square does not know. */
export function findPayment(
  square: SquareDesk,
  paymentId: string,
  signal?: AbortSignal,
): Promise<SquarePayment | null> {
  return orNull(square.ask(PaymentAnswer, (api, call) => api.payments.get({ paymentId }, call), signal));
}

/** The payments that touched an order, oldest first. */
export async function paymentsOf(square: SquareDesk, order: SquareOrder, signal?: AbortSignal): Promise<Payment[]> {
  const found = await Promise.all(order.tenders.map((paymentId) => findPayment(square, paymentId, signal)));
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
