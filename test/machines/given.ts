// Tells a machine's story in tests: each event is stepped as production does it, and between two of them the actor
// is stored as JSON and restored. Timers and children are followed, so that a timer that is gone cannot be fired.
import type { AnyEventObject } from 'xstate';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { StoredSnapshot } from '../../src/runtime/snapshot.ts';
import { persist, restore } from '../../src/runtime/persist.ts';
import { begin, step } from '../../src/runtime/stepper.ts';
import type { Effect, StepTurn } from '../../src/runtime/effects.ts';
import type { Stepped } from '../../src/runtime/stepper.ts';

/** The key of the actor whose story is told. */
export const SELF = '0190a000-0000-7000-8000-00000000aaaa';
/** When every story begins, in milliseconds since 1970 (UTC): noon in Chicago, and daylight from coast to coast. */
export const NOON = Date.UTC(2026, 5, 1, 17);

/** What a worker's answer looks like once it has crossed the database. */
export const refusal = (code: string) => ({ name: 'Refusal', code });
export const breakdown = { name: 'Permanent', code: 'exhausted' };

/** The nth id that turn `seq` makes. */
export function idOf(seq: number, n: number): string {
  return `0190a000-0000-7000-8${n.toString(16).padStart(3, '0')}-${seq.toString(16).padStart(12, '0')}`;
}

export class Story {
  readonly machine: DurableMachine;
  readonly stored: StoredSnapshot;
  /** What the last turn asked for. */
  readonly effects: Effect[];
  readonly timers: ReadonlyMap<string, AnyEventObject>;
  readonly seq: number;
  readonly nowMs: number;

  constructor(
    machine: DurableMachine,
    stepped: Stepped,
    timers: ReadonlyMap<string, AnyEventObject>,
    seq: number,
    nowMs: number,
  ) {
    this.machine = machine;
    this.stored = StoredSnapshot.parse(JSON.parse(JSON.stringify(persist(machine, stepped.live))));
    this.effects = stepped.effects;
    this.timers = timersAfter(timers, stepped.effects);
    this.seq = seq;
    this.nowMs = nowMs;
  }

  /** The next events, each in a turn of its own; `effects` are those of the last. */
  when(...events: AnyEventObject[]): Story {
    return events.reduce<Story>((story, event) => story.turned(event), this);
  }

  /** A while later nothing has happened but time. */
  later(ms: number): Story {
    return new Story(
      this.machine,
      { live: this.live(), effects: [], handled: true },
      this.timers,
      this.seq,
      this.nowMs + ms,
    );
  }

  /** The named delay is over. */
  after(delay: string): Story {
    const waiting = [...this.timers].find(([id]) => id.startsWith(`xstate.after.${delay}.`));
    if (!waiting) throw new Error(`no timer "${delay}" is waiting in ${JSON.stringify(this.stored.value)}`);
    const [id, event] = waiting;
    return this.turned(event, new Map([...this.timers].filter(([other]) => other !== id)));
  }

  /** The invoked work has answered. */
  done(child: string, output: unknown = {}): Story {
    return this.answered(child, { type: `xstate.done.actor.${child}`, output, actorId: child });
  }

  /** The invoked work has refused or broken down. */
  failed(child: string, error: unknown = breakdown): Story {
    return this.answered(child, { type: `xstate.error.actor.${child}`, error, actorId: child });
  }

  get value(): unknown {
    return this.stored.value;
  }

  get context(): Record<string, unknown> {
    return this.stored.context;
  }

  /** Inputs of the work that the last turn began, by child. */
  get begun(): Record<string, unknown> {
    return Object.fromEntries(this.effects.flatMap((it) => (it.kind === 'invoke' ? [[it.childId, it.input]] : [])));
  }

  /** Params of the last turn's actions of this name. */
  did(name: string): unknown[] {
    return this.effects.flatMap((it) => (it.kind === 'action' && it.name === name ? [it.params] : []));
  }

  /** What the last turn sent to other actors. */
  get sent(): Array<{ to: string; event: AnyEventObject }> {
    return this.effects.flatMap((it) => (it.kind === 'send' ? [{ to: it.to, event: it.event }] : []));
  }

  /** The names of the delays that are waiting. */
  get waiting(): string[] {
    return [...this.timers.keys()].map((id) => id.split('.')[2] ?? id).sort();
  }

  private answered(child: string, event: AnyEventObject): Story {
    if (!this.stored.children[child])
      throw new Error(`"${child}" is not at work in ${JSON.stringify(this.stored.value)}`);
    return this.turned(event);
  }

  private live() {
    return restore(this.machine, this.stored);
  }

  private turned(event: AnyEventObject, timers = this.timers): Story {
    const seq = this.seq + 1;
    return new Story(
      this.machine,
      step(this.machine, this.live(), event, turnOf(seq, this.nowMs)),
      timers,
      seq,
      this.nowMs,
    );
  }
}

/** An actor that has just been born. */
export function given(machine: DurableMachine, input?: unknown): Story {
  return new Story(machine, begin(machine, input, turnOf(1, NOON)), new Map(), 1, NOON);
}

function turnOf(seq: number, at: number): StepTurn {
  return { at, self: SELF, id: (n) => idOf(seq, n), commandId: (n) => idOf(seq, 0x800 + n) };
}

function timersAfter(
  timers: ReadonlyMap<string, AnyEventObject>,
  effects: Effect[],
): ReadonlyMap<string, AnyEventObject> {
  const next = new Map(timers);
  for (const effect of effects) {
    if (effect.kind === 'timer') next.set(effect.id, effect.event);
    if (effect.kind === 'cancel') next.delete(effect.id);
  }
  return next;
}
