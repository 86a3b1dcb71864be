// The five states of a payment, in Square's words, which the local till speaks too; only settled money counts.
import { z } from 'zod';
import type { Payment } from './till.ts';

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
