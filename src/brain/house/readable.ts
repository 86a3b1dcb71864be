// Nobody texts that much. Whoever does must not keep a process busy: what reads it takes longer than in proportion.
import type { Situation } from '../situation.ts';

/** Of the unread texts together, in characters: the newest count. */
const UNREAD_CHARS_MAX = 1_000;
/** Of each earlier text: two SMS. */
const LINE_CHARS_MAX = 320;

/** The situation with as much of what was written as is read. */
export function readable(situation: Situation): Situation {
  const history = situation.history.map((line) => ({ ...line, text: line.text.slice(0, LINE_CHARS_MAX) }));
  return { ...situation, unread: newest(situation.unread), history };
}

function newest(texts: readonly string[]): string[] {
  const kept: string[] = [];
  let left = UNREAD_CHARS_MAX;
  for (const text of texts.toReversed()) {
    if (left > 0) kept.unshift(text.slice(-left));
    left -= text.length;
  }
  return kept;
}
