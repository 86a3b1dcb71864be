// Whatever a provider answers: our client answers in its time, or fails in one of the ways that it declares, without a word of the provider's,
// in the failure or on the console.
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { errorName } from '../../src/runtime/errors.ts';
import { bend, CANARY } from './bends.ts';
import type { Bend } from './bends.ts';
import { PATIENCE_MS } from './providers.ts';
import type { Provider } from './providers.ts';

const SEED = 20_261_129;
/** A call makes a few requests, each as patient as that; the rest is for a machine with much else to do. */
const IN_TIME_MS = 8 * PATIENCE_MS + 10_000;

export async function fuzzAnswers(open: () => Promise<Provider>, inputs: number): Promise<void> {
  const provider = await open();
  const unhandled: unknown[] = [];
  const hear = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', hear);
  const spoken = (['debug', 'log', 'info', 'warn', 'error'] as const).map((kind) => vi.spyOn(console, kind));
  try {
    const ways = fc.record({ call: fc.constantFrom(...Object.keys(provider.calls)), bent: bend });
    const property = fc.asyncProperty(ways, async ({ call, bent }) => {
      expect(await outcome(provider, call, bent)).toBe('declared');
      expect([unhandled, ...spoken.map(({ mock }) => mock.calls)].flat()).toEqual([]);
    });
    await fc.assert(property, { numRuns: inputs, seed: SEED, endOnFailure: true });
  } finally {
    process.off('unhandledRejection', hear);
    for (const spy of spoken) spy.mockRestore();
    await provider.stop();
  }
}

async function outcome({ proxy, calls, declared }: Provider, call: string, bent: Bend): Promise<string> {
  proxy.bend(bent);
  const late = new AbortController();
  const asked = calls[call]?.().then(
    () => 'declared',
    (error: unknown) => verdict(error, declared),
  );
  const ended = await Promise.race([asked, pause(IN_TIME_MS, 'not in time', { signal: late.signal })]);
  late.abort();
  return ended ?? 'no such call';
}

function verdict(error: unknown, declared: Provider['declared']): string {
  if (!(error instanceof Error)) return 'threw no error';
  if (error.name === 'TimeoutError') return 'declared'; // the caller's own patience
  const told = [error.name, error.message, errorName(error)].join(' ');
  if (told.includes(CANARY)) return `tells of the answer: ${error.name}`;
  return declared.some((kind) => error instanceof kind) ? 'declared' : `not declared: ${error.stack}`;
}
