// The till as actors meet it: each shop's own. What it will never do is a permanent failure; everything else that it throws may pass and is tried again.
import { TillRefused } from '../src/commerce/till.ts';
import type { Till } from '../src/commerce/till.ts';
import { Permanent } from '../src/runtime/define-actor.ts';
import type { Services } from './services.ts';

/** Does something at the till of the asking order's own shop. */
export async function withTill<Run extends Services & { storeId: number }, Answer>(
  run: Run,
  work: (counter: Run & { till: Till }) => Promise<Answer>,
): Promise<Answer> {
  return work({ ...run, till: await run.tills.of(run.storeId) });
}

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
