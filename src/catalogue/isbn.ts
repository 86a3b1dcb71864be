// ISBNs as people type them. What leaves this file is always a valid ISBN-13 of digits only.
// Own checksums, because isbn3 answers null for prefixes that are newer than its tables.

const CANDIDATE = /(?<![\d-])(?:97[89][\s-]?)?(?:\d[\s-]?){9}[\dXx](?![\d-])/g;

/** The ISBN-13 of an ISBN-10 or -13, hyphens and spaces allowed; null when the check digit is wrong. */
export function toIsbn13(text: string): string | null {
  const digits = text.replace(/[\s-]/g, '').toUpperCase();
  if (/^97[89]\d{10}$/.test(digits)) return checkDigit13(digits.slice(0, 12)) === digits[12] ? digits : null;
  if (!/^\d{9}[\dX]$/.test(digits) || checkDigit10(digits.slice(0, 9)) !== digits[9]) return null;
  const stem = `978${digits.slice(0, 9)}`;
  return stem + checkDigit13(stem);
}

/** Every ISBN in a text, as ISBN-13, in order. Phone and order numbers mostly fail the checksum. */
export function isbnsIn(text: string): string[] {
  const found = (text.match(CANDIDATE) ?? []).map(toIsbn13).filter((isbn) => isbn !== null);
  return [...new Set(found)];
}

function checkDigit13(stem: string): string {
  const sum = [...stem].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

function checkDigit10(stem: string): string {
  const sum = [...stem].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}
