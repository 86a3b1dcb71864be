// `npm test` runs the projects `fast*`; `npm run test:all` runs the others too: `long` (files named *.long.test.ts) and the
// runtime's own tests on each other way to run it, `kernel-redis` and `kernel-neon`.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { hasRedis } from './test/harness/redis-server.ts';
import { TallyReporter } from './test/harness/reporter.ts';
import { FAULTS_IN_FULL } from './test/faults/size.ts';
import { ATTEMPTS_IN_FULL } from './test/security/size.ts';

/** Each file in a process of its own: they start what outlives them, build a page here, or look at what is the whole process's (tracing,
 *  rejections that nobody handled). The others share what they import, file after file: loading it all anew took longer than they do. */
const ALONE = [
  ...['faults', 'simulation', 'cli/telemetry'].map((folder) => `test/${folder}/**/*.test.ts`),
  ...['browser/phone', 'fuzz/tickets', 'cli/studio'].map((name) => `test/${name}.test.ts`),
];
/** Its modules: what Node.js would choose asks for XState by `require`, past the alias. */
const STATELYS_PARSER = resolve('node_modules/@xstate/machine-extractor/dist/xstate-machine-extractor.esm.js');
const SLOW = ['**/*.long.test.ts', '**/*.full.test.ts', '**/node_modules/**'];

const shared = {
  environment: 'node',
  pool: 'forks' as const,
  execArgv: ['--max-semi-space-size=64'], // most of what a test makes is soon thrown away: 276 s instead of 289 s for `npm test`
  // ms; more than any test needs on a machine a tenth as fast: what is waited for has a bound of its own.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    globalSetup: ['test/harness/global-setup.ts'],
    maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
    // `npm run coverage`: of what decides and keeps; the rest is seen through browsers and processes, which v8 does not count.
    coverage: {
      provider: 'v8',
      include: ['machines/**/*.ts', 'actors/**/*.ts', 'schema/*.ts', 'src/runtime/**/*.ts'],
      reporter: ['text'],
      thresholds: { lines: 90 },
    },
    reporters: [['default', { summary: false }], new TallyReporter()],
    projects: [
      {
        test: {
          ...shared,
          name: 'fast',
          include: ALONE,
          exclude: SLOW,
          // Stately's own parser of machines (test/cli/studio.test.ts) was written on XState 4 and lives beside our 5.
          alias: [
            { find: /^xstate\/lib\//, replacement: 'xstate-4/lib/' },
            { find: /^@xstate\/machine-extractor$/, replacement: STATELYS_PARSER },
          ],
          server: { deps: { inline: [/machine-extractor/] } },
        },
      },
      {
        test: {
          ...shared,
          name: 'fast-together',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOW, ...ALONE],
          isolate: false,
        },
      },
      // Whole shops under faults for many minutes: `npm run test:full`, outside of test:all and its time. Some of it is part of
      // `long` too, in a smaller size.
      {
        test: {
          ...shared,
          name: 'full',
          include: ['test/**/*.full.test.ts', 'test/faults/{calls,degradation,kill,lies,shop}.long.test.ts'],
          testTimeout: 1_200_000,
          env: { [FAULTS_IN_FULL]: '1' },
        },
      },
      {
        test: {
          ...shared,
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          testTimeout: 600_000,
          env: { [ATTEMPTS_IN_FULL]: '1' },
        },
      },
      ...(hasRedis() || process.env['REQUIRE_ALL'] === '1' ? [kernelOn('redis')] : []),
      kernelOn('neon'),
    ],
  },
});

// Every test of the runtime once more, with its database or queue exchanged; backends.test.ts and its long part set them side by side themselves.
function kernelOn(backend: 'redis' | 'neon') {
  return {
    test: {
      ...shared,
      name: `kernel-${backend}`,
      include: ['test/runtime/*.test.ts'],
      exclude: ['test/runtime/backends{,.long}.test.ts'],
      globalSetup: ['test/harness/global-setup.ts', 'test/harness/backend-setup.ts'],
      provide: { backend },
    },
  };
}
