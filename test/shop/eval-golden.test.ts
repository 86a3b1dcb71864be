// `marty eval --golden` in a whole shop: every conversation is judged, nothing of them stays, and a bad one is named.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenOf } from '../../src/cli/commands/eval-golden.ts';
import type { EvalGoldenFlags } from '../../src/cli/commands/eval-golden.ts';
import { useShop } from './kit.ts';

const shop = useShop('quick', false);
const file = join(mkdtempSync(join(tmpdir(), 'golden-')), 'conversations.json');
const [GOOD, BAD] = [{ says: ['\\$11\\.99'] }, { says: ['a thousand dollars'] }];
const about = { why: 'a conversation of this test', texts: ['do you have dune?'] };

function evaluate(goldens: unknown, flags: Partial<EvalGoldenFlags> = {}) {
  writeFileSync(file, JSON.stringify(goldens));
  const nothing = () => undefined;
  const hooks = { onStart: nothing, onJudged: nothing, onEnd: nothing };
  return goldenOf(shop().shop, { golden: file, claude: true, ...flags }, Date.now(), hooks);
}

test('the good are counted, the bad are named with what is wrong, and the shop knows nothing of it', async () => {
  const goldens = [
    { ...about, name: 'good', expect: GOOD },
    { ...about, name: 'bad', expect: BAD },
  ];
  const [report, ...others] = await evaluate(goldens);
  expect([report?.by, report?.good, others]).toEqual(['house', 1, []]);
  expect(report?.bad.map(({ name, faults }) => [name, faults])).toEqual([
    ['bad', ['does not say /a thousand dollars/']],
  ]);
  const { rows } = await shop().pool.query(
    'SELECT FROM actors UNION ALL SELECT FROM messages UNION ALL SELECT FROM book_mentions',
  );
  expect(rows).toEqual([]);
});

test('says what it needs', async () => {
  await expect(evaluate([{ ...about, name: 'other shelf', expect: { book: 'No Such Book' } }])).rejects.toThrow(
    'no No Such Book',
  );
  await expect(evaluate({ not: 'a list' })).rejects.toThrow('holds no judged conversations');
});
