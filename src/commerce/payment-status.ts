// The states of a payment and of a refund, in Square's words, which the local till speaks too; only settled money counts.
import { z } from 'zod';
import type { Payment, Refund } from './till.ts';

export const PaymentStatus = z.enum(['APPROVED', 'PENDING', 'COMPLETED', 'CANCELED', 'FAILED']);

const MEANINGS: Readonly<Record<z.infer<typeof PaymentStatus>, Payment['status']>> = {
  APPROVED: 'pending',
  PENDING: 'pending',
  COMPLETED: 'completed',
  CANCELED: 'failed',
  FAILED: 'failed',
};

/** What it means to the shop. */
export function meaningOf(status: z.infer<typeof PaymentStatus>): Payment['status'] {
  return MEANINGS[status];
}

export const RefundStatus = z.enum(['PENDING', 'COMPLETED', 'REJECTED', 'FAILED']);

/** A rejected refund never began, a failed one came back; either way the shop still owes the money. */
export function refundMeaning(status: z.infer<typeof RefundStatus>): Refund['status'] {
  if (status === 'PENDING') return 'pending';
  return status === 'COMPLETED' ? 'completed' : 'failed';
}
