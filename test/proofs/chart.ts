// A real machine as a table that is filled in while it is explored: each of its states has a number, and each event is stepped
// once from each of them, by the runtime's own stepper. What a theorem does not need of a context is abstracted away.
import { getNextTransitions } from 'xstate';
import type { AnyEventObject } from 'xstate';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { persist, restore } from '../../src/runtime/persist.ts';
import { begin, step } from '../../src/runtime/stepper.ts';
import type { Effect, StepTurn } from '../../src/runtime/effects.ts';
import type { Stepped } from '../../src/runtime/stepper.ts';
import type { LiveSnapshot, StoredSnapshot } from '../../src/runtime/snapshot.ts';

/** An event and the turn in which it comes; one object for each, for it is looked up by identity. */
export type Happening = {
  event: AnyEventObject;
  /** The turn's instant (ms since 1970). */
  at: number;
};

/** `trouble`: the step threw, so that the runtime would set its event aside; the chart stands as before. */
export type Taken = { to: number; effects: readonly Effect[]; trouble: string | null };

export type Abstraction = {
  context: (context: StoredSnapshot['context']) => StoredSnapshot['context'];
  /** The nth id that a turn makes; always the same, so that states are finite. */
  id: (n: number) => string;
  self: string;
};

type Place = {
  stored: StoredSnapshot;
  live: LiveSnapshot;
  taken: Map<Happening, Taken>;
  types: ReadonlySet<string>;
  timers: AnyEventObject[];
};

export class Chart {
  readonly #places: Place[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(
    private readonly definition: DurableMachine,
    private readonly abstraction: Abstraction,
  ) {}

  /** How many states of this machine were met. */
  get size(): number {
    return this.#places.length;
  }

  born(input: unknown, at: number): Taken {
    return this.#kept(begin(this.definition, input, this.#turn(at)));
  }

  take(from: number, happening: Happening): Taken {
    const { taken } = this.#place(from);
    const known = taken.get(happening);
    if (known) return known;
    const fresh = this.#stepped(from, happening);
    taken.set(happening, fresh);
    return fresh;
  }

  at(number: number): StoredSnapshot {
    return this.#place(number).stored;
  }

  /** The timers that may be waiting where the chart stands. */
  timers(number: number): readonly AnyEventObject[] {
    return this.#place(number).timers;
  }

  /** Whether the chart takes an event of this type at all where it stands. */
  knows(number: number, type: string): boolean {
    return this.#place(number).types.has(type);
  }

  #stepped(from: number, { event, at }: Happening): Taken {
    try {
      return this.#kept(step(this.definition, this.#place(from).live, event, this.#turn(at)));
    } catch (error) {
      return { to: from, effects: [], trouble: error instanceof Error ? error.message : String(error) };
    }
  }

  #kept({ live, effects }: Stepped): Taken {
    const whole = persist(this.definition, live);
    const children = Object.fromEntries(
      Object.entries(whole.children)
        .map(([id, { src }]): [string, { src: string; command: string }] => [id, { src, command: '' }])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const stored = { ...whole, context: this.abstraction.context(whole.context), children };
    return { to: this.#numberOf(stored), effects, trouble: null };
  }

  #numberOf(stored: StoredSnapshot): number {
    const key = JSON.stringify([stored.value, stored.context, stored.children]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const live = restore(this.definition, stored);
    const number = this.#places.length;
    const types = new Set(getNextTransitions(live.snapshot).map(({ eventType }) => eventType));
    const timers = [...types].filter((type) => type.startsWith('xstate.after.')).map((type) => ({ type }));
    this.#places.push({ stored, live, taken: new Map(), types, timers });
    this.#numbers.set(key, number);
    return number;
  }

  #place(number: number): Place {
    const place = this.#places[number];
    if (!place) throw new Error(`there is no state ${number}`);
    return place;
  }

  #turn(at: number): StepTurn {
    const { id, self } = this.abstraction;
    return { at, self, id, commandId: (n) => `command-${n}` };
  }
}
