// The simulated world's time and order: one thing happens at a time, and the seed says which. Everything that waits — a statement
// on its way to Postgres, a job, a provider's answer, a timer, a customer — waits here.
import { createHash } from 'node:crypto';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Chance } from './chance.ts';
import { drawClimate } from './climates.ts';
import type { Climate } from './climates.ts';

/** A simulated process. What a dead one still had to do never happens. */
export type Owner = { readonly name: string; dead: boolean };

type Task = { owner: Owner | null; label: string; run: () => Promise<void> };
type Timer = { dueMs: number; order: number; owner: Owner | null; pollMs: number | null; fire: () => void };

/** When every simulated world begins, in milliseconds since 1970 (UTC). */
export const BEGIN = Date.UTC(2026, 5, 1, 12);
/** How long the runtime waits between two looks for what is overdue, and between two renewals of leases (ms). */
const POLL_MS = 1_000;
const RENEWAL_MS = 2_000;
/** Between two rounds of housekeeping: over a long leap there is one, at its end (ms). */
const HOUSEKEEPING_MS = 60_000;
/** Characters of the trace: hashing it line by line costs more than the lines. */
const HASHED_AT_ONCE = 16_384;
const POLLS = new Set([POLL_MS, RENEWAL_MS, HOUSEKEEPING_MS]);

export class World {
  nowMs = BEGIN;
  readonly chance: Chance;
  readonly climate: Climate;
  /** In every second world the model begins some of its answers before it has thought them out. */
  readonly begins: boolean;
  /** Services that are down: `sms`, `till`, `model`. */
  readonly down = new Set<string>();
  /** Statements, jobs, timers and calls that have happened. */
  steps = 0;
  /** While true, what can go wrong does. */
  faulty = true;
  /** When something is next due that only the database knows of; null where nothing is. */
  nextDue: () => Promise<number | null> = () => Promise.resolve(null);
  /** Whether work is under way, whose leases are to be renewed: then time does not leap. */
  isBusy: () => boolean = () => false;
  readonly #lanes = new Map<string, Task[]>();
  #timers: Timer[] = [];
  #order = 0;
  readonly #real = new Set<Promise<unknown>>();
  readonly #hash = createHash('sha256');
  #unhashed = '';
  #tail: string[] = [];

  constructor(readonly seed: number) {
    this.chance = new Chance(seed);
    this.climate = drawClimate(this.chance);
    this.begins = seed % 2 === 1;
  }

  /** Puts work into a lane: within one lane things happen in order, among lanes the seed decides. */
  add(owner: Owner | null, lane: string, label: string, run: () => Promise<void>): void {
    if (owner?.dead) return;
    const waiting = this.#lanes.get(lane);
    const task = { owner, label, run };
    if (waiting) waiting.push(task);
    else this.#lanes.set(lane, [task]);
  }

  /** Calls back after `ms`; the returned function cancels. */
  after(owner: Owner | null, ms: number, fire: () => void): () => void {
    return this.#set(owner, ms, owner !== null && POLLS.has(ms) ? ms : null, fire);
  }

  /** What takes so long by chance is no poll: time does not leap over it. */
  wait(owner: Owner | null, ms: number): Promise<void> {
    return new Promise((resolve) => void this.#set(owner, ms, null, resolve));
  }

  #set(owner: Owner | null, ms: number, pollMs: number | null, fire: () => void): () => void {
    if (owner?.dead) return () => undefined;
    const dueMs = this.nowMs + Math.max(0, ms);
    const timer: Timer = {
      dueMs,
      order: this.#order++,
      owner,
      pollMs,
      fire,
    };
    this.#arm(timer);
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place >= 0) this.#timers.splice(place, 1);
    };
  }

  /** Forgets what a process that died had still to do. */
  bury(owner: Owner): void {
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
    for (const [lane, tasks] of this.#lanes) {
      const left = tasks.filter((task) => task.owner !== owner);
      if (left.length === 0) this.#lanes.delete(lane);
      else this.#lanes.set(lane, left);
    }
  }

  /** Lets things happen until `isOver`, which is asked whenever nothing is left to do at the present instant. */
  async run(isOver: () => boolean | Promise<boolean>): Promise<void> {
    await this.#quiet();
    for (;;) {
      if (await this.#happen()) continue;
      if (await isOver()) return;
      if (!(await this.#advance())) return;
    }
  }

  /** Work in the real Postgres that nobody waits for: the world stands still until it is done, or real time would say what happens next. */
  standStill<T>(work: Promise<T>): Promise<T> {
    const known = this.#real.add(work);
    void Promise.allSettled([work]).then(() => known.delete(work));
    return work;
  }

  note(line: string): void {
    this.steps += 1;
    const whole = `${this.nowMs - BEGIN} ${line}`;
    this.#unhashed += `${whole}\n`;
    if (this.#unhashed.length > HASHED_AT_ONCE) this.#hashNow();
    this.#tail.push(whole);
    if (this.#tail.length > 400) this.#tail = this.#tail.slice(-200);
  }

  /** The last things that happened, for a report. */
  tail(count: number): string[] {
    return this.#tail.slice(-count);
  }

  /** A fingerprint of everything that happened so far, in order. */
  fingerprint(): string {
    this.#hashNow();
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  #hashNow(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = '';
  }

  async #happen(): Promise<boolean> {
    if (this.#lanes.size === 0) return false;
    const lane = this.chance.pick([...this.#lanes.keys()]);
    const tasks = this.#lanes.get(lane) ?? [];
    const task = tasks.shift();
    if (tasks.length === 0) this.#lanes.delete(lane);
    if (task && !task.owner?.dead) {
      this.note(`${task.owner?.name ?? 'world'} ${task.label}`);
      await task.run();
    }
    await this.#quiet();
    return true;
  }

  async #advance(): Promise<boolean> {
    const next = await this.#nextMs();
    if (next === null) return false;
    this.nowMs = Math.max(this.nowMs, next);
    const due = this.#timers[0];
    if (due && due.dueMs <= this.nowMs) {
      this.#timers.shift();
      due.fire();
      await this.#quiet();
    }
    return true;
  }

  // A look that would find nothing need not happen: time leaps over it, to the next thing that is due.
  async #nextMs(): Promise<number | null> {
    const first = this.#timers[0];
    if (!first) return null;
    const busy = this.isBusy();
    const counts = ({ pollMs }: Timer) => pollMs === null || (busy && pollMs === RENEWAL_MS);
    if (counts(first)) return first.dueMs;
    const due = await this.nextDue();
    if (due !== null && due <= first.dueMs) return first.dueMs;
    const target = Math.min(this.#timers.find(counts)?.dueMs ?? Infinity, due ?? Infinity);
    if (target === Infinity) return null;
    for (const timer of this.#timers.filter(
      (one) => !counts(one) && one.dueMs < target && one.pollMs !== HOUSEKEEPING_MS,
    ))
      this.#passOver(timer, target);
    return target;
  }

  #passOver(timer: Timer, until: number): void {
    this.#timers.splice(this.#timers.indexOf(timer), 1);
    const everyMs = timer.pollMs ?? POLL_MS;
    timer.dueMs += Math.ceil((until - timer.dueMs) / everyMs) * everyMs;
    this.#arm(timer);
  }

  // Everything has happened that can, also what leaves the loop to others between its own parts.
  async #quiet(): Promise<void> {
    do {
      await nextRound();
      while (this.#real.size > 0) await Promise.allSettled(this.#real);
    } while (process.getActiveResourcesInfo().includes('Immediate'));
  }

  #arm(timer: Timer): void {
    const at = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs);
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, timer);
  }
}
