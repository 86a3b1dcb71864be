// What a customer typed, made comparable: every pattern of the house recommender reads this form and no other.

/** Lower case, straight quotes, one space between words, no closing punctuation. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u2033]/g, '"')
    .replace(/[\u2012-\u2015]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\s.!?,;:]+$/, '');
}

const OPENERS =
  /^(?:(?:hi|hey|heya|hello|yo|sup|ok|okay|so|well|um+|uh+|oh|ah|hmm+|cool|great|nice|thanks|thank you|marty|there|actually|and|also|btw|please|pls|good (?:morning|evening|afternoon))\b[\s,.!:;-]*)+/;

/** The text without "hey marty, so" in front, unless nothing would be left of it. */
export function withoutOpeners(text: string): string {
  const rest = text.replace(OPENERS, '');
  return rest === '' ? text : rest;
}

/** Several texts sent in a row, read as one. */
export function joined(texts: readonly string[]): string {
  return spelledOut(plain(texts.map((text) => text.trim().replace(/[.!?,;]*$/, '')).join('. ')));
}

const SHORTHAND: readonly (readonly [RegExp, string])[] = [
  [/^(?:voice|audio) (?:message|note|memo)\b[\s:,.-]*/, ''],
  [/\b(?:um+|uh+|uhm+)\b(?! huh)[\s,.]*/g, ''],
  [/\b(?:smth|smthg|sumthin|somethin|sth)\b/g, 'something'],
  [/\b(?:anythin|anythng)\b/g, 'anything'],
  [/\bw(?:\/| (?=a\b|an\b|the\b|no\b|lots\b|some\b))/g, 'with '],
  [/\bbday\b/g, 'birthday'],
  [/\b(?:abt|abuot|aobut|abotu)\b/g, 'about'],
  [/\bwat(?=s?\b)/g, 'what'],
  [/\b(what|that|how|where|who|he|she)s\b/g, "$1's"],
  [/\b(i|we|they|you)(ve|d)\b/g, "$1'$2"],
  [/\b(do|does|did|is|are|was|has|have|ca|wo)nt\b/g, "$1n't"],
];

/** Without what only thumbs and voices put in, unless nothing would be left. */
function spelledOut(text: string): string {
  const full = SHORTHAND.reduce((words, [short, long]) => words.replace(short, long), text).trim();
  return full === '' ? text : full;
}

/** A stable number from a message id: chooses among wordings, so that a retried run says the same. */
export function seedOf(id: string): number {
  let hash = 2166136261;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}

const STOP_WORDS = new Set(
  'a an and any are as at be book books by can could do for from get give got has have how i if im in is it its just know like looking love me my need of on one or please read reading recommend really should some someone something that the them there they this to want was what whats when where which who with would you your anything about new good great best'.split(
    ' ',
  ),
);

/** The words that carry meaning, in order, without repeats. */
export function contentWords(text: string): string[] {
  const words = text.replace(/'/g, '').match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => word.length > 1 && !STOP_WORDS.has(word)))];
}
