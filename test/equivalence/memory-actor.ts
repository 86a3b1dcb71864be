// XState's own actor in memory: the measure. Time is a SimulatedClock, work is a promise that the script settles.
import { createActor, fromPromise, SimulatedClock, toPromise, transition } from 'xstate';
import type {
  Actor,
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  InspectionEvent,
  PromiseActorLogic,
} from 'xstate';
import { z } from 'zod';
import { withTurn } from '../../src/runtime/authoring.ts';
import { turnIds } from '../../src/runtime/ids.ts';
import type { Answer, Case, Move, Seen, Subject } from './actor-script.ts';
import { BIRTH, errorOf, KEY, nth, plain } from './actor-script.ts';

type Work = {
  child: string;
  /** Given when the turn that it began in is over: work that the same turn stopped never was. */
  name: string | null;
  input: unknown;
  signal: AbortSignal;
  settled: boolean;
  settle: (answer: Answer) => void;
  /** Sends to its parent; what is over sends nothing, as XState has it of callbacks. */
  tell: (event: AnyEventObject) => void;
};

const ActorRef = z.custom<AnyActorRef>((value) => typeof value === 'object' && value !== null && '_send' in value);

/** A chart whose timers fire more often within one wait is drawn badly. */
const FIRED_MAX = 500;
/** Turns of the microtask queue until every settled promise has told its parent. */
const DRAIN = 8;

export function memoryActor(one: Case, input?: unknown): Subject & Judge {
  return new MemoryActor(one, input);
}

/** What may make a difference that is XState's own. */
export type Judge = {
  /**
   * XState 5.33 can leave a chart: a transition across regions or to a history may enter a state twice without leaving it (which
   * sets its timer and begins its work twice under one id), or two states of which one may be. What follows has no meaning to compare.
   */
  astray: () => boolean;
  /**
   * Of two eventless transitions that exclude each other XState takes the one whose state was entered first, which no stored
   * state value tells, its own persisted snapshot included. Whether the last move came to that.
   */
  turnedOnOrder: () => boolean;
};

/** A SimulatedClock that tells when its timeouts are due. */
class WatchedClock extends SimulatedClock {
  readonly #due = new Map<number, number>();

  /** @param beforeFiring each timeout is a turn of its own, also where several are due at once */
  constructor(private readonly beforeFiring: () => void) {
    super();
  }

  override setTimeout(work: () => void, timeout: number): number {
    const id: number = super.setTimeout(() => {
      this.beforeFiring();
      this.#due.delete(id);
      work();
    }, timeout);
    this.#due.set(id, this.now() + timeout);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#due.delete(id);
    super.clearTimeout(id);
  }

  waiting(): number[] {
    return [...this.#due.values()].sort((a, b) => a - b);
  }

  /** Infinity where nothing waits. */
  next(): number {
    return this.waiting()[0] ?? Infinity;
  }
}

class MemoryActor implements Subject {
  readonly #clock = new WatchedClock(() => this.#endTurn());
  #works: Work[] = [];
  readonly #actor: Actor<AnyStateMachine>;
  /** What the last move brought to the machine, and how it stood when it came. */
  #taken: Array<{ before: AnyMachineSnapshot; event: AnyEventObject }> = [];
  #began: Seen['began'] = [];
  #did: Seen['did'] = [];
  #started: unknown[] = [];
  #turns = 0;
  #sent: AnyEventObject[] = [];
  #emitted: AnyEventObject[] = [];

