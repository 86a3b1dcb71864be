// What came of one machine: whether the durable actor is XState's own, and if not, who says no and how.
import { RuntimeError } from '../../src/runtime/errors.ts';
import type { Case, Move, Seen } from './actor-script.ts';
import { compare } from './compare.ts';
import type { Difference } from './compare.ts';

export type Verdict =
  | { is: 'same'; seen: Seen[] }
  /** The runtime says no, when the machine is registered or in the turn that comes to it, which then leaves nothing. */
  | { is: 'refused'; when: 'registered' | 'stepped'; sentence: string }
  /** XState's own actor ends with an error, or leaves its chart; the durable one stands as before, its event set aside. */
  | { is: 'failed'; seen: Seen[]; sentence: string }
  /** XState itself gives no answer to compare (see Judge). */
  | { is: 'unanswered'; why: 'astray' | 'order' }
  | { is: 'different'; difference: Difference };

export async function verdictOn(one: Case, script: readonly Move[], input?: unknown): Promise<Verdict> {
  try {
    const { seen, end, difference, trouble } = await compare(one, script, input);
    if (end === 'failed' || (end === 'astray' && trouble !== null))
      return { is: 'failed', seen, sentence: trouble ?? '' };
    if (end !== 'script') return { is: 'unanswered', why: end };
    if (difference && trouble !== null) return { is: 'refused', when: 'stepped', sentence: trouble };
    return difference ? { is: 'different', difference } : { is: 'same', seen };
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== 'unsupported') throw error;
    return { is: 'refused', when: 'registered', sentence: error.message };
  }
}
