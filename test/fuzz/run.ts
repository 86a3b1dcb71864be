// `npm run fuzz:long [-- INPUTS]`: a million requests, or as many as are asked for, on a Postgres of its own.
import { spawnSync } from 'node:child_process';

const inputs = Number(process.argv[2] ?? 1_000_000);
if (!Number.isSafeInteger(inputs) || inputs < 10) throw new Error('say how many inputs: `npm run fuzz:long -- 100000`');
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'long', 'test/fuzz/endpoints.long.test.ts'],
  { stdio: 'inherit', env: { ...process.env, FUZZ_INPUTS: String(inputs) } },
);
process.exitCode = status ?? 1;
