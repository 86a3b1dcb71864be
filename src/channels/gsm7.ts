// What fits the phone network's own alphabet (GSM 03.38), and how many segments a text costs.
// Folding never replaces a letter by a question mark: what has no likeness stays, and the text goes as UCS-2.

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡' +
    'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Characters that cost two septets: an escape and themselves. */
const EXTENDED = new Set('^{}\\[]~|€\f');

const LIKENESS: Readonly<Record<string, string>> = {
  ...likened("'", '‘’‚‛′ʼ`´'),
  ...likened('"', '“”„‟″«»'),
  ...likened('-', '‐‑‒–—―−'),
  ...likened('-', '•·'),
  ...likened(' ', '\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'),
  ...likened('', '\u00ad\u200b\u200c\u2060\ufeff'),
  ...likened('\n', '\u2028\u2029'),
  '⁄': '/',
  '™': '(tm)',
  '©': '(c)',
  '®': '(r)',
  '‹': '<',
  '›': '>',
  '×': 'x',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  œ: 'oe',
  Œ: 'OE',
  ı: 'i',
};

const PICTURE = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0e|\ufe0f|\u20e3/u;

/** Rewrites typographic quotes, dashes, spaces and foreign accents in GSM-7 and leaves out pictures. */
export function foldToGsm7(text: string): string {
  let folded = '';
  for (const character of text.normalize('NFC')) folded += foldCharacter(character);
  return folded.replace(/ {2,}/g, ' ').replace(/ +\n/g, '\n').trim();
}

export function isGsm7(text: string): boolean {
  return [...text].every(isInAlphabet);
}

/** How a text travels: one segment holds 160 septets or 70 UTF-16 units, each of several 153 or 67. */
export function segmentsOf(text: string): { encoding: 'GSM-7' | 'UCS-2'; segments: number; units: number } {
  const encoding = isGsm7(text) ? 'GSM-7' : 'UCS-2';
  const [alone, joined] = encoding === 'GSM-7' ? [160, 153] : [70, 67];
  const costs = [...text].map((character) =>
    encoding === 'UCS-2' ? character.length : EXTENDED.has(character) ? 2 : 1,
  );
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  return { encoding, units, segments: units <= alone ? 1 : packed(costs, joined) };
}

/** Segments when neither an escape pair nor a surrogate pair may be cut in two. */
function packed(costs: readonly number[], room: number): number {
  let segments = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > room) {
      segments += 1;
      used = 0;
    }
    used += cost;
  }
  return segments;
}

function foldCharacter(character: string): string {
  if (isInAlphabet(character)) return character;
  const likeness = LIKENESS[character];
  if (likeness !== undefined) return likeness;
  if (PICTURE.test(character)) return '';
  const plain = [...character.normalize('NFKD').replace(/\p{Mark}/gu, '')]
    .map((part) => LIKENESS[part] ?? part)
    .join('');
  return plain !== '' && isGsm7(plain) ? plain : character;
}

function isInAlphabet(character: string): boolean {
  return BASIC.has(character) || EXTENDED.has(character);
}

function likened(likeness: string, characters: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, likeness]));
}
