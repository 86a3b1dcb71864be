// Leads an actor along events through the runtime's own turns over rows, where before each turn it is read back from its row.
import type { AnyEventObject } from 'xstate';
import { durableActor } from '../equivalence/durable-actor.ts';
import { leavesIn } from './graph.ts';
import type { Answer, Case, Move, Seen } from '../equivalence/actor-script.ts';

const HOURS_MAX = 200;
const TIMERS_MAX = 3;
const HOUR_MS = 60 * 60 * 1000;
/** What work tells its actor before it has ended, and the child whose work it is. */
const TOLD_BY: Readonly<Record<string, string>> = { 'reply.begun': 'reply' };

export class DurableStory {
  readonly #actor: ReturnType<typeof durableActor>;
  /** Everything that has happened to it since its birth. */
  readonly moves: Move[] = [];
  /** Work in the order in which it began; some of it is over. */
  readonly #began: string[] = [];
  /** What each step left behind, its birth first. */
  readonly trail: Seen[] = [];

  constructor(one: Case, input?: unknown) {
    this.#actor = durableActor(one, input);
  }

  /** What the last step left behind. */
  get seen(): Seen {
    const seen = this.trail.at(-1);
    if (!seen) throw new Error('it has not been born');
    return seen;
  }

  async born(): Promise<this> {
    return this.#noted(await this.#actor.born());
  }

  /** Each event as production would meet it: a result from the work that is under way, a timer when its time has come. */
  async along(events: readonly AnyEventObject[]): Promise<this> {
    for (const event of events) await this.#meet(event);
    return this;
  }

  /** Nothing comes but time. */
  async silence(hours = HOURS_MAX): Promise<this> {
    return this.#move({ do: 'waitFor', ms: hours * HOUR_MS });
  }

  /** Time passes until the next timer is due, which fires. */
  async nextTimer(): Promise<this> {
    return this.#move({ do: 'wait' });
  }

  /** Everything that is under way breaks down for good. */
  async breakdown(): Promise<this> {
    for (const work of this.seen.running) await this.#answer(work, { status: 'failed', code: 'exhausted' });
    return this;
  }

  async #meet(event: AnyEventObject): Promise<void> {
    const [, child] = /^xstate\.(?:done|error)\.actor\.(.+)$/.exec(event.type) ?? [];
    const teller = TOLD_BY[event.type];
    if (child) await this.#answer(this.#workOf(child), answerOf(event));
    else if (teller) await this.#move({ do: 'tell', work: this.#placeOf(this.#workOf(teller)), event });
    else if (event.type.startsWith('xstate.after.')) await this.#wait(event.type);
    else await this.#move({ do: 'send', event });
  }

  // A reminder may be due before: time passes until the state is left to which the timer belongs.
  async #wait(type: string): Promise<void> {
    const [, machine = '', state = ''] = /^xstate\.after\.\w+\.(\w+)\.(.+)$/.exec(type) ?? [];
    const stands = () =>
      leavesIn(machine, this.seen.value).some((leaf) => `${leaf}.`.startsWith(`${machine}.${state}.`));
    for (let fired = 0; fired < TIMERS_MAX && stands(); fired++) await this.nextTimer();
  }

  #workOf(child: string): string {
    const work = this.seen.running.find((name) => name.startsWith(`${child}#`));
    if (!work) throw new Error(`"${child}" is not at work in ${JSON.stringify(this.seen.value)}`);
    return work;
  }

  #placeOf(work: string): number {
    return this.#began.filter((name) => this.seen.running.includes(name)).indexOf(work);
  }

  async #answer(work: string, answer: Answer): Promise<void> {
    await this.#move({ do: 'answer', work: this.#placeOf(work), answer });
  }

  async #move(move: Move): Promise<this> {
    this.moves.push(move);
    return this.#noted(await this.#actor.move(move));
  }

  #noted(seen: Seen): this {
    this.#began.push(...seen.began.map(({ work }) => work));
    this.trail.push(seen);
    return this;
  }
}

function answerOf({ type, output, error }: AnyEventObject): Answer {
  if (type.startsWith('xstate.done.')) return { status: 'done', output: output ?? {} };
  const { name, code = 'exhausted' } = Object(error ?? {});
  return { status: name === 'Refusal' ? 'refused' : 'failed', code: String(code) };
}
