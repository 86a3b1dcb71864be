// What comes of a fixture: converted, run on both actors, and set beside what SCXML says.
import { isDeepStrictEqual } from 'node:util';
import type { StateValue } from 'xstate';
import { verdictOn } from '../equivalence/verdict.ts';
import { Inexpressible } from './content.ts';
import { convert, idOf } from './convert.ts';
import type { Fixture } from './fixtures.ts';

export type Outcome = {
  name: string;
  /**
   * `passes`: XState, durable or not, does what SCXML says. `otherwise`: durable and in memory it does the same, but not that.
   * `leftOut`: there are no words for it in XState. `different`: the durable actor is not XState's own; a bug.
   */
  is: 'passes' | 'otherwise' | 'refused' | 'failed' | 'unanswered' | 'leftOut' | 'different';
  why: string;
};

/** Where XState itself is not SCXML. A fixture that stands here and passes fails the test of this folder. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  'w3c-ecma/test319': '`_event` is unbound before the first event in SCXML; XState has `xstate.init`',
  'w3c-ecma/test506': 'an internal transition from a state to itself leaves the state in SCXML; with XState it stays',
  'w3c-ecma/test533': 'an internal transition within a parallel state leaves it in SCXML; with XState it stays',
};
const THROWS =
  'an expression throws: SCXML queues `error.execution`, XState ends its actor, here the event is set aside';

export async function outcomeOf({ name, document, script, expected, sent }: Fixture): Promise<Outcome> {
  try {
    const verdict = await verdictOn(convert(document, sent), script);
    switch (verdict.is) {
      case 'same': {
        const at = verdict.seen.findIndex(({ value }, n) => !isExpected(value, expected[n] ?? null));
        if (at < 0) return { name, is: 'passes', why: '' };
        return {
          name,
          is: 'otherwise',
          why: OTHERWISE[name] ?? `unexplained: ${leavesOf(verdict.seen[at]?.value).join()}`,
        };
      }
      case 'refused':
        return { name, is: 'refused', why: verdict.sentence };
      case 'failed':
        return { name, is: 'failed', why: THROWS };
      case 'unanswered':
        return { name, is: 'unanswered', why: verdict.why };
      case 'different':
        return { name, is: 'different', why: JSON.stringify(verdict.difference) };
      default:
        return verdict satisfies never;
    }
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw new Error(`fixture ${name}`, { cause: error });
    return { name, is: 'leftOut', why: error.message };
  }
}

function isExpected(value: unknown, expected: string[] | null): boolean {
  return expected === null || isDeepStrictEqual(leavesOf(value), expected.map(idOf).sort());
}

function leavesOf(value: unknown): string[] {
  const leaves = (key: string, inside: StateValue | undefined): string[] => {
    if (typeof inside === 'string') return [inside];
    const children = Object.entries(inside ?? {});
    return children.length === 0 ? [key] : children.flatMap(([name, child]) => leaves(name, child));
  };
  return leaves('scxml', isStateValue(value) ? value : undefined).sort();
}

function isStateValue(value: unknown): value is StateValue {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
