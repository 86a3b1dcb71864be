// Each check of a conversation that was had sees what it is for, and nothing in a good one.
import { expect, test } from 'vitest';
import { CHECKS, qualityOf } from '../../src/cli/eval/quality.ts';
import type { Check, Had, SaidLine } from '../../src/cli/eval/quality.ts';

const NOON = Date.UTC(2026, 10, 28, 12);
const MINUTE = 60_000;

/** One line a minute; what Marty says in one array is one reply. */
function hadOf(...said: Array<string | string[] | Partial<SaidLine>>): Had {
  const lines = said.flatMap((one, n): SaidLine[] => {
    const at = new Date(NOON + n * MINUTE);
    const base = { by: 'customer' as const, kind: 'talk' as const, text: '', seq: n, at, line: null };
    if (typeof one === 'string') return [{ ...base, text: one }];
    if (Array.isArray(one)) return one.map((text) => ({ ...base, by: 'marty' as const, text }));
    return [{ ...base, ...one }];
  });
  return { lines, titles: ['Dune!'], changes: [] };
}

const checksOf = (had: Had, nowMs = NOON + 60 * MINUTE) => qualityOf(had, nowMs).findings.map(({ check }) => check);
const good = ['do you have dune?', ['we have it. Dune! by Frank Herbert.', '$11.99.'], 'thanks', ['any time.']];

test('a good conversation is counted and nothing is found in it', () => {
  expect(qualityOf(hadOf(...good), NOON + 60 * MINUTE)).toEqual({ replies: 2, texts: 2, findings: [] });
});

const marty = (text: string): Partial<SaidLine> => ({ by: 'marty', text });
test.each<[Check, Had]>([
  ['long', hadOf('hi', ['a'.repeat(151)])],
  ['many', hadOf('hi', ['one.', 'two.', 'three.', 'four.'])],
  ['voice', hadOf('hi', ['great choice!'])],
  ['repeated', hadOf('hi', ['try Dune.'], 'what else', ['of course.'], 'hm', ['Try  Dune.'])],
  ['fallback', hadOf('hi', ['any time.'], 'hm', { ...marty('my crystal ball is clouded.'), line: 'trouble.brain' })],
  ['unanswered', hadOf('hi', ['any time.'], 'and is dune there?')],
])('sees what is %s', (check, had) => {
  expect(checksOf(had)).toEqual([check]);
  expect(CHECKS).toContain(check);
});

test('an answer that came late is as good as none, one that may still come is waited for', () => {
  const late = hadOf(
    'hi',
    ['any time.'],
    'dune?',
    'or emma?',
    {},
    { ...marty('here it is.'), at: new Date(NOON + 9 * MINUTE) },
  );
  const lines = late.lines.filter(({ text }) => text !== '');
  expect(checksOf({ ...late, lines })).toEqual(['unanswered']);
  expect(checksOf(hadOf('hi'), NOON + MINUTE)).toEqual([]);
});

test('who opted out is owed no answer, nor is a phone that answers for its owner; a person’s answer is one', () => {
  const stopped = hadOf('hi', ['any time.'], 'STOP', { ...marty('you are opted out.'), kind: 'fact' }, 'whatever');
  expect(checksOf({ ...stopped, changes: [{ at: new Date(NOON + 2 * MINUTE), change: 'revoked' }] })).toEqual([]);
  expect(checksOf(stopped)).toEqual(['unanswered']);
  expect(checksOf(hadOf("I'm driving, I'll see your message later"))).toEqual([]);
  expect(checksOf(hadOf('a person please', { by: 'staff', text: 'hello, this is Ada!' }))).toEqual([]);
});
