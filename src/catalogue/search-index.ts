// Full-text search over one store's books in memory: title, series, author, subject, ISBN; typos and beginnings of words.
// Every word of the query must be found somewhere in a book, else all but one.
import { GLUE } from './everyday-words.ts';
import { fold, wordsOf } from './fold.ts';
import { toIsbn13 } from './isbn.ts';
import { Vocabulary } from './vocabulary.ts';

export type SearchRecord = {
  isbn13: string;
  title: string;
  authors: string[];
  series: string | null;
  subjects: string[];
};

type Entry = { isbn13: string; titleKey: string; length: number };
type Posting = { entry: number; weight: number };

const WEIGHTS = { title: 4, author: 3, series: 2, subject: 1 };
const PREFIX_LIKENESS = 0.75;
const WORDS_MAX = 12;

export class SearchIndex {
  readonly #vocabulary = new Vocabulary();
  readonly #postings: Posting[][] = [];
  readonly #entries: Array<Entry | null> = [];
  readonly #byIsbn = new Map<string, number>();

  put(record: SearchRecord): void {
    const known = this.#byIsbn.get(record.isbn13);
    if (known !== undefined) this.#entries[known] = null;
    const entry = this.#entries.length;
    const titleWords = wordsOf(record.title);
    this.#entries.push({ isbn13: record.isbn13, titleKey: fold(record.title), length: titleWords.length });
    this.#byIsbn.set(record.isbn13, entry);
    for (const [word, weight] of weightedWords(record, titleWords)) {
      (this.#postings[this.#vocabulary.add(word)] ??= []).push({ entry, weight });
    }
  }

  /** ISBNs, best first. An empty query finds nothing. */
  find(query: string, limit: number): string[] {
    const isbn13 = toIsbn13(query);
    if (isbn13 !== null) return this.#byIsbn.has(isbn13) ? [isbn13] : [];
    const words = tellingWords(query);
    const { found, score } = this.#tally(words);
    const entries = [...this.#entries.keys()].filter((entry) => this.#entries[entry] !== null);
    const whole = entries.filter((entry) => words.length > 0 && found[entry] === words.length);
    const partly = () => entries.filter((entry) => words.length > 1 && found[entry] === words.length - 1);
    return this.#ranked(whole.length > 0 ? whole : partly(), score, fold(query), limit);
  }

  /** For each book, how many words of the query it has, and how well. */
  #tally(words: string[]): { found: Uint8Array; score: Float64Array } {
    const found = new Uint8Array(this.#entries.length);
    const score = new Float64Array(this.#entries.length);
    for (const word of words) {
      const best = this.#bestFor(word);
      for (const [entry, weight] of best.entries()) {
        if (weight === 0) continue;
        found[entry] = (found[entry] ?? 0) + 1;
        score[entry] = (score[entry] ?? 0) + weight;
      }
    }
    return { found, score };
  }

  /** For each book, how well it answers one word of the query. */
  #bestFor(word: string): Float64Array {
    const best = new Float64Array(this.#entries.length);
    const add = (id: number, likeness: number): void => {
      for (const { entry, weight } of this.#postings[id] ?? []) {
        best[entry] = Math.max(best[entry] ?? 0, weight * likeness * likeness);
      }
    };
    for (const { id, likeness } of this.#vocabulary.find(word)) add(id, likeness);
    if (word.length > 1) for (const id of this.#vocabulary.beginningWith(word)) add(id, PREFIX_LIKENESS);
    return best;
  }

  #ranked(found: number[], score: Float64Array, query: string, limit: number): string[] {
    const ranked = found.flatMap((id) => {
      const entry = this.#entries[id];
      const points = score[id] ?? 0;
      return entry ? [{ entry, points: points + titleBonus(entry.titleKey, query) - entry.length * 0.01 }] : [];
    });
    ranked.sort((a, b) => b.points - a.points || (a.entry.isbn13 < b.entry.isbn13 ? -1 : 1));
    return ranked.slice(0, limit).map(({ entry }) => entry.isbn13);
  }
}

/** The words of a query; "the" and its like only where there is nothing else. */
function tellingWords(query: string): string[] {
  const words = [...new Set(wordsOf(query))];
  const telling = words.filter((word) => !GLUE.has(word));
  return (telling.length > 0 ? telling : words).slice(0, WORDS_MAX);
}

/** Each word once, with the weight of the best field that it stands in. */
function weightedWords(record: SearchRecord, titleWords: string[]): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (words: string[], weight: number): void => {
    for (const word of words) weights.set(word, Math.max(weights.get(word) ?? 0, weight));
  };
  add(titleWords, WEIGHTS.title);
  add(record.authors.flatMap(wordsOf), WEIGHTS.author);
  add(wordsOf(record.series ?? ''), WEIGHTS.series);
  add(record.subjects.flatMap(wordsOf), WEIGHTS.subject);
  add([record.isbn13, record.isbn13.slice(3)], WEIGHTS.title);
  return weights;
}

function titleBonus(titleKey: string, query: string): number {
  const bare = titleKey.replace(/^(?:the|a|an) /, '');
  const asked = query.replace(/^(?:the|a|an) /, '');
  if (bare === asked) return 4;
  return bare.startsWith(`${asked} `) ? 2 : 0;
}
