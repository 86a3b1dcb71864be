// The words that occur in titles, findable also when misspelt: one edit in short words, two in long ones.
import { deletions, likeness } from './typos.ts';

export type Hit = { id: number; word: string; likeness: number };

/** Grows only; ids count from 0. */
export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #words: string[] = [];
  readonly #byDeletion = new Map<string, number[]>();

  /** The id of a word, new or known. */
  add(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = this.#words.length;
    this.#ids.set(word, id);
    this.#words.push(word);
    if (isForgiving(word)) for (const part of deletions(word)) this.#remember(part, id);
    return id;
  }

  /** The word itself first, then what it may have been meant to be, likest first. */
  find(word: string): Hit[] {
    const hits = this.findPlainly(word);
    return isForgiving(word) ? [...hits, ...this.#alike(word, hits[0]?.id)] : hits;
  }

  /** The word itself, if it is known. */
  findPlainly(word: string): Hit[] {
    const exact = this.#ids.get(word);
    return exact === undefined ? [] : [{ id: exact, word, likeness: 1 }];
  }

  /** Ids of the longer words that begin with these letters. */
  beginningWith(letters: string): number[] {
    const ids: number[] = [];
    for (const [id, word] of this.#words.entries()) {
      if (word.length > letters.length && word.startsWith(letters)) ids.push(id);
    }
    return ids;
  }

  #alike(word: string, exact: number | undefined): Hit[] {
    const ids = new Set(deletions(word).flatMap((part) => this.#byDeletion.get(part) ?? []));
    const hits: Hit[] = [];
    for (const id of ids) {
      const other = this.#words[id];
      if (other === undefined || id === exact) continue;
      const alike = likeness(word, other);
      if (alike > 0) hits.push({ id, word: other, likeness: alike });
    }
    return hits.sort((a, b) => b.likeness - a.likeness || a.id - b.id);
  }

  #remember(part: string, id: number): void {
    const ids = this.#byDeletion.get(part);
    if (ids === undefined) this.#byDeletion.set(part, [id]);
    else ids.push(id);
  }
}

function isForgiving(word: string): boolean {
  return word.length >= 3 && !/\d/.test(word);
}
