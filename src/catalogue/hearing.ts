// The words of one text, and how much each sounds like a word of a title. Every comparison is made once a text.
import { baseWeight, isEveryday } from './everyday-words.ts';
import { likenessOf, spelling, type Spelling } from './typos.ts';

/** Two words run together, or one torn apart, cost a hair, so that the plain way wins. */
const JOINT_COST = 0.05;
/** An everyday word is rarely a slip for another word: "right" is not "Sight". */
const EVERYDAY_SLIP = 0.8;

/** By the words of the text, 0 to 1 each; `best` is the highest. */
export type Likenesses = { at: Float64Array; best: number };

export class Hearing {
  readonly words: readonly string[];
  /** What each word weighs in a text. */
  readonly weights: readonly number[];
  readonly #spelt: readonly Spelling[];
  readonly #everyday: readonly boolean[];
  /** Each word and the one before it, run together; the first has none. */
  readonly #pairs: ReadonlyArray<Spelling | null>;
  readonly #single = new Map<string, Likenesses>();
  readonly #double = new Map<string, Likenesses>();
  readonly #joined = new Map<string, Likenesses>();

  constructor(words: readonly string[]) {
    this.words = words;
    this.weights = words.map(baseWeight);
    this.#everyday = words.map(isEveryday);
    this.#spelt = words.map(spelling);
    this.#pairs = words.map((word, at) => (at === 0 ? null : spelling((words[at - 1] ?? '') + word)));
  }

  /** For each word of the text, how much it is like `word`. */
  asWord(word: string): Likenesses {
    return remembered(this.#single, word, (sought) =>
      overAll(this.#spelt, (heard, at) => {
        const alike = likenessOf(sought, heard);
        return alike < 1 && this.#everyday[at] === true ? alike * EVERYDAY_SLIP : alike;
      }),
    );
  }

  /** For each word of the text, how much it and the one before it, run together, are like `word`. */
  asTornWord(word: string): Likenesses {
    return remembered(this.#double, word, (sought) =>
      overAll(this.#pairs, (pair) => (pair === null ? 0 : jointly(sought, pair))),
    );
  }

  /** For each word of the text, how much it is like two words of a title run together. */
  asJoinedWords(first: string, second: string): Likenesses {
    return remembered(this.#joined, first + second, (both) => overAll(this.#spelt, (heard) => jointly(heard, both)));
  }
}

/** `whole` is one word where `parts` may be two. */
function jointly(whole: Spelling, parts: Spelling): number {
  return whole.word.length < 4 ? 0 : Math.max(0, likenessOf(whole, parts) - JOINT_COST);
}

function overAll<Heard>(heard: readonly Heard[], likenessAt: (heard: Heard, at: number) => number): Likenesses {
  const at = new Float64Array(heard.length);
  let best = 0;
  for (const [index, word] of heard.entries()) {
    const alike = likenessAt(word, index);
    at[index] = alike;
    if (alike > best) best = alike;
  }
  return { at, best };
}

function remembered(cache: Map<string, Likenesses>, key: string, make: (sought: Spelling) => Likenesses): Likenesses {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make(spelling(key));
  cache.set(key, made);
  return made;
}
