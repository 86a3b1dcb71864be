// How an answer begins, read while the rest of it is still on its way: its first bubble, once it is complete and another has begun.
// It may be said before the rest is known only where nothing of the rest could make it wrong.
import { Allow, parse } from 'partial-json';
import { z } from 'zod';
import type { FoundBook, ShownBook } from '../../../schema/acts.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { faultsOf, FOUND_MAX, namedBooks, SHOWN_MAX } from './grounding.ts';
import type { Ground } from './grounding.ts';
import type { Proposal } from './proposal.ts';
import { inVoice } from './voice.ts';

/** The first words of an answer, in the shop's voice, and the books that they name. */
export type Opening = { text: string; shown: ShownBook[]; found: FoundBook[] };

/** The one act that moves nothing: it is talk, and every other may be about money, an address, consent or a person. */
const TALK = 'customer.asked';

const Begun = z.object({ act: z.literal(TALK), bubbles: z.array(z.string()) });
/** A bubble without a letter may not be left of it in the shop's voice. */
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/**
 * The first bubble of an answer that is only talk; null while it may still grow, or be the only one: what ends an answer carries the
 * cards and the answers to tap.
 * @param text the answer as far as it has come: the beginning of its JSON
 */
export function firstBubble(text: string): string | null {
  const answer = soFar(text);
  if (answer === null) return null;
  const keys = Object.keys(answer);
  if (keys.indexOf('act') > keys.indexOf('bubbles')) return null; // it may not have come to its end: "customer.asked…"
  const begun = Begun.safeParse(answer);
  const [first, second] = begun.data?.bubbles ?? [];
  return first !== undefined && SAYS_SOMETHING.test(second ?? '') ? first : null;
}

function soFar(text: string): object | null {
  try {
    const value: unknown = parse(text, Allow.OBJ | Allow.ARR | Allow.STR);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // in the middle of a word of JSON's own
  }
}

/**
 * The opening that may be said, or null. Stricter than for a whole answer: only books that the bubble itself names count, and nothing
 * of an order or its money may be in it.
 */
export function openingOf(bubble: string, { known, found, situation }: Ground): Opening | null {
  const alone: Proposal = { ...NOTHING, bubbles: [bubble] };
  const faults = faultsOf(alone, { type: TALK }, { known, found, situation: { ...situation, orders: [] } });
  const [text, ...more] = inVoice([bubble]);
  if (faults.length > 0 || text === undefined || more.length > 0) return null;
  const shown = namedBooks(alone, known).slice(0, SHOWN_MAX).map(shownBook);
  return { text, shown, found: namedBooks(alone, found).slice(0, FOUND_MAX) };
}

const NOTHING: Proposal = {
  act: TALK,
  isbn13: null,
  copies: null,
  isbn13s: [],
  address: null,
  bubbles: [],
  books: [],
  confidence: 1,
};
