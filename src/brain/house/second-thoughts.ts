// Answers to what Marty himself has just offered, and another title where a yes or no was expected.
import type { Draft, Shelf, Situation } from '../situation.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { saysTitle } from './draft.ts';
import type { Intent } from './intents.ts';
import { saidLast } from '../table.ts';
import { chosen, saidIfAny } from './reading.ts';
import { copiesIn } from './copies.ts';
import { contentWords, withoutOpeners } from './text.ts';

const LOOK_ON =
  /(?:i can look for something close to it|look for something else|keep looking|look wider|(?:something|anything) (?:close|similar|like it)(?: to it)?|in the same spirit|something else)\?$/;
const WHAT_LIKE = /\b(?:tell me what it's like\b|something it's like\?)/;
const A_PERSON = /\b(?:a person|a human|someone from the shop)\b[^?]*\?$/;

/** What a yes now accepts of Marty's own offers; null when he offered none of them, or it is no yes. */
export function openOffer(
  { history }: Situation,
  intent: Intent | null,
): 'look on' | 'hear what it is like' | 'a person' | null {
  const last = history.at(-1);
  if (intent !== 'yes' || last?.by !== 'marty' || last.kind !== 'talk') return null;
  if (A_PERSON.test(last.text)) return 'a person';
  if (WHAT_LIKE.test(last.text)) return 'hear what it is like';
  return LOOK_ON.test(last.text) ? 'look on' : null;
}

/** "tell me if not: say person", and it is told in other words. */
const SAY_PERSON = /\bsay person\b/;
const DENIED =
  /^(?:(?:no|nope|nah|hey|wait|um+|but|sorry|well|hm+|actually)[,. ]+)*(?:no|nope|nah|(?:that|this|it)(?:'s| is|s)? (?:not (?:so|true|right|correct)|wrong|false|a lie|isn'?t (?:so|true|right))|(?:that|this|it) (?:isn'?t|ain'?t) (?:so|true|right)|not true|i (?:don'?t|do not) have (?:it|that|anything)|(?:i |we )?(?:did(?: ?n ?'? ?t| not)|dint|never|have(?: ?n ?'? ?t| not)) (?:(?:get|got|gotten|rec[ei]{2}ved?|see|seen|saw|have|had) )?(?:it|that|this|anything|any|a (?:cent|dime|penny)|nothing)|(?:i )?(?:got|have|received) nothing|nothing (?:came|yet|here))(?: (?:back|yet|though|tho|at all|from (?:you|them|anyone)))*$/;

/** The customer says that what Marty told last is not so, and he had promised them a person for that. */
export function isDenied({ history }: Situation, text: string): boolean {
  const last = history.at(-1);
  if (last?.by !== 'marty' || !SAY_PERSON.test(last.text)) return false;
  // "no, do you have dune" is about something else.
  const parts = text.split(/[.,!?;]+ */).filter((part) => !/^(?:no|nope|nah)?$/.test(part));
  return DENIED.test(text) || parts.some((part) => DENIED.test(part));
}

/** A yes to what Marty asked last, where that was about no book: only who asked it knows what it takes. */
export function isYesToOther(situation: Situation, intent: Intent | null): boolean {
  const offer = openOffer(situation, intent);
  if (offer !== null) return offer !== 'a person';
  const { history, stage, table } = situation;
  if (intent !== 'yes' || stage !== 'recommending' || history.at(-1)?.by !== 'marty') return false;
  const asked = saidLast(history).join(' ');
  return table.every(({ title }) => !saysTitle(asked, title));
}

/** The book that was out when Marty offered to look on; null when he named none. */
export function soldOutBook({ history, table }: Situation): string | null {
  const said = history.at(-1)?.text ?? '';
  return table.find(({ title }) => saysTitle(said, title))?.title ?? null;
}

const INSTEAD =
  /^(?:no|nah|nope|wait|actually|sorry|hmm|hold on)\b[\s,.]|\b(?:instead|rather|i meant?|make (?:it|that))\b/;
const WORDS_OF_INSTEAD =
  /\b(?:no|nah|nope|wait|actually|sorry|hmm|hold on|instead|rather|i meant?|i'?d|i'?ll (?:take|have|get)|make (?:it|that)|let'?s (?:do|go with)|please|the one)\b/g;

/** "actually no, the left hand of darkness": another book where this one was asked about; null for anything else. */
export async function bookNamedInstead(catalogue: Shelf, situation: Situation, text: string): Promise<Draft | null> {
  const { stage, storeId, chosen: current } = situation;
  if (!/^(?:confirming|fulfillment|missing)/.test(stage) || !(INSTEAD.test(text) || INSTEAD.test(withoutOpeners(text))))
    return null;
  const rest = withoutOpeners(text)
    .replace(WORDS_OF_INSTEAD, ' ')
    .replace(/[\s,.]+/g, ' ')
    .trim();
  if (contentWords(rest).length === 0) return null;
  const named = await catalogue.resolve(storeId, rest);
  if (named.kind !== 'one' || named.book.isbn13 === current?.isbn13) return null;
  return saidIfAny(chosen([shownBook(named.book)], copiesIn(text) ?? 1), situation);
}
