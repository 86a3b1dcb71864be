// Full-text search over one store's books in memory: title, series, author, subject, ISBN; typos and beginnings of words.
// Every word of the query must be found somewhere in a book, else all but one.
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
    const words = [...new Set(wordsOf(query))].slice(0, WORDS_MAX);
    const scores = this.#scores(words);
    const whole = [...scores].filter(([, { found }]) => found === words.length);
    const partly = words.length > 1 ? [...scores].filter(([, { found }]) => found === words.length - 1) : [];
    return this.#ranked(whole.length > 0 ? whole : partly, fold(query), limit);
  }

  #scores(words: string[]): Map<number, { found: number; score: number }> {
    const scores = new Map<number, { found: number; score: number }>();
    for (const word of words) {
      for (const [entry, score] of this.#bestFor(word)) {
        const so = scores.get(entry) ?? { found: 0, score: 0 };
        scores.set(entry, { found: so.found + 1, score: so.score + score });
      }
    }
    return scores;
  }

  /** For each book, how well it answers one word of the query. */
  #bestFor(word: string): Map<number, number> {
    const best = new Map<number, number>();
    const hits = [...this.#vocabulary.find(word)];
    if (word.length > 1) {
      for (const id of this.#vocabulary.beginningWith(word)) hits.push({ id, word, likeness: PREFIX_LIKENESS });
    }
    for (const { id, likeness } of hits) {
      for (const { entry, weight } of this.#postings[id] ?? []) {
        if (this.#entries[entry] === null) continue;
        best.set(entry, Math.max(best.get(entry) ?? 0, weight * likeness * likeness));
      }
    }
    return best;
  }

  #ranked(found: Array<[number, { score: number }]>, query: string, limit: number): string[] {
    const ranked = found.flatMap(([id, { score }]) => {
      const entry = this.#entries[id];
      return entry ? [{ entry, score: score + titleBonus(entry.titleKey, query) - entry.length * 0.01 }] : [];
    });
    ranked.sort((a, b) => b.score - a.score || (a.entry.isbn13 < b.entry.isbn13 ? -1 : 1));
    return ranked.slice(0, limit).map(({ entry }) => entry.isbn13);
  }
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
