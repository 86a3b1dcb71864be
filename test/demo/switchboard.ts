// What a visitor may do to the shop: each switch works on the real thing and ends by itself.
import { execFileSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { CHAOS } from '../../src/console/board/wire.ts';
import type { Board, Chaos } from '../../src/console/board/wire.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeSquare } from '../fakes/square.ts';

/** How long each lasts (ms); what happens in a moment is 0. */
export const LASTS_MS: Readonly<Record<Chaos, number>> = {
  postgres: 4_000,
  redis: 0,
  square: 8_000,
  claude: 20_000,
  twice: 20_000,
};
export const CLAUDE_THINKS_MS = { usual: 400, slow: 9_000 };

export type Things = {
  /** Of the server's first process; null where it is not ours to freeze. */
  postgresPid: number | null;
  redisUrl: string | null;
  square: FakeSquare;
  claude: FakeAnthropic;
  now: () => number;
};

type Switch = { on: () => Promise<void> | void; off: () => void; isPossible: boolean };

export class Switchboard {
  readonly #switches: Readonly<Record<Chaos, Switch>>;
  readonly #until = new Map<Chaos, number>();
  readonly #times = new Map<Chaos, number>();
  readonly #timers = new Map<Chaos, NodeJS.Timeout>();

  constructor(private readonly things: Things) {
    const { square, claude, postgresPid, redisUrl } = things;
    const nothing = () => undefined;
    const frozen = { pids: [] as number[] };
    this.#switches = {
      postgres: {
        isPossible: postgresPid !== null && process.platform !== 'win32',
        on: () => {
          frozen.pids = familyOf(postgresPid ?? 0);
          signal(frozen.pids, 'SIGSTOP');
        },
        off: () => signal(frozen.pids, 'SIGCONT'),
      },
      redis: { isPossible: redisUrl !== null, on: () => empty(redisUrl ?? ''), off: nothing },
      square: {
        isPossible: true,
        on: () => void (square.isDown = 'lost_answer'),
        off: () => void (square.isDown = null),
      },
      claude: {
        isPossible: true,
        on: () => claude.think(CLAUDE_THINKS_MS.slow),
        off: () => claude.think(CLAUDE_THINKS_MS.usual),
      },
      twice: { isPossible: true, on: nothing, off: nothing },
    };
  }

  isOn(name: Chaos): boolean {
    return (this.#until.get(name) ?? 0) > this.things.now();
  }

  /** Pressed again, it lasts longer. False where this machine has nothing to break. */
  async press(name: Chaos): Promise<boolean> {
    const { isPossible, on } = this.#switches[name];
    if (!isPossible) return false;
    this.#times.set(name, (this.#times.get(name) ?? 0) + 1);
    if (!this.#timers.has(name)) await on();
    clearTimeout(this.#timers.get(name));
    this.#until.set(name, this.things.now() + LASTS_MS[name]);
    this.#timers.set(
      name,
      setTimeout(() => this.#end(name), LASTS_MS[name]),
    );
    return true;
  }

  /** All is well again. */
  rest(): void {
    for (const name of this.#timers.keys()) this.#end(name);
  }

  state(): Board['chaos'] {
    return CHAOS.map((name) => ({
      name,
      times: this.#times.get(name) ?? 0,
      leftMs: Math.max(0, (this.#until.get(name) ?? 0) - this.things.now()),
      isPossible: this.#switches[name].isPossible,
    }));
  }

  #end(name: Chaos): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    this.#until.delete(name);
    this.#switches[name].off();
  }
}

/** A server process and those that it made. */
function familyOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return [pid, ...rows.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))];
}

/** One that has ended meanwhile hears nothing. */
function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      continue;
    }
  }
}

async function empty(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall();
  redis.disconnect();
}
