// `marty eval` in a whole shop: conversations are opened with their own keys, counted by voice, and words are shown to who asks.
import { expect, test } from 'vitest';
import { evalHad } from '../../src/cli/commands/eval-had.ts';
import type { EvalHadFlags } from '../../src/cli/commands/eval-had.ts';
import { useShop } from './kit.ts';

const shop = useShop('quick', false);
const MINUTES_MS = 60_000;

function evaluate(flags: Partial<EvalHadFlags> = {}, nowMs = Date.now()) {
  const nothing = () => undefined;
  return evalHad(shop().shop, { last: '1d', ...flags }, nowMs, { onStart: nothing, onRead: nothing, onEnd: nothing });
}

test('what Marty says of himself is well said; a text that lies with a person and waits is found, with who wrote it', async () => {
  const [reader, stuck] = [shop().phone(), shop().phone()];
  await reader.asks('do you have dune?', /Dune/);
  await stuck.asks('can i talk to a real person please', /./);
  await shop().rest();
  expect(await evaluate()).toMatchObject({ conversations: 2, texts: 2, worst: [] });
  await shop().staff('POST', `/api/conversations/${encodeURIComponent(stuck.number)}/takeover`);
  await stuck.texts('hello? is anybody there?');
  await shop().rest();
  const later = Date.now() + 3 * MINUTES_MS;
  const { worst, voices } = await evaluate({ ids: true, show: true }, later);
  expect(worst).toMatchObject([
    { actor: `customer:${stuck.number}`, findings: [{ check: 'unanswered', about: ['hello? is anybody there?'] }] },
  ]);
  expect((await evaluate({}, later)).worst).toMatchObject([{ findings: [{ about: [] }] }]);
  expect(Object.values(voices).reduce((sum, { checks }) => sum + checks.unanswered, 0)).toBe(1);
});

test('says what it needs', async () => {
  await expect(evaluate({ last: 'week' })).rejects.toThrow('--last is a span of time');
});
