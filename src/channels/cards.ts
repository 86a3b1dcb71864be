// Card numbers are taken out of a text before anything is stored: we never want to hold one.

/** Between the digits of a run that is looked at in every way: blanks, dots, dashes, and what shows nothing. */
const BETWEEN = String.raw`[\p{Zs}\t.\p{Pd}\p{Cf}]{1,3}`;
const DIGIT_GROUPS = new RegExp(String.raw`(?<!\d)\d+(?:${BETWEEN}\d+)*(?!\d)`, 'gu');
/** Groups as they are printed on a card, whatever stands between them: one a line, with strokes, with commas. */
const ANY = String.raw`[^\p{L}\p{N}]{1,3}`;
const PRINTED = new RegExp(
  String.raw`(?<!\d)(?:\d{4}${ANY}\d{4}${ANY}\d{4}${ANY}\d{4}(?:${ANY}\d{1,3})?|\d{4}${ANY}\d{6}${ANY}\d{4,5})(?!\d)`,
  'gu',
);
/** What is on its back, said by its name. */
const SECURITY_CODE =
  /\b(cvv2?|cvc2?|csc|cid|(?:card )?security (?:code|number|no\.?))((?:\s+(?:is|code|number|no\.?))*\W{0,3})\d{3,4}\b/gi;
const FULL_WIDTH = /[\uff10-\uff19]/g;
const ISBN = new RegExp(String.raw`(?<!\d)97[89](?:(?:${BETWEEN})?\d){10}(?!\d)`, 'gu');
const CARD = { digitsMin: 13, digitsMax: 19 };

export const CARD_REMOVED = '(card hidden)';
const CODE_REMOVED = '(code hidden)';

/**
 * Replaces each run of 13 to 19 digits that passes the Luhn check, however it is grouped, and the security code where it is named;
 * an ISBN is left alone.
 */
export function redactCards(text: string): string {
  return text
    .replace(FULL_WIDTH, (digit) => digit.normalize('NFKC'))
    .replace(DIGIT_GROUPS, redactRun)
    .replace(PRINTED, redactRun)
    .replace(SECURITY_CODE, `$1$2${CODE_REMOVED}`);
}

/**
 * A run may hold more than the card, such as its expiry date: try every stretch of whole groups, longest first.
 * None has more groups than a card has digits, so that a text of digits and dots is read at once.
 */
function redactRun(run: string): string {
  // An ISBN comes first: with the number of copies behind it, it may add up as a card does.
  const isbn = [...run.matchAll(ISBN)].find(([written]) => isIsbn13(written.replace(/\D/g, '')));
  if (isbn !== undefined) return around(run, isbn.index, isbn[0].length, isbn[0]);
  const groups = [...run.matchAll(/\d+/g)];
  for (let length = Math.min(groups.length, CARD.digitsMax); length > 0; length -= 1) {
    for (let from = 0; from + length <= groups.length; from += 1) {
      const digits = groups
        .slice(from, from + length)
        .map(String)
        .join('');
      if (!isCard(digits)) continue;
      const start = groups[from]?.index ?? 0;
      const last = groups[from + length - 1];
      const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
      return around(run, start, end - start, CARD_REMOVED);
    }
  }
  return run;
}

/** The run with `length` of its characters replaced, and what stands before and after them looked at by itself. */
function around(run: string, start: number, length: number, by: string): string {
  return redactRun(run.slice(0, start)) + by + redactRun(run.slice(start + length));
}

function isCard(digits: string): boolean {
  return digits.length >= CARD.digitsMin && digits.length <= CARD.digitsMax && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}

function isIsbn13(digits: string): boolean {
  if (!/^97[89]\d{10}$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}
