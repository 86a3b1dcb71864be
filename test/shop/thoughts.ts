// Marty's brain with a hand on it: a reply can be held back after it was composed, as if the model were slow.
import { vi } from 'vitest';
import type { Brain } from '../../src/brain/brain.ts';

export class Thoughts {
  /** How many replies were composed, held ones included. */
  composed = 0;
  #held: { released: Promise<void>; release: () => void } | null = null;

  around(brain: Brain): Brain {
    return {
      ...brain,
      reply: async (...asked) => {
        const reply = await brain.reply(...asked);
        this.composed += 1;
        await this.#held?.released;
        return reply;
      },
    };
  }

  /** Replies that are composed from now on are not given, whatever happens to those who asked. */
  hold(): void {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#held = { released, release };
  }

  /** Gives what was held back. */
  release(): void {
    this.#held?.release();
    this.#held = null;
  }

  /** Waits until so many replies were composed in all. */
  async haveBeen(composed: number): Promise<void> {
    await vi.waitUntil(() => this.composed >= composed, { timeout: 40_000, interval: 10 });
  }
}
