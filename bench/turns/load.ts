// The load: callers that each wait for their message's whole way (closed loop), or arrivals at a rate that waits for nobody (open loop).
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromSubject, ToSubject } from './channel.ts';

/** Times of one message in ms: until its commit, and until its command's result was committed; and whether that was before the loop's end. */
export type Way = { ackMs: number; doneMs: number; inTime: boolean };

export type Load = {
  /** Hears what the subject answers. */
  hear: (answer: FromSubject) => void;
  /** `whom`: only customers of these numbers write. */
  closed: (callers: number, forMs: number, whom?: Whom) => Promise<Way[]>;
  open: (perSecond: number, forMs: number) => Promise<Way[]>;
  /** Each customer once. */
  everybody: (callers: number) => Promise<void>;
  /** Messages accepted so far by customer, and repeated deliveries that were recognised and that were sent. */
  accepted: ReadonlyMap<number, number>;
  repeats: () => { sent: number; recognised: number };
};

type Underway = {
  customer: number;
  sentAt: number;
  ackMs: number | null;
  doneMs: number | null;
  resolve: (way: Way) => void;
  reject: (error: Error) => void;
};

const TEXT =
  'hi! is there anything like the one with the glass sea in it, but shorter? for my brother, he is 14 and picky';
/** Each so-manieth message is delivered a second time at once, as providers do. */
const REPEATED = 50;
const OVERDUE_MS = 60_000;

export type Whom = { first: number; customers: number };

export type LoadOptions = {
  name: string;
  customers: number;
  send: (message: ToSubject) => void;
  /** Answers 0 ≤ n < 1, for the order of customers and the arrivals: the same in each run. */
  chance: () => number;
  /** Who writes: everybody alike, or by Zipf's law the n-th customer a n-th as often as the first. */
  customersBy: 'uniform' | 'zipf';
};

export function createLoad(options: LoadOptions): Load {
  const { name, customers, send, chance, customersBy } = options;
  const underway = new Map<string, Underway>();
  const accepted = new Map<number, number>();
  const repeats = { sent: 0, recognised: 0 };
  let sent = 0;
  let end = Infinity;

  // `from` is when the message was to leave: a late generator counts against the answer's time, not for it.
  function deliver(customer: number, from = performance.now()): Promise<Way> {
    const message: ToSubject = { kind: 'message', id: `${name}-${sent++}`, customer, text: TEXT };
    return new Promise((resolve, reject) => {
      underway.set(message.id, { customer, sentAt: from, ackMs: null, doneMs: null, resolve, reject });
      send(message);
      if (sent % REPEATED !== 0) return;
      repeats.sent += 1;
      send(message);
    });
  }

  function hear(answer: FromSubject): void {
    if (answer.kind === 'ready' || answer.kind === 'report') return;
    if (answer.kind === 'ack' && answer.taken === 'duplicate') {
      repeats.recognised += 1;
      return;
    }
    const way = underway.get(answer.id);
    if (!way) throw new Error(`an answer to a message that is not under way: ${answer.id}, ${answer.kind}`);
    if (answer.kind === 'failed') return way.reject(new Error(answer.why));
    if (answer.kind === 'done') way.doneMs = performance.now() - way.sentAt;
    if (answer.kind === 'ack') {
      way.ackMs = performance.now() - way.sentAt;
      accepted.set(way.customer, (accepted.get(way.customer) ?? 0) + 1);
    }
    if (way.ackMs === null || way.doneMs === null) return; // a fast worker may be heard before the acknowledgement
    underway.delete(answer.id);
    way.resolve({ ackMs: way.ackMs, doneMs: way.doneMs, inTime: performance.now() <= end });
  }

  // Zipf's distribution by its continuous likeness: n is e to a uniform share of ln(customers + 1).
  const anyone = (whom: Whom = { first: 0, customers }) =>
    whom.first +
    (customersBy === 'uniform'
      ? Math.floor(chance() * whom.customers)
      : Math.floor((whom.customers + 1) ** chance()) - 1);
  const inTime = <T>(work: Promise<T>, ms: number) =>
    Promise.race([work, sleep(ms + OVERDUE_MS, undefined, { ref: false }).then(() => Promise.reject(overdue()))]);
  const overdue = () => new Error(`${underway.size} messages had no answer after ${OVERDUE_MS / 1000} s`);

  return {
    hear,
    accepted,
    repeats: () => repeats,
    async closed(callers, forMs, whom) {
      end = performance.now() + forMs;
      const ways: Way[] = [];
      const caller = async () => {
        while (performance.now() < end) ways.push(await deliver(anyone(whom)));
      };
      await inTime(Promise.all(Array.from({ length: callers }, caller)), forMs);
      return ways;
    },
    async open(perSecond, forMs) {
      const start = performance.now();
      end = start + forMs;
      const ways: Array<Promise<Way>> = [];
      for (let due = start; due < end; due += (-Math.log(1 - chance()) * 1000) / perSecond) {
        if (due > performance.now()) await sleep(due - performance.now());
        ways.push(deliver(anyone(), due));
      }
      return inTime(Promise.all(ways), forMs);
    },
    async everybody(callers) {
      let next = 0;
      const caller = async () => {
        while (next < customers) await deliver(next++);
      };
      await inTime(Promise.all(Array.from({ length: callers }, caller)), customers * 50);
    },
  };
}
