import { describe, expect, test } from 'vitest';
import { failureLine, skippedLines, tallyLine } from './reporter.ts';

describe('the last line of a run', () => {
  test('counts what passed and failed, and nothing else', () => {
    expect(tallyLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(tallyLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed');
  });

  test('what was skipped stands before it', () => {
    expect(skippedLines(['test/a.test.ts: needs root'], { passed: 1, failed: 0, skipped: 2 })).toEqual([
      'skipped: test/a.test.ts: needs root',
      '2 skipped',
    ]);
    expect(skippedLines([], { passed: 1, failed: 0, skipped: 0 })).toEqual([]);
  });

  test('what failed stands before it, by its name and its first line', () => {
    expect(failureLine({ where: 'test/a.test.ts > it works', why: 'expected 1 to be 2' })).toBe(
      'failed: test/a.test.ts > it works: expected 1 to be 2',
    );
  });
});
