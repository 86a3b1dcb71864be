// What Square's failures are called, for whoever needs no more than that: Square's client takes two seconds to load.
import { TillRefused } from '../till.ts';

/**
 * It may pass. `unreachable`: no answer in time, so the effect may have happened. `conflict`: read again, then try again.
 * `bad_answer`: an answer that is not what the API promises. `resting`: not even asked, after too many failures.
 * `payment_pending`: money is on its way through the link just now.
 */
export type SquareTroubleCode =
  'unreachable' | 'outage' | 'rate_limited' | 'conflict' | 'bad_answer' | 'resting' | 'payment_pending';

/** A failure of Square's that a later attempt may not meet. */
export class SquareTrouble extends Error {
  override readonly name = 'SquareTrouble';
  constructor(readonly code: SquareTroubleCode) {
    super(`Square is in trouble: ${code}`);
  }
}

/** Null where Square does not know what was asked for. */
export async function orNull<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TillRefused && error.code === 'not_found') return null;
    throw error;
  }
}
