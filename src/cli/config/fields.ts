// The kinds of values that an environment variable may hold. Each kind says in words what it allows, and whether what
// was read may be shown; an empty value counts as not set.
import { isIP } from 'node:net';
import { z } from 'zod';

/** What an error message says about a variable. */
export const notes = z.registry<{ allowed: string; secret: boolean }>();

/** A variable that may be left out; `allowed` completes the sentence "allowed: …". */
export function field<Value extends z.ZodType>(value: Value, allowed: string): z.ZodOptional<Value> {
  const optional = value.optional();
  notes.add(optional, { allowed, secret: false });
  return optional;
}

/** A variable whose value no message ever shows. */
export function secret<Value extends z.ZodType>(value: Value, allowed: string): z.ZodOptional<Value> {
  const optional = value.optional();
  notes.add(optional, { allowed, secret: true });
  return optional;
}

/** Any text up to 500 characters. */
export const words = z.string().max(500);

/** `1`, `true`, `yes`, `on` and their opposites. */
export const flag = z
  .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'])
  .transform((value) => ['1', 'true', 'yes', 'on'].includes(value));

/** Two prices with a slash between. */
export const prices = z
  .string()
  .regex(/^\d{1,4}(?:\.\d{1,4})?\/\d{1,4}(?:\.\d{1,4})?$/)
  .transform((value) => {
    const [input = 0, output = 0] = value.split('/').map(Number);
    return { input, output };
  });

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** An address of the given protocols; a slash at its end is dropped. */
export function url(...protocols: string[]) {
  const names = new RegExp(`^(?:${protocols.join('|')})$`);
  return z.url({ protocol: names }).transform((value) => value.replace(/\/+$/, ''));
}

/** `2027-03-31`, as the instant at which that day ends (UTC). */
export const day = z.iso.date().transform((text) => new Date(Date.parse(`${text}T00:00:00Z`) + 24 * 60 * 60 * 1000));

/** Items between commas, each of which passes `test`. */
export function list(test: (item: string) => boolean) {
  return z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== ''))
    .refine((items) => items.every(test));
}

/** `https://shop.example`: scheme, host and port, nothing after. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** `203.0.113.7` or `203.0.113.0/24`, also IPv6. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** An IANA zone. */
export function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** 32 bytes in base64, given as bytes. */
export const key32 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .transform((text) => Buffer.from(text, 'base64'));

/** `6.625%`, `6.625` or `0.06625`, as millionths: 66250. A number below 1 without a percent sign is a fraction. */
export const taxRatePpm = z
  .string()
  .regex(/^\d{1,2}(?:\.\d{1,6})?%?$/)
  .transform((text) => {
    const number = Number.parseFloat(text);
    const isPercent = text.endsWith('%') || number >= 1;
    return Math.round(number * (isPercent ? 10_000 : 1_000_000));
  })
  .pipe(z.number().max(500_000));
