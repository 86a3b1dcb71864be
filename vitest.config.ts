// `npm test` runs the project `fast`; `npm run test:all` runs `long` too: files named *.long.test.ts.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { TallyReporter } from './test/harness/reporter.ts';

const shared = {
  environment: 'node',
  pool: 'forks' as const,
  testTimeout: 15_000, // ms
  hookTimeout: 60_000, // ms; the first database of a run may wait for a busy machine
};

export default defineConfig({
  test: {
    globalSetup: ['test/harness/global-setup.ts'],
    maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
    reporters: [['default', { summary: false }], new TallyReporter()],
    projects: [
      {
        test: {
          ...shared,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/node_modules/**'],
        },
      },
      { test: { ...shared, name: 'long', include: ['test/**/*.long.test.ts'], testTimeout: 600_000 } },
    ],
  },
});
