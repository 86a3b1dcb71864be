// The words of one text, and how much each sounds like a word of a title. Every comparison is made once a text.
import { baseWeight, isEveryday } from './everyday-words.ts';
import { likeness } from './typos.ts';

/** Two words run together, or one torn apart, cost a hair, so that the plain way wins. */
const JOINT_COST = 0.05;
/** An everyday word is rarely a slip for another word: "right" is not "Sight". */
const EVERYDAY_SLIP = 0.8;

export class Hearing {
  readonly words: readonly string[];
  /** What each word weighs in a text. */
  readonly weights: readonly number[];
  readonly #pairs: readonly string[];
  readonly #single = new Map<string, Float64Array>();
  readonly #double = new Map<string, Float64Array>();
  readonly #joined = new Map<string, Float64Array>();

  constructor(words: readonly string[]) {
    this.words = words;
    this.weights = words.map(baseWeight);
    this.#pairs = words.map((word, at) => (words[at - 1] ?? '') + word);
  }

  /** For each word of the text, how much it is like `word`: 0 to 1. */
  asWord(word: string): Float64Array {
    return remembered(this.#single, word, () =>
      Float64Array.from(this.words, (heard) => {
        const alike = likeness(word, heard);
        return alike < 1 && isEveryday(heard) ? alike * EVERYDAY_SLIP : alike;
      }),
    );
  }

  /** For each word of the text, how much it and the one before it, run together, are like `word`. */
  asTornWord(word: string): Float64Array {
    return remembered(this.#double, word, () =>
      Float64Array.from(this.#pairs, (pair, at) => (at === 0 ? 0 : jointly(word, pair))),
    );
  }

  /** For each word of the text, how much it is like two words of a title run together. */
  asJoinedWords(first: string, second: string): Float64Array {
    const both = first + second;
    return remembered(this.#joined, both, () => Float64Array.from(this.words, (heard) => jointly(heard, both)));
  }
}

function jointly(a: string, b: string): number {
  return a.length < 4 ? 0 : Math.max(0, likeness(a, b) - JOINT_COST);
}

function remembered(cache: Map<string, Float64Array>, key: string, make: () => Float64Array): Float64Array {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
