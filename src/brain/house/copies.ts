// How many copies a text asks for, 1 or more.
import { namesOnly } from './naming.ts';
import { plain } from './text.ts';

const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const COPIES =
  /\b(\d{1,2}|a couple|one|two|three|four|five|six|seven|eight|nine|ten) (?:more )?(?:cop(?:y|ies)|of (?:it|them|those|that))\b|\bmake (?:it|that) (\d{1,2}|two|three|four|five)\b(?! ?(?:[ap]m|o'?clock|dollars|bucks|minutes?|days?)\b)|\bx ?(\d{1,2})\b|\b(?:(?:can|could|may) i (?:get|have)|i'?ll (?:take|have|get)|i (?:want|need)|let'?s do|give me|gimme) (\d{1,2}|two|three|four|five)(?: (?:please|pls|instead|then)|,? not (?:\d+|one|two|three))?$/;

/** How many copies a text asks for, 1 or more, also beyond `COPIES_MAX`; null where it does not say. */
export function copiesIn(text: string): number | null {
  const found = COPIES.exec(plain(text));
  return countOf(found?.slice(1).find((word) => word !== undefined));
}

const BARE_COUNT =
  /^(?:(?:ok|okay|fine|then|just|maybe|only|make it|i'?ll (?:take|have)|i want|give me|gimme|well|hm+)[ ,]+)*(\d{1,2}|a couple|one|two|three|four|five|six|seven|eight|nine|ten)(?: (?:please|pls|then|is (?:fine|ok|good)|works|it is))*$/;

/** A text of nothing but a number is a number of copies, where one book is talked of. */
export function bareCount(text: string): number | null {
  return countOf(BARE_COUNT.exec(plain(text))?.[1]);
}

const CORRECTS = /^(?:(?:no|nope|actually|wait|sorry|oops|hm+|ok|okay|well|on second thought)\b[ ,.!]*)+/;

/** How many copies a text asks for instead: a number alone corrects only where it says so. */
export function correctedCount(text: string): number | null {
  const words = plain(text);
  const rest = words.replace(CORRECTS, '');
  return copiesIn(words) ?? (rest === words ? null : bareCount(rest));
}

const LONE_NUMBER =
  /(?<!\b(?:at|by|in|for|till?|until|before|after|around|about|number|option|no|book|the|i'?m|i am|have|is|s?he'?s|it'?s) ?|[#$\d.:/-])\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b(?![\d:/-]| ?[ap]m\b)/;

/** The one number in a text, and the text without it; null where a number tells a time or a place, or there is none. */
function loneNumber(text: string): { count: number; rest: string } | null {
  const words = plain(text);
  const count = countOf(LONE_NUMBER.exec(words)?.[1]);
  return count === null ? null : { count, rest: words.replace(LONE_NUMBER, ' ').trim() };
}

/** "yes, 2", "hold two", "2, pickup": a number beside words of taking alone is one of copies. */
export function countBeside(text: string): number | null {
  const lone = loneNumber(text);
  return lone !== null && lone.rest !== '' && namesOnly(lone.rest, []) ? lone.count : null;
}

/** How many copies a text takes, 1 where it does not say. */
export function copiesTaken(text: string): number {
  return copiesIn(text) ?? countBeside(text) ?? 1;
}

function countOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const count = word === 'a couple' ? 2 : /^\d/.test(word) ? Number(word) : NUMBER_WORDS.indexOf(word) + 1;
  return count >= 1 ? count : null;
}
