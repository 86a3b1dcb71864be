// `npm run sim`: simulated worlds, one seed after the other, with a line of figures for each. Ends with 1 at the first violation.
import { parseArgs } from 'node:util';
import { withOwnPostgres } from './own-postgres.ts';
import { simulate } from './simulate.ts';
import type { SimulationReport } from './simulate.ts';

const HELP = `Runs simulated shops: the real runtime, machines, actors and SQL, two processes that crash and are deployed, a queue that loses and
doubles, providers that fail, customers who change their minds. One seed is one world, the same each time.

  --seed N           the first world's seed (1)
  --conversations N  how many customers in all (200); worlds follow each other, seed by seed
  --world N          customers in one world (25)
  --turns N          in one world no more texts come after so many turns
  --long             100,000 conversations
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    conversations: { type: 'string', default: '200' },
    world: { type: 'string', default: '25' },
    turns: { type: 'string' },
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(url: string): Promise<number> {
  const wanted = values.long ? 100_000 : Number(values.conversations);
  const perWorld = Math.min(wanted, Number(values.world));
  const began = Date.now();
  let conversations = 0;
  let turns = 0;
  for (let seed = Number(values.seed); conversations < wanted; seed++) {
    const report = await simulate({
      url,
      seed,
      conversations: perWorld,
      ...(values.turns === undefined ? {} : { turnsMax: Number(values.turns) }),
    });
    conversations += perWorld;
    turns += report.turns;
    process.stdout.write(`${lineOf(report)}\n`);
    if (report.violations.length > 0) {
      process.stdout.write(
        `${[...report.tail, ...report.violations].join('\n')}\nagain: npm run sim -- --seed ${seed} --world ${perWorld} --conversations ${perWorld}\n`,
      );
      return 1;
    }
    const perHour = Math.round((conversations / (Date.now() - began)) * 3_600_000);
    process.stderr.write(
      `${conversations} of ${wanted} conversations, ${turns} turns, ${perHour} conversations an hour\n`,
    );
  }
  process.stdout.write(
    `${conversations} conversations, ${turns} turns, ${Math.round((Date.now() - began) / 1000)} s, no violation\n`,
  );
  return 0;
}

function lineOf({ violations, tail: _, ...figures }: SimulationReport): string {
  return JSON.stringify({ ...figures, violations: violations.length });
}

if (values.help) process.stdout.write(HELP);
else process.exitCode = await withOwnPostgres(main);
