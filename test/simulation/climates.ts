// What a simulated world is like: how often each thing goes wrong there, and what its customers are like. The seed draws one. None is
// made for a single fault: each is a kind of bad day, and all go on beside the others' ordinary mishaps.
import type { Chance } from './chance.ts';

/** Rates are probabilities between 0 and 1. */
export type Climate = {
  name: string;
  /** A process, at one statement; five times as likely at a commit, where most is at stake. */
  dies: number;
  /** A connection, at one statement. */
  loses: number;
  /** How long Postgres takes to answer, at most (ms). */
  statementMsMax: number;
  /** How long a place stays empty whose process died, at most (ms). */
  emptyMsMax: number;
  deploysMax: number;
  /** How far the clocks of two processes are apart, at most (ms). */
  skewMsMax: number;
  /** `late` by up to `lateMsMax`; `fails`: an enqueue gets no answer. */
  queue: { loses: number; doubles: number; fails: number; late: number; lateMsMax: number };
  /** Calls to till, phones and model; `outages`: how often one of them is down for a while; `smsMsMax`: half of what a bubble takes. */
  providers: { fails: number; slow: number; outages: number; smsMsMax: number };
  /** The model thinks for half a minute. */
  thinksLong: number;
  people: {
    bursts: number;
    silences: number;
    stops: number;
    /** Says STOP at the sight of a payment link, with one in hand, or right after paying. */
    stopsOverMoney: number;
    wavers: number;
    /** Says STOP or HELP at the sight of a bubble, while more of them may be on their way. */
    blurts: number;
  };
};

const MINUTE = 60_000;

const ORDINARY: Climate = {
  name: 'ordinary',
  dies: 0.0008,
  loses: 0.0008,
  statementMsMax: 0,
  emptyMsMax: 15_000,
  deploysMax: 8,
  skewMsMax: 400,
  queue: { loses: 0.01, doubles: 0.04, fails: 0.01, late: 0.2, lateMsMax: 300 },
  providers: { fails: 0.04, slow: 0.03, outages: 0, smsMsMax: 400 },
  thinksLong: 0.05,
  people: { bursts: 0.2, silences: 0.03, stops: 0.02, stopsOverMoney: 0.05, wavers: 0.09, blurts: 0.02 },
};

export const CLIMATES: readonly Climate[] = [
  ORDINARY,
  { ...ORDINARY, name: 'processes die', dies: 0.006, loses: 0.004, emptyMsMax: MINUTE, deploysMax: 20 },
  {
    ...ORDINARY,
    name: 'the database is slow',
    loses: 0.003,
    statementMsMax: 400,
    queue: { ...ORDINARY.queue, doubles: 0.1 },
    people: { ...ORDINARY.people, bursts: 0.5, blurts: 0.15 },
  },
  {
    ...ORDINARY,
    name: 'the queue is unreliable',
    statementMsMax: 10,
    skewMsMax: 2_000,
    // Jobs that take long are those that stall and come twice.
    thinksLong: 0.4,
    providers: { ...ORDINARY.providers, slow: 0.15 },
    queue: { loses: 0.1, doubles: 0.5, fails: 0.08, late: 0.5, lateMsMax: 5_000 },
  },
  {
    ...ORDINARY,
    name: 'providers fail',
    statementMsMax: 10,
    providers: { fails: 0.15, slow: 0.15, outages: 6, smsMsMax: 4_000 },
    people: { ...ORDINARY.people, stopsOverMoney: 0.4 },
  },
  {
    ...ORDINARY,
    name: 'customers are fickle',
    dies: 0.002,
    thinksLong: 0.4,
    providers: { ...ORDINARY.providers, slow: 0.2, outages: 2, smsMsMax: 4_000 },
    people: { bursts: 0.6, silences: 0.1, stops: 0.08, stopsOverMoney: 0.3, wavers: 0.3, blurts: 0.15 },
  },
];

/** Half of the worlds are like one of the climates, half are drawn between two of them. */
export function drawClimate(chance: Chance): Climate {
  const one = chance.pick(CLIMATES);
  const other = chance.pick(CLIMATES);
  return chance.hits(0.5) ? one : { ...one, ...pickParts(chance, other), name: `${one.name}, ${other.name}` };
}

function pickParts(chance: Chance, { name: _, ...climate }: Climate): Partial<Climate> {
  return Object.fromEntries(Object.entries(climate).filter(() => chance.hits(0.5)));
}