  constructor(
    private readonly one: Case,
    input: unknown,
  ) {
    const machine = one.build({ peer: () => this.#peer() });
    const logic = this.#logic();
    const actors = Object.fromEntries(Object.keys(machine.implementations.actors).map((name) => [name, logic]));
    const actions = Object.fromEntries(
      Object.entries(machine.implementations.actions)
        .filter(([, implementation]) => !(typeof implementation === 'function' && 'resolve' in implementation))
        .map(([name]) => [name, (_: unknown, params: unknown) => this.#noteDeed(name, plain(params ?? {}))]),
    );
    this.#actor = createActor(this.#inTurns(machine.provide({ actors, actions })), {
      clock: this.#clock,
      input,
      logger: () => undefined,
      inspect: (news) => this.#note(news),
    });
    this.#actor.on('*', (event) => void this.#emitted.push(event));
    toPromise(this.#actor).catch(() => undefined); // an error is seen in the snapshot's status
  }

  // The durable one's instants and ids, so that what the machine keeps of them is the same.
  #inTurns(machine: AnyStateMachine): AnyStateMachine {
    const { getInitialSnapshot, transition: stepped } = machine;
    const turn = () => turnIds(KEY, ++this.#turns, BIRTH + this.#clock.now());
    machine.getInitialSnapshot = (...args) => withTurn(turn(), () => getInitialSnapshot.apply(machine, args));
    machine.transition = (...args) => withTurn(turn(), () => stepped.apply(machine, args));
    return machine;
  }

  #noteDeed(name: string, params: unknown): void {
    if (name === 'start') this.#started.push(params);
    else this.#did.push({ name, params });
  }

  async born(): Promise<Seen> {
    this.#actor.start();
    return this.#seen();
  }

  async move(move: Move): Promise<Seen> {
    this.#taken = [];
    switch (move.do) {
      case 'send':
        if (this.#actor.getSnapshot().status === 'active') this.#actor.send(move.event); // XState drops it, and says so at length
        break;
      case 'answer':
        nth(this.#works.filter(isUnderWay), move.work)?.settle(move.answer);
        break;
      case 'answerLate':
        nth(this.#works.filter(isOver), move.work)?.settle(move.answer);
        break;
      case 'tell':
        nth(this.#works.filter(isUnderWay), move.work)?.tell(move.event);
        break;
      case 'tellLate':
        nth(this.#works.filter(isOver), move.work)?.tell(move.event);
        break;
      case 'wait':
        this.#waitUntil(this.#clock.next());
        break;
      case 'waitFor':
        this.#waitUntil(this.#clock.now() + move.ms);
    }
    for (let n = 0; n < DRAIN; n++) await Promise.resolve();
    return this.#seen();
  }

  // From one due time to the next: what a timer sets begins when it fires, not when the waiting is over.
  #waitUntil(end: number): void {
    if (!Number.isFinite(end)) return;
    for (let fired = 0; ; fired++) {
      if (fired > FIRED_MAX) throw new Error('timers fire for ever');
      const next = this.#clock.next();
      if (next > end) break;
      this.#clock.set(next);
    }
    this.#clock.set(end);
  }

  #note(news: InspectionEvent): void {
    if (news.type !== '@xstate.event' || news.actorRef !== this.#actor) return;
    this.#taken.push({ before: this.#actor.getSnapshot(), event: news.event });
  }

  #endTurn(): void {
    this.#works = this.#works.filter(({ name, settled, signal }) => name !== null || settled || !signal.aborted);
    for (const work of this.#works) {
      if (work.name !== null) continue;
      const before = this.#works.filter(({ child, name }) => child === work.child && name !== null).length;
      work.name = `${work.child}#${before}`;
      this.#began.push({ work: work.name, input: work.input });
    }
  }

  #logic(): PromiseActorLogic<unknown, unknown> {
    return fromPromise<unknown, unknown>(({ input, signal, self }) => {
      return new Promise((resolve, reject) => {
        const work: Work = {
          child: self.id,
          name: null,
          input: plain(input ?? {}),
          signal,
          settled: false,
          settle(answer) {
            work.settled = true;
            if (answer.status === 'done') resolve(answer.output);
            else reject(errorOf(answer));
          },
          tell: (event) => {
            if (isUnderWay(work)) this.#actor.send(event);
          },
        };
        this.#works.push(work);
      });
    });
  }

  // All that XState asks of a target is `_send`.
  #peer(): AnyActorRef {
    return ActorRef.parse({ id: 'peer', _send: (event: AnyEventObject) => void this.#sent.push(event) });
  }

  astray(): boolean {
    const { _scheduledEvents: scheduledById } = this.#actor.system.getSnapshot();
    const scheduled = Object.keys(scheduledById).length;
    const children = this.#works.filter(({ settled, signal }) => !settled && !signal.aborted).map(({ child }) => child);
    const enteredTwice = scheduled !== this.#clock.waiting().length || new Set(children).size !== children.length;
    const snapshot = this.#actor.getSnapshot();
    return enteredTwice || children.some((child) => !snapshot.children[child]) || !isWhole(snapshot);
  }

  turnedOnOrder(): boolean {
    return this.#taken.some(({ before, event }) => {
      const asItStands = outcomeOf(before, event);
      return asItStands !== outcomeOf(before.machine.resolveState(before), event);
    });
  }

  #seen(): Seen {
    this.#endTurn();
    const snapshot: AnyMachineSnapshot = this.#actor.getSnapshot();
    const seen: Seen = {
      value: plain(snapshot.value),
      context: plain(snapshot.context),
      status: snapshot.status,
      output: plain(snapshot.output),
      history: historyOf(snapshot),
      running: this.#works
        .filter(({ settled, signal }) => !settled && !signal.aborted)
        .map(({ name }) => name ?? '')
        .sort(),
      timers: this.#clock.waiting(),
      began: this.#began,
      did: this.#did,
      started: this.#started,
      sent: this.#sent,
      emitted: this.#emitted,
      looked: this.one.look?.(snapshot),
    };
    this.#began = [];
    this.#did = [];
    this.#started = [];
    this.#sent = [];
    this.#emitted = [];
    return seen;
  }
}

function isOver({ settled, signal }: Work): boolean {
  return settled || signal.aborted;
}

function isUnderWay(work: Work): boolean {
  return !isOver(work);
}

function isWhole({ _nodes: nodes }: AnyMachineSnapshot): boolean {
  const standing = new Set(nodes);
  return nodes.every(({ type, states, parent }) => {
    if (parent && !standing.has(parent)) return false;
    const inside = Object.values(states).filter((child) => child.type !== 'history');
    const count = inside.filter((child) => standing.has(child)).length;
    return type === 'parallel' ? count === inside.length : type !== 'compound' || count === 1;
  });
}

function historyOf({ historyValue }: AnyMachineSnapshot): Seen['history'] {
  return Object.fromEntries(
    Object.entries(historyValue).map(([key, nodes]) => [key, nodes.map(({ id }) => id).sort()]),
  );
}

/** Where a transition leads and what it does on the way; or that it fails, since whether it runs in a circle may turn on the order too. */
function outcomeOf(before: AnyMachineSnapshot, event: AnyEventObject): string {
  try {
    const [{ value, context }, actions] = transition(before.machine, before, event);
    return JSON.stringify(plain([value, context, actions.map(({ type, params }) => [type, params])]));
  } catch {
    return 'failed';
  }
}
