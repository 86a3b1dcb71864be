// What the till will never do is a permanent failure; everything else that it throws may pass and is tried again.
import { TillRefused } from '../src/commerce/till.ts';
import { Permanent } from '../src/runtime/define-actor.ts';

/** Awaits an answer of the till. */
export async function heed<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TillRefused) throw new Permanent(codeOf(error), error.message, { cause: error });
    throw error;
  }
}

function codeOf({ code }: TillRefused): 'unauthorised' | 'rejected' {
  return code === 'unauthorised' ? 'unauthorised' : 'rejected';
}
