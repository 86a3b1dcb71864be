// Claims that a turn wrote into its own commit: a worker of the same process starts such a command when its ticket comes, without
// asking Postgres. Only while the claim is young; after that, and in any other process, the ticket is claimed as every other.
import type { Ticket } from './carrier.ts';
import type { Claim } from './claims.ts';
import { attemptName } from './claims.ts';
import type { Clock } from './clock.ts';

export type Newborns = {
  /** Keeps claims of a commit until their tickets come. */
  keep: (claims: readonly Claim[]) => void;
  /** The claim that a ticket is for; null when it is not here, or no longer young. */
  take: (ticket: Ticket) => Claim | null;
  /** Takes out those of cancelled commands: none of them has started. */
  drop: (ids: readonly string[]) => Claim[];
};

/** How long a claim is young (ms): well within its lease, so that the first renewal still finds it. */
const YOUNG_MS = 1_000;

export function createNewborns(clock: Clock): Newborns {
  const kept = new Map<string, { claim: Claim; until: number }>(); // in the order of their births

  function forgetTheOld(now: number): void {
    for (const [name, { until }] of kept) {
      if (until > now) return;
      kept.delete(name);
    }
  }

  return {
    keep(claims) {
      const now = clock.now();
      forgetTheOld(now);
      for (const claim of claims) kept.set(attemptName(claim), { claim, until: now + YOUNG_MS });
    },
    take(ticket) {
      const name = attemptName(ticket);
      const one = kept.get(name);
      kept.delete(name);
      return one && one.until > clock.now() ? one.claim : null;
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
