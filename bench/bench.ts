// The benchmarks, `npm run bench -- <name>`. docs/performance.md says what is measured and what came of it.
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { ensureInstalled } from '../src/cli/install.mjs';
import { projectRoot } from '../src/cli/project-root.ts';
import { count, counts, delays, rates, seconds, ways, words } from './arguments.ts';
import { benchConsole } from './console/run.ts';
import { benchFlat } from './flat/run.ts';
import type { FlatOptions } from './flat/run.ts';
import { chanceFrom } from './matching/random.ts';
import { benchMatching } from './matching/run.ts';
import { benchScale } from './scale/run.ts';
import type { ScaleOptions } from './scale/run.ts';
import { benchFirstBubble } from './shop/first-bubble.ts';
import type { FirstBubbleOptions } from './shop/first-bubble.ts';
import { benchSoak } from './shop/soak.ts';
import type { SoakOptions } from './shop/soak.ts';
import { benchStart } from './shop/start.ts';
import type { StartOptions } from './shop/start.ts';
import type { Rate } from './turns/measure.ts';
import { benchTurns } from './turns/run.ts';
import { PEER_NAMES, SUBJECT_NAMES } from './turns/subject.ts';

const SEED = 20261122;
const BESIDE_PEERS = ['ours-redis', 'ours-postgres', 'ordinary', ...PEER_NAMES] as const;
const program = new Command('npm run bench --')
  .description(
    'Benchmarks: prints tables, writes JSON (and a plot) to bench/results. Ends with 1 when something was not right.',
  )
  .showHelpAfterError()
  .helpCommand(false);

timed(program.command('peers'))
  .description('full turns a second of other engines, beside ours; installs them into bench/peers first (300 MB)')
  .addOption(
    new Option('--only <ways>', 'of these ways').argParser(ways(BESIDE_PEERS)).default([...BESIDE_PEERS], 'all'),
  )
  .action(async ({ only, ...flags }: TurnsFlags<(typeof BESIDE_PEERS)[number]>) => {
    await ensureInstalled(join(projectRoot, 'bench', 'peers'));
    const right = await benchTurns({ ...turnsOf(flags), subjects: only, limit: false, name: 'peers' });
    process.exitCode = right ? 0 : 1;
  });

timed(program.command('turns'))
  .description('full turns a second, beside the ordinary way and beside raw SQL; needs redis-server')
  .addOption(
    new Option('--only <ways>', 'of these ways').argParser(ways(SUBJECT_NAMES)).default([...SUBJECT_NAMES], 'all'),
  )
  .option('--no-limit', 'leave out raw SQL from a C client (pgbench)')
  .action(async ({ only, limit, ...flags }: TurnsFlags<(typeof SUBJECT_NAMES)[number]> & { limit: boolean }) => {
    const right = await benchTurns({ ...turnsOf(flags), subjects: only, limit, name: 'turns' });
    process.exitCode = right ? 0 : 1;
  });

program
  .command('flat')
  .description(
    'is a turn as cheap among a million customers as among ten thousand, and after 10,000 texts as after ten? ends with 1 when not',
  )
  .option('--actors <n>', 'of the large database', count, 1_000_000)
  .option('--journal <n>', 'rows of journal in the large database', count, 50_000_000)
  .option('--few-actors <n>', 'of the small database', count, 10_000)
  .option('--texts <n>', 'of the customer who has written most', count, 10_000)
  .option('--callers <n>', 'of the closed loop', count, 64)
  .option('--seconds <n>', 'of each loop', seconds, 6)
  .option('--rounds <n>', 'over which medians are taken', count, 3)
  .option('--out <folder>', 'where the files go, instead of bench/results')
  .action(async (options: Omit<FlatOptions, 'chance'>) => {
    const flat = await benchFlat({ ...options, chance: chanceFrom(SEED).next });
    process.exitCode = flat ? 0 : 1;
  });

program
  .command('scale')
  .description(
    'one, two and four processes on one database, next to it and some milliseconds away; figures for docs/scale.md',
  )
  .option('--processes <counts>', 'at once', counts, [1, 2, 4])
  .option('--delays <ms>', 'by which the way to the database is longer; 0 for none', delays, [0, 1, 5])
  .option('--callers <n>', 'of the closed loop, for each process', count, 64)
  .option('--customers <n>', 'with about 4 KB of state each', count, 2_000)
  .option('--seconds <n>', 'of each loop', seconds, 4)
  .option('--rounds <n>', 'over which medians are taken', count, 3)
  .option('--out <folder>', 'where the files go, instead of bench/results')
  .action(async (options: Omit<ScaleOptions, 'chance'>) => {
    const right = await benchScale({ ...options, chance: chanceFrom(SEED).next });
    process.exitCode = right ? 0 : 1;
  });

