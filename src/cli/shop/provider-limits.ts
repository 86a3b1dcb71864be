// How often each provider's account is asked: counted for all processes together, in the buckets that the book sources use too.
import type { ClaudeClient } from '../../brain/claude/client.ts';
import { ClaudeFailure } from '../../brain/claude/failure.ts';
import type { Limited, SourceBudget } from '../../catalogue/sources/budget.ts';

/** How long the next request has to wait (ms); 0: its place is taken. */
export type Room = () => Promise<number>;
/** The room that an account has, such as `twilio`, or `twilio/3` for a shop with an account of its own. */
export type RoomOf = (account: string) => Room;

const UNBOUNDED = 1_000_000_000;
/** So much of a minute's requests to Claude may come at once. */
const CLAUDE_BURST = 1 / 6;

/** At most `perSecond` requests in the first moment, and as many in each second after it. */
export function roomPerSecond(budget: SourceBudget, perSecond: number): RoomOf {
  const limits = { burst: perSecond, perMinute: 61 * perSecond, perDay: UNBOUNDED };
  return (name) => roomIn(budget, { name, limits });
}

/** Claude behind a limit: whom it would keep waiting is answered by the house. */
export function limitedClaude(budget: SourceBudget, perMinute: number, client: ClaudeClient): ClaudeClient {
  const burst = Math.max(1, Math.floor(perMinute * CLAUDE_BURST));
  const room = roomIn(budget, { name: 'claude', limits: { burst, perMinute: perMinute + burst, perDay: UNBOUNDED } });
  return {
    async ask(request, signal) {
      if ((await room()) > 0) throw new ClaudeFailure('limited');
      return client.ask(request, signal);
    },
  };
}

function roomIn(budget: SourceBudget, limited: Limited): Room {
  const { burst, perMinute } = limited.limits;
  const oneMs = Math.ceil(60_000 / (perMinute - burst)); // until one more is allowed
  return async () => ((await budget.take(limited, 'customer')) ? 0 : oneMs);
}
