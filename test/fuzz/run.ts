// `npm run fuzz:long [-- INPUTS]`: a million requests, or as many as are asked for, on a Postgres of its own.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const HELP = `Sends malformed requests to every endpoint, on a Postgres of its own: no answer may be 5xx, nothing may be stored on a refusal.

  npm run fuzz:long              a million requests
  npm run fuzz:long -- 100000    as many as you say
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const inputs = Number(positionals[0] ?? 1_000_000);
if (!Number.isSafeInteger(inputs) || inputs < 10) throw new Error('say how many inputs: `npm run fuzz:long -- 100000`');
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'long', 'test/fuzz/endpoints.long.test.ts'],
  { stdio: 'inherit', env: { ...process.env, FUZZ_INPUTS: String(inputs) } },
);
process.exitCode = status ?? 1;
