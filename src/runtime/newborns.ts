// Claims that a turn wrote into its own commit: a worker of the same process starts such a command when its ticket comes, without
// asking Postgres. Only while the claim is young; after that, and in any other process, the ticket is claimed as every other.
import type { Ticket } from './carrier.ts';
import type { Claim } from './claims.ts';
import { attemptName } from './claims.ts';
import type { Clock } from './clock.ts';

export type Newborns = {
  /** Keeps claims of a commit until their tickets come; none whose ticket has been here before it. */
  keep: (claims: readonly Claim[]) => void;
  /** The claim that a ticket is for; null when it is not here, not yet or no longer: then the ticket is claimed as every other. */
  take: (ticket: Ticket) => Claim | null;
  /** Takes out those of cancelled commands: none of them has started. */
  drop: (ids: readonly string[]) => Claim[];
};

/** How long a claim is young (ms): well within its lease, so that the first renewal still finds it. */
const YOUNG_MS = 1_000;
/** How long the answer to a commit may take (ms): a lane gives its statements up before that. */
const ANSWERED_WITHIN_MS = 20_000;

/** @param owner who claims for this process */
export function createNewborns(clock: Clock, owner: string): Newborns {
  const kept = new Map<string, { claim: Claim; until: number }>(); // in the order of their births
  // The queue may be quicker than the answer to the commit. By name: how long the answer is waited for (ms).
  const early = new Map<string, { until: number }>();

  return {
    keep(claims) {
      const now = clock.elapsed();
      forgetTheOld(kept, now);
      for (const claim of claims) {
        const name = attemptName(claim);
        if (!early.delete(name)) kept.set(name, { claim, until: now + YOUNG_MS });
      }
    },
    take(ticket) {
      const now = clock.elapsed();
      const name = attemptName(ticket);
      const one = kept.get(name);
      kept.delete(name);
      forgetTheOld(early, now);
      if (!one && ticket.owner === owner) early.set(name, { until: now + ANSWERED_WITHIN_MS });
      return one && one.until > now ? one.claim : null;
    },
    drop(ids) {
      return ids.flatMap((id) => {
        const name = attemptName({ id, attempt: 1 });
        const one = kept.get(name);
        kept.delete(name);
        return one ? [one.claim] : [];
      });
    },
  };
}

function forgetTheOld(names: Map<string, { until: number }>, now: number): void {
  for (const [name, { until }] of names) {
    if (until > now) return;
    names.delete(name);
  }
}
