// Ends the run's output with the one line that machines read: `12 passed, 0 failed`, and `, 3 skipped` where some were.
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts of tests; a file that could not be loaded, and an error outside any test, count as one failure each. */
export type Tally = { passed: number; failed: number; skipped: number };

/** Prints the tally last, on a line of its own; with TALLY_FILE set it is appended there too, as JSON. */
export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally = tallyOf(modules);
    tally.failed += unhandled.length;
    const skipped = [...new Set(modules.flatMap(skippedTitles))];
    const file = process.env['TALLY_FILE'];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(tally)}\n`);
    process.once('exit', () => {
      process.stdout.write([...skipped.map((title) => `skipped: ${title}`), tallyLine(tally), ''].join('\n'));
    });
  }
}

/** `12 passed, 0 failed`, with `, 3 skipped` where tests were skipped. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
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

// By the outermost describe, which says what is missing; a test outside any by its own title.
function skippedTitles(module: TestModule): string[] {
  const tests = [...module.children.allTests()].filter((test) => ['skipped', 'pending'].includes(test.result().state));
  return tests.map((test) => `${module.relativeModuleId}: ${test.fullName.split(' > ')[0] ?? test.name}`);
}

// A hook that throws fails no test by itself: its tests count as skipped.
function suiteErrors(module: TestModule): number {
  return [...module.children.allSuites()].reduce((count, suite) => count + suite.errors().length, 0);
}
