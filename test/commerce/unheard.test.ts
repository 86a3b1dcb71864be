// What Square's client writes to the console stays unwritten, and nothing else does.
import { afterEach, expect, test, vi } from 'vitest';
import { unheard } from '../../src/commerce/square/unheard.ts';

afterEach(() => vi.restoreAllMocks());

test('only what is warned of while Square is asked is not written, whoever wraps the console meanwhile', async () => {
  const written: unknown[] = [];
  vi.spyOn(console, 'warn').mockImplementation((word) => void written.push(word));
  await unheard(async () => {
    await Promise.resolve();
    console.warn('of Square');
  });
  const before = console.warn;
  console.warn = (...words) => before(...words, 'wrapped');
  unheard(() => console.warn('of Square again'));
  console.warn('of others');
  expect(written).toEqual(['of others']);
});
