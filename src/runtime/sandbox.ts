// An actor stepped in memory on a clock of its own: what it asks for is recorded, and nothing is performed or stored.
import type { AnyEventObject } from 'xstate';
import { resultEvent } from './cause.ts';
import type { Outcome } from './cause.ts';
import { turnIds } from './ids.ts';
import type { DurableMachine } from './machine.ts';
import type { LiveSnapshot, StoredChild, StoredSnapshot } from './snapshot.ts';
import { persist, restore } from './persist.ts';
import { eventTypesOf, step } from './stepper.ts';
import { take } from './replay.ts';
import type { TurnView } from './archive.ts';
import type { Effect } from './effects.ts';

export type SandboxTimer = { id: string; dueAtMs: number; event: AnyEventObject };
/** One turn that the sandbox took; not `handled`: nothing in the chart took its event. */
export type Taken = {
  seq: number;
  atMs: number;
  event: AnyEventObject;
  handled: boolean;
  value: unknown;
  effects: readonly Effect[];
};

/** Where a sandbox begins: an actor as it stood after turn `seq`, at that time. */
export type Fork = {
  key: string;
  seq: number;
  atMs: number;
  snapshot: StoredSnapshot;
  timers: readonly SandboxTimer[];
};

const TURNS_MAX = 10_000;

export class Sandbox {
  readonly taken: Taken[] = [];
  #live: LiveSnapshot;
  #nowMs: number;
  readonly #timers: Map<string, SandboxTimer>;

  /** @throws RuntimeError `unreadable` when this build does not know where the actor stood */
  constructor(
    private readonly definition: DurableMachine,
    private readonly fork: Fork,
  ) {
    this.#live = restore(definition, fork.snapshot);
    this.#nowMs = fork.atMs;
    this.#timers = new Map(fork.timers.map((timer) => [timer.id, timer]));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get snapshot(): StoredSnapshot {
    return persist(this.definition, this.#live);
  }

  /** What runs for it, by child id. */
  get children(): Readonly<Record<string, StoredChild>> {
    return this.#live.children;
  }

  /** The events that lead somewhere from here if their guards agree, each once. */
  get takes(): string[] {
    return eventTypesOf(this.#live);
  }

  /** Soonest first. */
  get timers(): SandboxTimer[] {
    return [...this.#timers.values()].sort((a, b) => a.dueAtMs - b.dueAtMs);
  }

  /** @throws RuntimeError when the machine cannot step it; nothing is changed then */
  send(event: AnyEventObject): Taken {
    if (this.taken.length >= TURNS_MAX) throw new Error(`a sandbox takes ${TURNS_MAX} turns at most`);
    const seq = this.fork.seq + this.taken.length + 1;
    const { live, effects, handled } = step(
      this.definition,
      this.#live,
      event,
      turnIds(this.fork.key, seq, this.#nowMs),
    );
    const { value } = persist(this.definition, live);
    this.#live = live;
    for (const effect of effects) this.#keepTime(effect);
    const taken = { seq, atMs: this.#nowMs, event, handled, value, effects };
    this.taken.push(taken);
    return taken;
  }

  /** Ends what runs as `childId`. */
  settle(childId: string, outcome: Outcome): Taken {
    if (!this.children[childId]) throw new Error(`nothing runs as "${childId}"`);
    return this.send(resultEvent(childId, outcome));
  }

  /** Lets time pass and fires what comes due, in order, until something runs that `halts` it. */
  advance(ms: number, halts: (child: StoredChild) => boolean): Taken[] {
    const untilMs = this.#nowMs + ms;
    const turns: Taken[] = [];
    const isHalted = () => Object.values(this.children).some(halts);
    for (;;) {
      const [next] = this.timers;
      if (!next || next.dueAtMs > untilMs || isHalted()) break;
      this.#timers.delete(next.id);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      turns.push(this.send(next.event));
    }
    if (!isHalted()) this.#nowMs = untilMs;
    return turns;
  }

  #keepTime(effect: Effect): void {
    if (effect.kind === 'cancel') this.#timers.delete(effect.id);
    if (effect.kind !== 'timer') return;
    const { id, event, delayMs } = effect;
    this.#timers.set(id, { id, event, dueAtMs: this.#nowMs + delayMs });
  }
}

/**
 * The timers that run after these turns, from the actor's birth on; none where this build cannot step them, since a
 * journal does not tell them.
 */
export function timersAfter(definition: DurableMachine, key: string, turns: readonly TurnView[]): SandboxTimer[] {
  const timers = new Map<string, SandboxTimer>();
  let live: LiveSnapshot | null = null;
  try {
    for (const turn of turns) {
      const stepped = take(definition, key, live, turn);
      live = stepped.live;
      timers.delete(turn.type);
      for (const effect of stepped.effects) {
        if (effect.kind === 'cancel') timers.delete(effect.id);
        if (effect.kind !== 'timer') continue;
        const { id, event, delayMs } = effect;
        timers.set(id, { id, event, dueAtMs: turn.at.getTime() + delayMs });
      }
    }
  } catch {
    return [];
  }
  return [...timers.values()];
}
