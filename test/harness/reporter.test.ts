import { describe, expect, test } from 'vitest';
import { failureLine, tallyLine } from './reporter.ts';

describe('the last line of a run', () => {
  test('names what passed and failed, and what was skipped when something was', () => {
    expect(tallyLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(tallyLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
  });

  test('what failed stands before it, by its name and its first line', () => {
    expect(failureLine({ where: 'test/a.test.ts > it works', why: 'expected 1 to be 2' })).toBe(
      'failed: test/a.test.ts > it works: expected 1 to be 2',
    );
  });
});
