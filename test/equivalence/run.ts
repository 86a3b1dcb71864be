// `npm run equivalence -- --machines 10000 --seed 1`: draws machines, compares each with XState's own actor, prints figures.
import { parseArgs } from 'node:util';
import { draw } from './drawn-run.ts';

const HELP = `Draws state machines at random and runs each twice: as XState's own actor in memory, and as a durable actor that is stored,
dropped and restored between all events. Prints what was drawn; a difference is shrunk, printed, and ends the run with 1.

  --machines N   how many (10000)
  --seed N       of the drawing; the same seed draws the same machines (1)
`;

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const machines = Number(values.machines);
  const began = Date.now();
  const run = await draw({
    machines,
    seed: Number(values.seed),
    onProgress: (done) => progress(done, machines),
    onDifference: () => process.stderr.write('a difference; looking for the smallest machine that shows it\n'),
  });
  const { parts, differences, ...counts } = run;
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${JSON.stringify({ ...counts, seconds, differences: differences.length, parts }, null, 2)}\n`);
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  return differences.length > 0 ? 1 : 0;
}

function progress(done: number, of: number): void {
  if (done % Math.max(1, Math.round(of / 50)) === 0) process.stderr.write(`${done} of ${of} machines\n`);
}

process.exitCode = await main();
