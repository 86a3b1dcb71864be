// Brings text to the one form in which titles, names and messages are compared: lower case, plain letters, single spaces.
// Folding is idempotent: fold(fold(x)) === fold(x).

const NUMBER_WORDS = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, value) => [word, String(value)]),
);

const SPELLINGS: Array<[RegExp, string]> = [
  [/ß/g, 'ss'],
  [/æ/g, 'ae'],
  [/œ/g, 'oe'],
  [/ø/g, 'o'],
  [/ł/g, 'l'],
  [/đ/g, 'd'],
  [/&/g, ' and '],
  [/['’‘`´]/g, ''],
  [/(?<=(?:^|[^\p{L}\p{N}])\p{L})\.(?=\p{L}(?:\.|[^\p{L}\p{N}]|$))/gu, ''],
];

/** What folding would give back as it is, but for its capitals: most words of most texts. */
const PLAIN = /^[a-z0-9]+$/i;

/** "The Hitch-Hiker’s Guide & more, by J.R.R. T." → "the hitch hikers guide and more by jrr t". */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  let folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [pattern, plain] of SPELLINGS) folded = folded.replace(pattern, plain);
  return folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** The words of a text, folded; small numbers are digits, so that "Slaughterhouse-Five" and "slaughterhouse 5" agree. */
export function wordsOf(text: string): string[] {
  const folded = fold(text);
  return folded === '' ? [] : folded.split(' ').map((word) => NUMBER_WORDS.get(word) ?? word);
}
