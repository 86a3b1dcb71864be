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
  /** By the vocabulary's ids. */
  readonly #wordWeights: number[] = [];
  readonly #forms: Array<IndexedForm | null> = [];
  /** What the words of each form weigh; infinite where the form is gone. A list of its own, because every text reads much of it. */
  readonly #totals: number[] = [];
  /** Used anew by every call: to make one for each text costs more than to search it. */
  #scale = new Float64Array(0);
  readonly #formsByWord: number[][] = [];
  /** The fingerprints of the keys below: most stretches of a text are no key, and need no string made to know it. */
  readonly #joinedPrints = new Set<number>();
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
    for (const id of this.#formsByIsbn.get(record.isbn13) ?? []) {
      this.#forms[id] = null;
      this.#totals[id] = Infinity;
    }
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
    const gathered = this.#emptyScale();
    const isLong = words.length > LONG_TEXT_WORDS;
    for (const word of new Set(words)) this.#gather(word, isLong && isEveryday(word), gathered);
    const exact = this.#containedIn(words);
    return [...new Set([...exact, ...this.#likeliest(gathered, isLong ? CANDIDATES_MAX / 2 : CANDIDATES_MAX)])];
  }

  /** One number for each form, all 0. */
  #emptyScale(): Float64Array {
    if (this.#scale.length < this.#forms.length) this.#scale = new Float64Array(this.#forms.length * 2);
    return this.#scale.fill(0);
  }

  /** `gathered` is by form: the weight of its words that are in the text. */
  #likeliest(gathered: Float64Array, most: number): IndexedForm[] {
    const best: Ranked[] = [];
    for (let id = 0; id < this.#totals.length; id++) {
      const weight = gathered[id] ?? 0;
      if (weight === 0) continue;
      const total = this.#totals[id] ?? Infinity;
      if (weight >= total * COVERAGE_MIN) keepBest(best, { id, rank: weight * Math.min(1, weight / total) }, most);
    }
    return best.flatMap(({ id }) => this.#forms[id] ?? []);
  }

  #add(form: TitleForm, book: IndexedBook): number {
    const id = this.#forms.length;
    const weights = form.words.map(baseWeight);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#forms.push({ ...form, id, book, weights, total });
    this.#totals.push(total);
    for (const word of new Set(form.words)) this.#list(word, id);
    this.#join(form.words.join(''), id);
    form.words.forEach((word, at) => {
      const before = form.words[at - 1];
      if (before !== undefined && !GLUE.has(before) && !GLUE.has(word)) this.#join(before + word, id);
    });
    return id;
  }

  #list(word: string, id: number): void {
    const wordId = this.#vocabulary.add(word);
    this.#wordWeights[wordId] ??= baseWeight(word);
    (this.#formsByWord[wordId] ??= []).push(id);
  }

  #join(key: string, id: number): void {
    this.#joinedPrints.add(fingerprint(key));
    const ids = this.#formsByJoined.get(key);
    if (ids === undefined) this.#formsByJoined.set(key, [id]);
    else if (ids.at(-1) !== id) ids.push(id);
  }

  /** `plainly`: an everyday word of a long text is not looked at for slips. */
  #gather(word: string, plainly: boolean, into: Float64Array): void {
    for (const hit of plainly ? this.#vocabulary.findPlainly(word) : this.#vocabulary.find(word)) {
      const weight = (this.#wordWeights[hit.id] ?? 0) * hit.likeness;
      if (weight < 0.15) continue;
      for (const id of this.#formsByWord[hit.id] ?? []) into[id] = (into[id] ?? 0) + weight;
    }
  }

  /** Forms that stand in the text letter by letter, however it is spaced; also two title words run together. */
  #containedIn(words: string[]): Set<IndexedForm> {
    const found = new Set<IndexedForm>();
    for (let from = 0; from < words.length; from++) {
      let print = fingerprint('');
      for (let to = from; to < Math.min(from + PHRASE_WORDS_MAX, words.length); to++) {
        print = fingerprint(words[to] ?? '', print);
        if (this.#joinedPrints.has(print)) this.#joinedAs(words.slice(from, to + 1).join(''), found);
      }
    }
    return found;
  }

  #joinedAs(joined: string, into: Set<IndexedForm>): void {
    for (const id of this.#formsByJoined.get(joined) ?? []) {
      const form = this.#forms[id];
      if (form && form.words.join('').length <= joined.length * 2.5) into.add(form);
    }
  }
}

type Ranked = { id: number; rank: number };

/** `best` stays sorted and at most `most` long; of equals the first to come stays first. */
function keepBest(best: Ranked[], entry: Ranked, most: number): void {
  if (best.length === most && entry.rank <= (best[most - 1]?.rank ?? 0)) return;
  let at = best.length;
  while (at > 0 && (best[at - 1]?.rank ?? 0) < entry.rank) at -= 1;
  best.splice(at, 0, entry);
  if (best.length > most) best.pop();
}

/** FNV-1a, which goes on from `before`: the print of two words run together is the second's from the first's. */
function fingerprint(word: string, before = 0x811c9dc5): number {
  let print = before;
  for (let at = 0; at < word.length; at++) print = Math.imul(print ^ word.charCodeAt(at), 0x01000193);
  return print;
}
