// Made-up ISBNs for tests, with a right check digit.

/** The ISBN-13 that begins 978000000 and ends in `index` and its check digit. */
export function isbn13Of(index: number): string {
  const body = `978000${String(index).padStart(6, '0')}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}
