// Refunds at Square: those that we ask for, and those that somebody made there with their own hands.
import { z } from 'zod';
import { TillRefused } from '../till.ts';
import type { BookedRefund, Refund, RefundRequest } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { currencyOf } from './currency.ts';
import { orNull } from './trouble.ts';
import { findPayment, readOrder } from './payments.ts';
import { refundReason } from './refund-reason.ts';
import type { SquarePlace } from './square-shop.ts';
import { RefundAnswer, SquareRefund } from './wire.ts';

export async function refund(square: SquareDesk, request: RefundRequest, signal?: AbortSignal): Promise<Refund> {
  const { intentKey: idempotencyKey, paymentId, amountCents, orderId } = request;
  const payment = await findPayment(square, paymentId, signal);
  const order = payment?.orderId ? await readOrder(square, payment.orderId, signal) : null;
  if (!payment || order?.referenceId !== orderId) throw new TillRefused('unknown_payment');
  const amountMoney = { amount: BigInt(amountCents), currency: currencyOf(payment.amountMoney.currency) };
  const reason = refundReason(orderId);
  const ItsRefund = RefundAnswer.refine((made) => made.paymentId === paymentId, "another payment's refund");
  const { refundId, status } = await square.ask(
    ItsRefund,
    (api, call) => api.refunds.refundPayment({ idempotencyKey, paymentId, amountMoney, reason }, call),
    signal,
  );
  return { refundId, status };
}

/** Null for a refund that Square does not know. */
export function findRefund(square: SquareDesk, refundId: string, signal?: AbortSignal): Promise<BookedRefund | null> {
  const ThisRefund = RefundAnswer.refine((refund) => refund.refundId === refundId, 'another refund');
  return orNull(square.ask(ThisRefund, (api, call) => api.refunds.get({ refundId }, call), signal));
}

/** Whatever became of refunds at this place since then, ours too, the oldest first. */
export function refundsSince(
  { square, locationId }: SquarePlace,
  since: Date,
  signal?: AbortSignal,
): Promise<BookedRefund[]> {
  const oldestFirst = { sortField: 'UPDATED_AT' as const, sortOrder: 'ASC' };
  const wanted = { locationId, updatedAtBeginTime: since.toISOString(), ...oldestFirst };
  return square.ask(
    z.array(SquareRefund),
    async (api, call) => {
      const rows: unknown[] = [];
      for await (const row of await api.refunds.list(wanted, call)) rows.push(row);
      return rows;
    },
    signal,
  );
}
