// The clocks of the machines that simulated processes are on. Each is a little fast. In some worlds they are wrong by up to an hour from
// the first, and jump while their process lives, forward and back, as when NTP sets a clock; each by itself, so that two processes disagree.
import type { Clock } from '../../src/runtime/clock.ts';
import { Chance } from './chance.ts';
import type { Owner, World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** How far a clock jumps (ms). */
const JUMP_MS_MAX = 60 * MINUTE;
const JUMP_MS_MIN = SECOND / 2;
/** How often the clock of one process jumps, at most; each time it is set right again. */
const JUMPS_MAX = 3;

type Opened = { owner: Owner; jumpMs: number };

export class Clocks {
  jumps = 0;
  readonly #jump: boolean;
  // Of its own: a world without jumps is the same as if nobody had thought of them.
  readonly #chance: Chance;

  constructor(private readonly world: World) {
    this.#chance = new Chance(~world.seed);
    this.#jump = Math.floor(world.seed / 2) % 4 === 1; // in two of eight, of which one has answers that are begun
  }

  /** The clock where a process begins. What it waits for comes in time all the same, as with a monotonic clock. */
  open(owner: Owner): Clock {
    const { world } = this;
    const skewMs = world.chance.below(world.climate.skewMsMax);
    const opened: Opened = { owner, jumpMs: 0 };
    if (this.#jump) void this.#live(opened);
    return {
      now: () => world.nowMs + skewMs + (world.faulty ? opened.jumpMs : 0),
      elapsed: () => world.nowMs,
      after: (ms, callback) => world.after(owner, ms, callback),
    };
  }

  async #live(opened: Opened): Promise<void> {
    const { owner } = opened;
    for (let left = this.#chance.between(0, JUMPS_MAX); left > 0; left--) {
      this.#set(opened, this.#chance.between(JUMP_MS_MIN, JUMP_MS_MAX) * this.#chance.pick([-1, 1]));
      await this.world.wait(owner, this.#chance.between(5 * SECOND, 3 * MINUTE));
      this.#set(opened, 0);
      await this.world.wait(owner, this.#chance.between(10 * SECOND, 4 * MINUTE));
    }
  }

  #set(opened: Opened, jumpMs: number): void {
    this.jumps += 1;
    this.world.note(`the clock of ${opened.owner.name} is ${jumpMs} ms ahead`);
    opened.jumpMs = jumpMs;
  }
}
