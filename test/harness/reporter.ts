// Ends the run's output with what was skipped and what failed, by name, and the one line that machines read: `12 passed, 0 failed`.
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts of tests; a file that could not be loaded, and an error outside any test, count as one failure each. */
export type Tally = { passed: number; failed: number; skipped: number };

/** What went wrong where, in one line: a reader may see no more than the end of a long output. */
export type Failure = { where: string; why: string };

/** Prints the tally last, on a line of its own; with TALLY_FILE set it is appended there too, as JSON. */
export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally = tallyOf(modules);
    tally.failed += unhandled.length;
    const skipped = [...new Set(modules.flatMap(skippedTitles))];
    const failures = [...modules.flatMap(failuresOf), ...unhandled.map((error) => failure('outside any test', error))];
    const file = process.env['TALLY_FILE'];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...tally, failures })}\n`);
    const lines = [...skippedLines(skipped, tally), ...failures.map(failureLine), tallyLine(tally), ''];
    process.once('exit', () => process.stdout.write(lines.join('\n')));
  }
}

/** `12 passed, 0 failed`. */
export function tallyLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** What was skipped, and how many tests that is; nothing where none was. */
export function skippedLines(titles: readonly string[], { skipped }: Tally): string[] {
  return skipped === 0 ? [] : [...titles.map((title) => `skipped: ${title}`), `${skipped} skipped`];
}

/** `failed: test/a.test.ts > it works: expected 1 to be 2`. */
export function failureLine({ where, why }: Failure): string {
  return `failed: ${where}: ${why}`;
}

function tallyOf(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      tally[state === 'pending' ? 'skipped' : state] += 1;
    }
    tally.failed += module.errors().length + suiteErrors(module);
  }
  return tally;
}

function failuresOf(module: TestModule): Failure[] {
  const file = module.relativeModuleId;
  const ofTests = [...module.children.allTests('failed')].map((test) =>
    failure(`${file} > ${test.fullName}`, test.result().errors?.[0]),
  );
  const ofHooks = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => failure(`${file} > ${suite.fullName}`, error)),
  );
  return [...module.errors().map((error) => failure(file, error)), ...ofHooks, ...ofTests];
}

function failure(where: string, error: unknown): Failure {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return { where, why: message.split('\n', 1)[0] ?? '' };
}

// By the outermost describe, which says what is missing; a test outside any by its own title.
function skippedTitles(module: TestModule): string[] {
  const tests = [...module.children.allTests()].filter((test) => ['skipped', 'pending'].includes(test.result().state));
  return tests.map((test) => `${module.relativeModuleId}: ${test.fullName.split(' > ')[0] ?? test.name}`);
}

// A hook that throws fails no test by itself: its tests count as skipped.
function suiteErrors(module: TestModule): number {
  return [...module.children.allSuites()].reduce((count, suite) => count + suite.errors().length, 0);
}
