// What went wrong at Square, in a closed set of codes. Nothing that Square wrote leaves this file but its error code:
// its messages quote what they were sent, phone numbers and addresses included.
import { SquareError } from 'square';
import { z } from 'zod';
import { TillRefused } from '../till.ts';
import type { TillRefusal } from '../till.ts';
import { SquareTrouble } from './trouble.ts';
import type { SquareTroubleCode } from './trouble.ts';

const ErrorBody = z.object({
  errors: z.array(z.object({ category: z.string(), code: z.string().regex(/^[A-Z0-9_]{1,80}$/) })).min(1),
});
type Complaint = { status: number; category: string; code: string | null };

/** Tells a failed call of Square's client apart; anything but an answer of Square's counts as `unreachable`. */
export function failureOf(error: unknown): TillRefused | SquareTrouble {
  if (error instanceof z.ZodError) return new SquareTrouble('bad_answer');
  if (!(error instanceof SquareError) || error.statusCode === undefined) return new SquareTrouble('unreachable');
  const [first] = ErrorBody.safeParse(error.body).data?.errors ?? [];
  const complaint = { status: error.statusCode, category: first?.category ?? '', code: first?.code ?? null };
  const trouble = troubleOf(complaint);
  return trouble ? new SquareTrouble(trouble) : new TillRefused(refusalOf(complaint), complaint.code);
}

function troubleOf({ status, category, code }: Complaint): SquareTroubleCode | null {
  if (status < 400) return 'bad_answer';
  if (status === 429 || category === 'RATE_LIMIT_ERROR') return 'rate_limited';
  if (status === 409 || code === 'CONFLICT' || code === 'VERSION_MISMATCH') return 'conflict';
  return status === 408 || status >= 500 || category === 'API_ERROR' ? 'outage' : null;
}

function refusalOf({ status, category, code }: Complaint): TillRefusal {
  if (code === 'IDEMPOTENCY_KEY_REUSED') return 'key_reused';
  if (category === 'REFUND_ERROR' || (code !== null && NOT_REFUNDABLE.has(code))) return 'not_refundable';
  if (status === 401 || status === 403 || category === 'AUTHENTICATION_ERROR') return 'unauthorised';
  return status === 404 ? 'not_found' : 'rejected';
}

const NOT_REFUNDABLE = new Set([
  'REFUND_ALREADY_PENDING',
  'REFUND_AMOUNT_INVALID',
  'PAYMENT_NOT_REFUNDABLE',
  'REFUND_DECLINED',
]);
