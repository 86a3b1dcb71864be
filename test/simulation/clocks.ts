// The clocks of simulated processes. Each is a little fast. In some worlds they also jump while their process lives, forward and back, as
// when NTP sets a clock or a machine is resumed, and are set right again; each by itself, so that two processes disagree.
import type { Clock } from '../../src/runtime/clock.ts';
import { Chance } from './chance.ts';
import type { Owner, World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** How far a clock jumps at most (ms): more than that, and a lease that is renewed in time looks as if it had run out. */
export const JUMP_MS_MAX = 3 * SECOND;
const JUMP_MS_MIN = SECOND / 2;
/** How often the clock of one process jumps, at most; each time it is set right again. */
const JUMPS_MAX = 3;

type Opened = { owner: Owner; jumpMs: number };

export class Clocks {
  jumps = 0;
  /** 0 where none jumps (ms). */
  readonly #jumpMsMax: number;
  // Of its own: a world without jumps is the same as if nobody had thought of them.
  readonly #chance: Chance;
  readonly #opened: Opened[] = [];

  /** @param jumpMsMax how far a clock jumps at most, in those worlds in which one does */
  constructor(
    private readonly world: World,
    jumpMsMax: number,
  ) {
    this.#chance = new Chance(~world.seed);
    const jumps = Math.floor(world.seed / 2) % 4 === 1; // in two of eight, of which one has answers that are begun
    this.#jumpMsMax = jumps ? jumpMsMax : 0;
  }

  /** How far the fastest clock of a living process is ahead now (ms). */
  get aheadMs(): number {
    if (!this.world.faulty) return 0;
    return Math.max(0, ...this.#opened.map(({ owner, jumpMs }) => (owner.dead ? 0 : jumpMs)));
  }

  /** The clock of a process that begins. What it waits for comes in time all the same, as with a monotonic clock. */
  open(owner: Owner): Clock {
    const { world } = this;
    const skewMs = world.chance.below(world.climate.skewMsMax);
    const opened: Opened = { owner, jumpMs: 0 };
    this.#opened.push(opened);
    if (this.#jumpMsMax > 0) void this.#live(opened);
    return {
      now: () => world.nowMs + skewMs + (world.faulty ? opened.jumpMs : 0),
      elapsed: () => world.nowMs,
      after: (ms, callback) => world.after(owner, ms, callback),
    };
  }

  async #live(opened: Opened): Promise<void> {
    const { owner } = opened;
    for (let left = this.#chance.between(0, JUMPS_MAX); left > 0; left--) {
      await this.world.wait(owner, this.#chance.between(10 * SECOND, 4 * MINUTE));
      this.#set(opened, this.#chance.between(JUMP_MS_MIN, this.#jumpMsMax) * this.#chance.pick([-1, 1]));
      await this.world.wait(owner, this.#chance.between(5 * SECOND, 3 * MINUTE));
      this.#set(opened, 0);
    }
  }

  #set(opened: Opened, jumpMs: number): void {
    this.jumps += 1;
    this.world.note(`the clock of ${opened.owner.name} is ${jumpMs} ms ahead`);
    opened.jumpMs = jumpMs;
  }
}
