// Every channel of this process. A reply goes out by the channel that the customer used last.
import type { Channel, Refusal } from './channel.ts';
import type { Outcome } from './outbox.ts';

/** Waits as long as a person would take to type this much. */
export type Pause = (text: string, signal: AbortSignal) => Promise<void>;

/** A customer whom the carrier does not let us reach. */
export type Unreached = { storeId: number; actorKey: string };

export class Channels {
  readonly #byName: ReadonlyMap<string, Channel>;

  /** @param channels at least one; the first also serves customers whose own channel is not set up any more */
  constructor(
    private readonly channels: readonly [Channel, ...Channel[]],
    readonly pause: Pause,
    /** Tells the customer's statechart. */
    readonly onRefused: (who: Unreached, why: Refusal) => Promise<void> = () => Promise.resolve(),
    /** For those who count: what a bubble became. */
    readonly onOutcome: (outcome: Outcome) => void = () => undefined,
    /** What a shop has of its own, under the same names: it goes before what all shops share. */
    readonly ownOf: (storeId: number) => readonly Channel[] = () => [],
  ) {
    this.#byName = new Map(channels.map((channel) => [channel.name, channel]));
  }

  /** @param lastUsed the channel of the customer's last text, or null before the first */
  pick(storeId: number, lastUsed: string | null): Channel {
    const own = this.ownOf(storeId);
    return own.find(({ name }) => name === lastUsed) ?? this.#byName.get(lastUsed ?? '') ?? own[0] ?? this.channels[0];
  }
}

const PAUSE = { msMin: 600, msMax: 1500, msPerCharacter: 10 };

/** Between two bubbles, in milliseconds: 0.6 to 1.5 seconds by the length of the one to come. */
export function pauseMs(text: string): number {
  return Math.min(PAUSE.msMax, PAUSE.msMin + text.length * PAUSE.msPerCharacter);
}

/** The pause of production. Ends early when the signal fires. */
export const typingPause: Pause = (text, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs(text));
    signal.addEventListener('abort', done);
  });
