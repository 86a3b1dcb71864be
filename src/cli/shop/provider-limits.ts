// How often each provider's account is asked: counted for all processes together, in the buckets that the book sources use too.
import type { ClaudeClient } from '../../brain/claude/client.ts';
import { ClaudeFailure } from '../../brain/claude/failure.ts';
import type { SourceBudget } from '../../catalogue/sources/budget.ts';

/** Takes the next place: how long until it may be used (ms); Infinity, and none is taken, where that is too long to wait. */
export type Room = () => Promise<number>;
/** The room that an account has, such as `twilio`, or `twilio/3` for a shop with an account of its own. */
export type RoomOf = (account: string) => Room;

const UNBOUNDED = 1_000_000_000;
/** Who would wait longer comes again instead (ms): a sender's lease on its phone is three times as long. */
const WAIT_MAX_MS = 20_000;
/** So much of a minute's requests to Claude may come at once. */
const CLAUDE_BURST = 1 / 6;

/** At most `perSecond` requests in the first moment, and as many in each second after it. */
export function roomPerSecond(budget: SourceBudget, perSecond: number): RoomOf {
  const limits = { burst: perSecond, perMinute: 61 * perSecond, perDay: UNBOUNDED };
  return (name) => async () => (await budget.reserve({ name, limits }, WAIT_MAX_MS)) ?? Infinity;
}

/** Claude behind a limit: whom it would keep waiting is answered by the house. */
export function limitedClaude(budget: SourceBudget, perMinute: number, client: ClaudeClient): ClaudeClient {
  const burst = Math.max(1, Math.floor(perMinute * CLAUDE_BURST));
  const claude = { name: 'claude', limits: { burst, perMinute: perMinute + burst, perDay: UNBOUNDED } };
  return {
    async ask(request, signal, heard) {
      if (!(await budget.take(claude, 'customer'))) throw new ClaudeFailure('limited');
      return client.ask(request, signal, heard);
    },
  };
}
