// One part of XState on the smallest machine that uses it, and what is done to that machine. From these the page
// docs/xstate-support.md is written, so each name and note is read by a developer who asks: can I use this?
import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, StateValue } from 'xstate';
import { z } from 'zod';
import type { Case, Move } from '../actor-script.ts';

export type Part = {
  /** In Markdown. */
  name: string;
  one: Case;
  script: Move[];
  input?: unknown;
  /** Where the script leaves the actor. Absent where the part is refused or fails. */
  ends?: StateValue;
  /** How it is done, or what to do instead; in Markdown. */
  note?: string;
};

export type Group = { title: string; parts: Part[] };

type Machine = AnyStateMachine | ((peer: () => AnyActorRef) => AnyStateMachine);
type More = Pick<Part, 'ends' | 'note' | 'input'> & {
  context?: z.ZodType;
  look?: (snapshot: AnyMachineSnapshot) => unknown;
};

/** A part that XState and the durable runtime do alike. */
export function works(name: string, machine: Machine, script: Step[], ends: StateValue, more: More = {}): Part {
  return { ...partOf(name, machine, script, more), ends };
}

/** A part that has no durable form, or that fails its step in XState too. */
export function refuses(name: string, machine: Machine, script: Step[], note: string, more: More = {}): Part {
  return { ...partOf(name, machine, script, more), note };
}

function partOf(name: string, machine: Machine, script: Step[], { context, look, ...more }: More): Part {
  const one: Case = {
    build: ({ peer }) => (typeof machine === 'function' ? machine(peer) : machine),
    context: context ?? z.record(z.string(), z.unknown()),
    ...(look ? { look } : {}),
  };
  return { name, one, script: script.map(moveOf), ...more };
}

/** A string is an event of that type. */
type Step = string | Move;
function moveOf(step: Step): Move {
  return typeof step === 'string' ? { do: 'send', event: { type: step } } : step;
}

export const done = (output: unknown, work = 0): Move => ({ do: 'answer', work, answer: { status: 'done', output } });
export const refused = (code: string): Move => ({ do: 'answer', work: 0, answer: { status: 'refused', code } });
export const failed = (code: string): Move => ({ do: 'answer', work: 0, answer: { status: 'failed', code } });
/** What was stopped ends all the same. */
export const doneLate: Move = { do: 'answerLate', work: 0, answer: { status: 'done', output: 'late' } };
/** Work tells its actor something before it is done. */
export const tells = (type: string): Move => ({ do: 'tell', work: 0, event: { type } });
/** What was stopped tries to. */
export const tellsLate = (type: string): Move => ({ do: 'tellLate', work: 0, event: { type } });
/** The next timer fires. */
export const wait: Move = { do: 'wait' };
export const waitFor = (ms: number): Move => ({ do: 'waitFor', ms });
