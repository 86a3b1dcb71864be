// The pretend phones' numbers: 555-0100 to 555-0199 belong to nobody. Which ones are on the desk is kept by the browser.
const KEY = 'marty.phones';
const FIRST = 100;
const LAST = 199;
const PHONES_MAX = 8;
const FICTIONAL = /^\+1201555 ?01\d\d$/;

/** Those of the last visit, those that the address names (`?phone=`), or one new one. */
export function rememberedNumbers(): string[] {
  const asked = new URLSearchParams(location.search)
    .getAll('phone')
    .map((number) => number.replaceAll(' ', '+').trim());
  const numbers = asked.length > 0 ? asked : parse(localStorage.getItem(KEY));
  const valid = [...new Set(numbers)].filter((number) => /^\+[1-9]\d{7,14}$/.test(number)).slice(0, PHONES_MAX);
  return valid.length > 0 ? valid : [newNumber([])];
}

export function rememberNumbers(numbers: string[]): void {
  localStorage.setItem(KEY, JSON.stringify(numbers));
}

export function mayAddPhone(numbers: string[]): boolean {
  return numbers.length < PHONES_MAX;
}

/** A fictional number that is not on the desk yet. */
export function newNumber(taken: string[]): string {
  const free = Array.from({ length: LAST - FIRST + 1 }, (_, index) => `+12015550${FIRST + index}`).filter(
    (number) => !taken.includes(number),
  );
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return free[random % free.length] ?? `+12015550${FIRST}`;
}

/** `+12015550123` as a person writes it: `(201) 555-0123`. */
export function spoken(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area === undefined ? number : `(${area}) ${exchange}-${line}`;
}

function parse(stored: string | null): string[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && FICTIONAL.test(item)) : [];
  } catch {
    return [];
  }
}
