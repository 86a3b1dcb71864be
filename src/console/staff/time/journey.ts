// An actor's turns and the one that is looked at: null is now. Everything that time travel moves reads from here.
import { createStore } from '@xstate/store';
import type { TurnRecord } from '../../../web/wire/actors.ts';

export type Journey = {
  /** Oldest first, without gaps up to the newest. */
  turns: TurnRecord[];
  /** Whether the journal may reach further back. */
  hasEarlier: boolean;
  /** A turn's number, or null for now. */
  at: number | null;
};
/** Turns that a page reads at first; earlier ones are read when they are asked for. */
export const TURNS_MAX = 2_000;

export function createJourney() {
  const context: Journey = { turns: [], hasEarlier: false, at: null };
  return createStore({
    context,
    on: {
      turnsCame: (journey, { turns }: { turns: TurnRecord[] }) => {
        const last = journey.turns.at(-1)?.seq ?? 0;
        const all = [...journey.turns, ...turns.filter(({ seq }) => seq > last)];
        return { ...journey, turns: all, hasEarlier: last === 0 ? startsLate(all) : journey.hasEarlier };
      },
      earlierCame: (journey, { turns }: { turns: TurnRecord[] }) => {
        const first = journey.turns[0]?.seq ?? 0;
        const earlier = turns.filter(({ seq }) => seq < first);
        // A journal that was pruned begins later than with the first turn.
        return { ...journey, turns: [...earlier, ...journey.turns], hasEarlier: startsLate(earlier) };
      },
      wentTo: (journey, { seq }: { seq: number }) => ({ ...journey, at: clamped(journey, seq) }),
      stepped: (journey, { by }: { by: number }) => {
        const now = journey.turns.at(-1)?.seq ?? 0;
        return { ...journey, at: clamped(journey, (journey.at ?? now) + by) };
      },
      cameBack: (journey) => ({ ...journey, at: null }),
    },
  });
}
export type JourneyStore = ReturnType<typeof createJourney>;

/** The turn that is looked at; the newest one for now, undefined while none is known. */
export function turnAt({ turns, at }: Journey): TurnRecord | undefined {
  return at === null ? turns.at(-1) : turns.find(({ seq }) => seq === at);
}

/** An event's type, as the journal keeps it. */
export function eventOf({ event }: Pick<TurnRecord, 'event'>): string {
  return typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : String(event);
}

function startsLate([first]: readonly TurnRecord[]): boolean {
  return first !== undefined && first.seq > 1;
}

/** The newest turn is now. */
function clamped({ turns }: Journey, seq: number): number | null {
  const [first, last] = [turns[0]?.seq ?? 0, turns.at(-1)?.seq ?? 0];
  return seq >= last ? null : Math.max(first, seq);
}
