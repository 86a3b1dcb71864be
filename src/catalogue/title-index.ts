// One store's titles in memory, so that a text can be held against all of them in a few milliseconds.
// A book that is put again replaces what was known of it.
import { nameWordsOf, surnameOf } from './author-names.ts';
import { baseWeight, GLUE, isEveryday } from './everyday-words.ts';
import { formsOf, type TitleForm } from './title-forms.ts';
import { Vocabulary } from './vocabulary.ts';

export type TitleRecord = {
  isbn13: string;
  title: string;
  authors: string[];
  series: string | null;
  seriesNumber: number | null;
};

export type IndexedBook = { isbn13: string; title: string; surnames: string[][]; names: string[]; known: Set<string> };

/** One way to say one book's title. `weights` go with `words`; `total` is their sum. */
export type IndexedForm = TitleForm & { id: number; book: IndexedBook; weights: number[]; total: number };

const CANDIDATES_MAX = 100;
const LONG_TEXT_WORDS = 20;
const COVERAGE_MIN = 0.33;
const PHRASE_WORDS_MAX = 12;

export class TitleIndex {
  readonly #vocabulary = new Vocabulary();
  readonly #forms: Array<IndexedForm | null> = [];
  readonly #formsByWord: number[][] = [];
  readonly #formsByJoined = new Map<string, number[]>();
  readonly #formsByIsbn = new Map<string, number[]>();
  readonly #books = new Map<string, IndexedBook>();

  get size(): number {
    return this.#books.size;
  }

  get(isbn13: string): IndexedBook | undefined {
    return this.#books.get(isbn13);
  }

  put(record: TitleRecord): void {
    for (const id of this.#formsByIsbn.get(record.isbn13) ?? []) this.#forms[id] = null;
    const forms = formsOf(record);
    const book: IndexedBook = {
      isbn13: record.isbn13,
      title: record.title,
      surnames: record.authors.map(surnameOf).filter((surname) => surname.length > 0),
      names: record.authors.flatMap(nameWordsOf),
      known: new Set(forms.flatMap(({ words }) => words)),
    };
    this.#books.set(record.isbn13, book);
    this.#formsByIsbn.set(
      record.isbn13,
      forms.map((form) => this.#add(form, book)),
    );
  }

  /** The forms that a text may contain, likeliest first: about 100, each to be judged closely. */
  candidates(words: string[]): IndexedForm[] {
    const gathered = new Map<number, number>();
    const isLong = words.length > LONG_TEXT_WORDS;
    for (const word of new Set(words)) this.#gather(word, isLong && isEveryday(word), gathered);
    const ranked: Array<{ form: IndexedForm; rank: number }> = [];
    for (const [id, weight] of gathered) {
      const form = this.#forms[id];
      if (!form || weight < form.total * COVERAGE_MIN) continue;
      ranked.push({ form, rank: weight * Math.min(1, weight / form.total) });
    }
    ranked.sort((a, b) => b.rank - a.rank || a.form.id - b.form.id);
    const exact = this.#containedIn(words);
    const others = ranked.slice(0, isLong ? CANDIDATES_MAX / 2 : CANDIDATES_MAX).map(({ form }) => form);
    return [...new Set([...exact, ...others])];
  }

  #add(form: TitleForm, book: IndexedBook): number {
    const id = this.#forms.length;
    const weights = form.words.map(baseWeight);
    this.#forms.push({ ...form, id, book, weights, total: weights.reduce((sum, weight) => sum + weight, 0) });
    for (const word of new Set(form.words)) (this.#formsByWord[this.#vocabulary.add(word)] ??= []).push(id);
    this.#join(form.words.join(''), id);
    form.words.forEach((word, at) => {
      const before = form.words[at - 1];
      if (before !== undefined && !GLUE.has(before) && !GLUE.has(word)) this.#join(before + word, id);
    });
    return id;
  }

  #join(key: string, id: number): void {
    const ids = this.#formsByJoined.get(key);
    if (ids === undefined) this.#formsByJoined.set(key, [id]);
    else if (ids.at(-1) !== id) ids.push(id);
  }

  /** `plainly`: an everyday word of a long text is not looked at for slips. */
  #gather(word: string, plainly: boolean, into: Map<number, number>): void {
    for (const hit of this.#vocabulary.find(word)) {
      if (plainly && hit.likeness < 1) continue;
      const weight = baseWeight(hit.word) * hit.likeness;
      if (weight < 0.15) continue;
      for (const id of this.#formsByWord[hit.id] ?? []) into.set(id, (into.get(id) ?? 0) + weight);
    }
  }

  /** Forms that stand in the text letter by letter, however it is spaced; also two title words run together. */
  #containedIn(words: string[]): Set<IndexedForm> {
    const found = new Set<IndexedForm>();
    for (let from = 0; from < words.length; from++) {
      let joined = '';
      for (const word of words.slice(from, from + PHRASE_WORDS_MAX)) {
        joined += word;
        for (const id of this.#formsByJoined.get(joined) ?? []) {
          const form = this.#forms[id];
          if (form && form.words.join('').length <= joined.length * 2.5) found.add(form);
        }
      }
    }
    return found;
  }
}
