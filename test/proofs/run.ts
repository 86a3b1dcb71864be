// `npm run proofs`: explores every world and prints the table of docs/reliability.md. Ends with 1 when a theorem is broken.
import { parseArgs } from 'node:util';
import { exploreWorld, WORLDS } from './worlds.ts';
import type { Explored } from './worlds.ts';

const HELP = `Explores what can happen to the real charts of customer and order, breadth first, in small worlds with a till, a shelf, work that
breaks down and a model that proposes anything. Prints a table, and for each theorem that is broken the shortest story that breaks it.

  --world NAME   only this one: ${WORLDS.join(' · ')}
  --states N     at most so many states of each world (1000000)
`;

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
    states: { type: 'string', default: '1000000' },
    help: { type: 'boolean', default: false },
  },
});

function main(): number {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const statesMax = Number(values.states);
  const wanted = WORLDS.filter((name) => values.world === undefined || values.world === name);
  if (wanted.length === 0 || !Number.isSafeInteger(statesMax) || statesMax < 1) {
    process.stderr.write(`there is no such world, or --states is no count\n\n${HELP}`);
    return 2;
  }
  process.stdout.write('| world | theorems | states | steps | longest way | explored | seconds |\n');
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
  const explored = wanted.map((world) => {
    const began = process.cpuUsage().user;
    const onProgress = (states: number) => process.stderr.write(`${world}: ${states} states\n`);
    const found = exploreWorld(world, { statesMax, onProgress });
    process.stdout.write(rowOf(found, (process.cpuUsage().user - began) / 1e6));
    return found;
  });
  for (const found of explored) process.stdout.write(storiesOf(found));
  return explored.some(({ broken }) => Object.keys(broken).length > 0) ? 1 : 0;
}

function rowOf({ world, theorems, states, transitions, depth, complete, broken }: Explored, seconds: number): string {
  const held = `${theorems.length - Object.keys(broken).length} of ${theorems.length} hold`;
  const cells = [world, held, states, transitions, depth, complete ? 'wholly' : 'in part', Math.ceil(seconds)];
  return `| ${cells.map((cell) => cell.toLocaleString('en-US')).join(' | ')} |\n`;
}

function storiesOf({ world, broken }: Explored): string {
  return Object.entries(broken)
    .map(
      ([theorem, { why, trace }]) => `\n${world}: "${theorem}" does not hold.\n  ${trace.join('\n  ')}\n  → ${why}\n`,
    )
    .join('');
}

process.exitCode = main();
