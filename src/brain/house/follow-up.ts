// A wish seldom comes in one text: "for my nephew, 8", then "he likes dragons", then "something else", "cheaper".
// What was said a moment ago still holds where the new text is silent; a child's age holds above all.
import type { Situation } from '../situation.ts';
import { intentOf } from './intents.ts';
import type { Intent } from './intents.ts';
import { plain } from './text.ts';
import { slotsOf, wishes } from './wish.ts';
import type { Slots } from './wish.ts';

/** Further back is another wish. */
const TEXTS_BACK_MAX = 4;
const FOR_ONESELF = /\b(?:for me|for myself|my own)\b/;
/** Wants to pay less than for what lies on the table. */
export const CHEAPER =
  /\b(?:cheaper|less expensive|too (?:expensive|much|pricey)|out of my budget)\b(?! (?:on|at|elsewhere))/;

/** The slots of a text, completed by what the customer wished before. */
export function wishInContext(situation: Situation, intent: Intent | null, text: string): Slots {
  const now = bySameAuthor(withCheaper(slotsOf(text), situation, text), situation, text);
  const earlier = earlierWish(situation);
  if (earlier === null || FOR_ONESELF.test(plain(text))) return now;
  const grown = now.age === null ? { ...now, age: earlier.age, ageYears: earlier.ageYears } : now;
  return goesOn(grown, intent)
    ? { ...keptTaste(grown, earlier), priceMaxCents: grown.priceMaxCents ?? earlier.priceMaxCents }
    : grown;
}

function earlierWish({ history }: Situation): Slots | null {
  const recent = history
    .filter((line) => line.by === 'customer' && !asksOfABook(line.text))
    .slice(-TEXTS_BACK_MAX)
    .map((line) => slotsOf(line.text))
    .filter((slots) => wishes(slots) || slots.against.length > 0);
  return recent.reduce<Slots | null>((before, after) => {
    if (before !== null && after.compares) return withTasteOf(before, { ...after, ...bounds(before, after) });
    return before === null || saysTaste(after)
      ? { ...after, age: after.age ?? before?.age ?? null }
      : merged(before, after);
  }, null);
}

/** "is it sad" wishes for nothing sad. */
function asksOfABook(text: string): boolean {
  const intent = intentOf(text);
  return intent === 'about' || intent === 'author' || intent === 'suitable';
}

function merged(before: Slots, after: Slots): Slots {
  return { ...spared(before, after), ...bounds(before, after), against: againstStill(before, after) };
}

/** A taste without what is no longer wanted. */
function spared(before: Slots, { against }: Slots): Slots {
  const kept = (labels: string[]) => labels.filter((label) => !against.includes(label));
  return { ...before, moods: kept(before.moods), genres: kept(before.genres) };
}

/** What was not wanted before is not wanted now, but for what is asked for now. */
function againstStill(before: Slots, after: Slots): string[] {
  const asked = [...after.moods, ...after.genres];
  return [...new Set([...after.against, ...before.against.filter((label) => !asked.includes(label))])];
}

function bounds(before: Slots, after: Slots): Pick<Slots, 'age' | 'ageYears' | 'priceMaxCents'> {
  return {
    age: after.age ?? before.age,
    ageYears: after.ageYears ?? before.ageYears,
    priceMaxCents: after.priceMaxCents ?? before.priceMaxCents,
  };
}

/** "something else", "under $15", "shorter": the same wish, narrowed. */
function goesOn(slots: Slots, intent: Intent | null): boolean {
  return slots.compares || intent === 'another' || (!saysTaste(slots) && slots.priceMaxCents !== null);
}

function saysTaste({ moods, genres, author, likeText }: Slots): boolean {
  return moods.length + genres.length > 0 || author !== null || likeText !== null;
}

function keptTaste(now: Slots, earlier: Slots): Slots {
  if (now.compares) return withTasteOf(earlier, now);
  if (saysTaste(now)) return now;
  const { moods, genres, author, likeText } = spared(earlier, now);
  return { ...now, moods, genres, author, likeText, against: againstStill(earlier, now) };
}

/** What was told last leads; what it is against ends what was told before, and the other way round. */
function withTasteOf(before: Slots, after: Slots): Slots {
  const { moods, genres, author, likeText } = spared(before, after);
  return {
    ...after,
    moods: [...new Set([...after.moods, ...moods])],
    genres: [...new Set([...after.genres, ...genres])],
    against: againstStill(before, after),
    author: after.author ?? author,
    likeText: after.likeText ?? likeText,
  };
}

const SAME_AUTHOR =
  /\b(?:by|from) (?:him|her|them|(?:the same|this|that) (?:author|writer|guy|woman|person))\b|\b(?:did|has|have) (?:he|she|they) (?:write|written|done)\b/;

/** "what else by her": whoever wrote what is talked of, where that is one. */
function bySameAuthor(slots: Slots, { chosen, table }: Situation, text: string): Slots {
  if (!SAME_AUTHOR.test(plain(text))) return slots;
  const writers = new Set((chosen ? [chosen] : table).flatMap(({ authors }) => authors.slice(0, 1)));
  const [author = null] = writers;
  return writers.size === 1 ? { ...slots, author } : slots;
}

function withCheaper(slots: Slots, { table }: Situation, text: string): Slots {
  if (!CHEAPER.test(plain(text)) || table.length === 0) return slots;
  return { ...slots, priceMaxCents: Math.min(...table.map((book) => book.priceCents)) - 1 };
}
