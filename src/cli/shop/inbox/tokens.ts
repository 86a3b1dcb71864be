// By which words a customer is found although nothing of them is stored in the clear: keyed hashes of the beginnings of
// words, and of the last four digits of a number. The same word in another shop has another hash.
import { wordsOf } from '../../../catalogue/fold.ts';
import type { Vault } from '../../../runtime/vault.ts';

const TOKEN_BYTES = 16;
/** Shorter beginnings would find everybody; longer ones tell little more. */
const PREFIX_CHARS_MIN = 2;
const PREFIX_CHARS_MAX = 8;
/** Of a note; what comes after is not found. */
const WORDS_MAX = 80;
export const DIGITS = 4;

type Hash = Pick<Vault, 'lookupHash'>;
type Hashes = Pick<Vault, 'lookupHashes'>;
type Kind = 'word' | 'digits';

function tokenOf({ lookupHash }: Hash, storeId: number, kind: Kind, text: string): Buffer {
  return lookupHash(`find/${storeId}/${kind}/${text}`).subarray(0, TOKEN_BYTES);
}

// More than one while the master key is exchanged.
function anyOf({ lookupHashes }: Hashes, storeId: number, kind: Kind, text: string): Buffer[] {
  return lookupHashes(`find/${storeId}/${kind}/${text}`).map((hash) => hash.subarray(0, TOKEN_BYTES));
}

/** Everything that a name or a note is found by. */
export function wordTokens(vault: Hash, storeId: number, text: string): Buffer[] {
  const beginnings = new Set<string>();
  for (const word of new Set(wordsOf(text).slice(0, WORDS_MAX)))
    for (let chars = PREFIX_CHARS_MIN; chars <= Math.min(word.length, PREFIX_CHARS_MAX); chars++)
      beginnings.add(word.slice(0, chars));
  return [...beginnings].map((beginning) => tokenOf(vault, storeId, 'word', beginning));
}

/** For each word that is looked for, what it may be stored as; null where a word is too short to look for. */
export function soughtTokens(vault: Hashes, storeId: number, text: string): Buffer[][] | null {
  const words = [...new Set(wordsOf(text))];
  if (words.length === 0 || words.some((word) => word.length < PREFIX_CHARS_MIN)) return null;
  return words.map((word) => anyOf(vault, storeId, 'word', word.slice(0, PREFIX_CHARS_MAX)));
}

/** @param digits a whole number, or its end: four digits or more */
export function digitsToken(vault: Hash, storeId: number, digits: string): Buffer {
  return tokenOf(vault, storeId, 'digits', digits.slice(-DIGITS));
}

/** What the end of a number may be stored as. */
export function soughtDigits(vault: Hashes, storeId: number, digits: string): Buffer[] {
  return anyOf(vault, storeId, 'digits', digits.slice(-DIGITS));
}
