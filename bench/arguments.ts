// What a benchmark's options may be; anything else is refused with a sentence.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Rate } from './turns/measure.ts';

export function count(text: string): number {
  return parsed(z.coerce.number().int().min(1), text, 'a number from 1');
}

export function seconds(text: string): number {
  return parsed(z.coerce.number().positive(), text, 'a number of seconds');
}

export function counts(text: string): number[] {
  return text.split(',').map(count);
}

export function delays(text: string): number[] {
  return text.split(',').map((ms) => parsed(z.coerce.number().int().min(0), ms, 'a number of milliseconds'));
}

export function rates(text: string): Rate[] {
  return text
    .split(',')
    .map((rate) => (rate.endsWith('%') ? { share: count(rate.slice(0, -1)) / 100 } : { perSecond: count(rate) }));
}

export function ways<Name extends string>(names: readonly [Name, ...Name[]]): (text: string) => Name[] {
  return (text) => text.split(',').map((name) => parsed(z.enum(names), name, names.join(', ')));
}

export function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function parsed<T>(schema: z.ZodType<T>, text: string, wanted: string): T {
  const result = schema.safeParse(text);
  if (!result.success) throw new InvalidArgumentError(`"${text}" is not ${wanted}.`);
  return result.data;
}