program
  .command('start')
  .description('how long the shop takes until it is healthy, on a migrated database; ends with 1 when that is too long')
  .option('--starts <n>', 'of each kind', count, 5)
  .option('--out <folder>', 'where the files go, instead of bench/results')
  .action(async (options: StartOptions) => {
    process.exitCode = (await benchStart(options)) ? 0 : 1;
  });

program
  .command('first-bubble')
  .description(
    'how soon an answer of Claude begins on the phone: while he still speaks, and where all of it must be known first',
  )
  .option('--tokens-per-second <n>', 'as he speaks', count, 60)
  .option('--answers <n>', 'of each kind', count, 10)
  .option('--out <folder>', 'where the files go, instead of bench/results')
  .action(async (options: FirstBubbleOptions) => {
    process.exitCode = (await benchFirstBubble(options)) ? 0 : 1;
  });

program
  .command('soak')
  .description('does what the shop holds in memory stay the same under a stream of texts? ends with 1 when it grows')
  .option('--minutes <n>', 'of it', seconds, 30)
  .option('--per-second <n>', 'texts', count, 5)
  .option('--phones <n>', 'customers who write in turn', count, 300)
  .option('--out <folder>', 'where the files go, instead of bench/results')
  .action(async (options: SoakOptions) => {
    process.exitCode = (await benchSoak(options)) ? 0 : 1;
  });

program
  .command('console')
  .description("how long the staff console's lists take in a large shop; ends with 1 when the inbox is over its bound")
  .option('--customers <n>', 'of the shop', count, 100_000)
  .option('--rounds <n>', 'of asking for every view', count, 40)
  .action(async ({ customers, rounds }: { customers: number; rounds: number }) => {
    const fast = await benchConsole({ customers, turnsEach: 20, textsEach: 10, rounds });
    process.exitCode = fast ? 0 : 1;
  });

program
  .command('matching')
  .description('which books the matcher finds in texts that are made from the titles of a list')
  .argument(
    '[books.csv]',
    'with isbn13, title and authors; else the file that BOOKS_CSV names',
    process.env['BOOKS_CSV'],
  )
  .option('--show', 'list every miss', false)
  .action((path: string | undefined, { show }: { show: boolean }, command: Command) => {
    if (path === undefined) command.error('name a CSV with isbn13, title and authors, or set BOOKS_CSV');
    else benchMatching(path, show);
  });

type TurnsFlags<Name> = {
  only: Name[];
  callers: number[];
  open: Rate[];
  zipf: boolean;
  seconds: number;
  rounds: number;
  customers: number;
  lanes: number | undefined;
  nodeArgs: string[];
  out: string | undefined;
};

function timed(command: Command): Command {
  return command
    .option(
      '--callers <counts>',
      'closed loops with so many callers, one after the other, such as 1,16,64,256',
      counts,
      [64],
    )
    .addOption(
      new Option(
        '--open <rates>',
        'open loops at so many arrivals a second, or at a share of the best closed loop, such as 60%,20',
      )
        .argParser(rates)
        .default([{ share: 0.6 }], '60%'),
    )
    .option('--zipf', "who writes is drawn by Zipf's law", false)
    .option('--seconds <n>', 'of each loop', seconds, 10)
    .option('--rounds <n>', 'over which medians are taken', count, 3)
    .option('--customers <n>', 'with about 4 KB of state each', count, 10_000)
    .option('--lanes <n>', 'of the runtime, instead of its default', count)
    .addOption(
      new Option('--node-args <args>', 'for the process under test, such as --cpu-prof')
        .argParser(words)
        .default([], 'none'),
    )
    .option('--out <folder>', 'where the files go, instead of bench/results');
}

function turnsOf({ open, zipf, ...flags }: Omit<TurnsFlags<never>, 'only'>) {
  const customersBy = zipf ? ('zipf' as const) : ('uniform' as const);
  return { ...flags, rates: open, customersBy, chance: chanceFrom(SEED).next };
}

await program.parseAsync();
