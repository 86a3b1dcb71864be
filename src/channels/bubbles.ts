// Cuts what Marty says into bubbles, where a person would have pressed send: after a sentence, else a clause, else a word.
// Never inside a link, a price, an ISBN, or between a number and its unit; nothing is lost, added or reordered.

/** The contract's limit, in characters; one unbreakable link may exceed it. */
export const BUBBLE_CHARS_MAX = 150;

/** A break nearer to the start than this share of the limit leaves a bubble that looks torn off. */
const EARLIEST_BREAK = 0.4;

const LINK = /^(?:https?:\/\/|www\.)\S+$/i;
const ATOM = new RegExp(
  [
    String.raw`(?:https?:\/\/|www\.)\S+`,
    String.raw`97[89](?:[ -]?\d){10}(?!\d)\S*`,
    String.raw`[$#]?\d[\d.,:/]* +(?!\d)[\p{L}%][^\s]*`,
    String.raw`\S+`,
  ].join('|'),
  'giu',
);
const SENTENCE_END = /[.!?]["')\]]*$/;
const CLAUSE_END = /[,;:]["')\]]*$/;
const ABBREVIATION = /(?:^|[^\p{L}])(?:\p{L}|mr|mrs|ms|dr|st|vol|no|vs|jr|sr|ed)\.$/iu;

type Break = 'word' | 'clause' | 'sentence';
type Atom = { text: string; before: '' | ' ' | '\n'; ends: Break };

/**
 * Splits one text into bubbles of at most `charsMax` characters. A link at the end stands alone as the last bubble,
 * so that a thumb finds it and the phone previews it.
 */
export function splitBubbles(text: string, charsMax = BUBBLE_CHARS_MAX): string[] {
  const atoms = atomsOf(text);
  const last = atoms.at(-1);
  if (atoms.length > 1 && last && LINK.test(last.text)) return [...pack(atoms.slice(0, -1), charsMax), last.text];
  return pack(atoms, charsMax);
}

function pack(atoms: readonly Atom[], charsMax: number): string[] {
  const pieces = atoms.flatMap((atom) => hardCut(atom, charsMax));
  const bubbles: string[] = [];
  while (pieces.length > 0) bubbles.push(joined(pieces.splice(0, countForBubble(pieces, charsMax))));
  return bubbles;
}

/** How many of the leading atoms make the next bubble. */
function countForBubble(atoms: readonly Atom[], charsMax: number): number {
  const ends: Array<{ count: number; at: number; kind: Break }> = [];
  let length = 0;
  for (const [index, atom] of atoms.entries()) {
    length += atom.text.length + (index === 0 ? 0 : atom.before.length);
    if (length > charsMax && index > 0) return bestOf(ends, charsMax);
    ends.push({ count: index + 1, at: length, kind: atoms[index + 1]?.before === '\n' ? 'sentence' : atom.ends });
  }
  return atoms.length;
}

function bestOf(ends: ReadonlyArray<{ count: number; at: number; kind: Break }>, charsMax: number): number {
  const lateEnough = ends.filter((end) => end.at >= charsMax * EARLIEST_BREAK);
  const best =
    lateEnough.findLast((end) => end.kind === 'sentence') ??
    lateEnough.findLast((end) => end.kind === 'clause') ??
    ends.at(-1);
  return best?.count ?? 1;
}

function atomsOf(text: string): Atom[] {
  const atoms: Atom[] = [];
  let lastEnd = 0;
  for (const match of text.matchAll(ATOM)) {
    const gap = text.slice(lastEnd, match.index);
    atoms.push({ text: match[0], before: separator(gap, atoms.length), ends: endOf(match[0]) });
    lastEnd = match.index + match[0].length;
  }
  return atoms;
}

function separator(gap: string, index: number): Atom['before'] {
  if (index === 0 || gap === '') return '';
  return gap.includes('\n') ? '\n' : ' ';
}

function endOf(atom: string): Break {
  if (CLAUSE_END.test(atom)) return 'clause';
  return SENTENCE_END.test(atom) && !ABBREVIATION.test(atom) ? 'sentence' : 'word';
}

/** Only a monster of a word is ever cut inside; a link never is. */
function hardCut(atom: Atom, charsMax: number): Atom[] {
  if (atom.text.length <= charsMax || LINK.test(atom.text)) return [atom];
  const cuts: Atom[] = [];
  let cut = '';
  for (const character of atom.text) {
    if (cut.length + character.length > charsMax) {
      cuts.push({ text: cut, before: cuts.length === 0 ? atom.before : '', ends: 'word' });
      cut = '';
    }
    cut += character;
  }
  return [...cuts, { text: cut, before: cuts.length === 0 ? atom.before : '', ends: atom.ends }];
}

function joined(atoms: readonly Atom[]): string {
  return atoms.map((atom, index) => (index === 0 ? '' : atom.before) + atom.text).join('');
}
