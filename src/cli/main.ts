// `marty`: the one program. Each command loads what it needs and leaves nothing running.
import { Command } from 'commander';
import { ChatError } from './chat-client.ts';
import { UsageError } from './commands/with-shop.ts';
import { ConfigError } from './config/variables.ts';

const program = new Command('marty')
  .description('A burnt-out wizard who sells books by text message.')
  .version('0.1.0');

const serving = {
  start: ['all', 'everything in one process: database, web, workers'],
  web: ['web', 'the HTTP server alone'],
  worker: ['worker', 'the workers alone'],
} as const;
for (const [name, [role, description]] of Object.entries(serving)) {
  program
    .command(name)
    .description(description)
    .action(async () => (await import('./commands/serve.ts')).serve(role));
}

program
  .command('migrate')
  .description('bring the database to the schema of this build')
  .option('--grant-to <role>', 'let this existing role read and write rows, and nothing more')
  .action(async (flags) => (await import('./commands/prepare.ts')).runMigrate(flags));
program
  .command('seed')
  .description('fill the first shop with the demo books')
  .action(async () => (await import('./commands/prepare.ts')).runSeed());
program
  .command('chat')
  .description('text with Marty in the terminal, before a running server')
  .option('--phone <number>', 'the number you text from')
  .option('--url <url>', 'where the server is')
  .action(async (flags: { phone?: string; url?: string }) => {
    const { chat } = await import('./chat.ts');
    await chat({ ...flags, input: process.stdin, output: process.stdout });
  });
program
  .command('doctor [part]')
  .description(
    'is all there that Marty needs, and what is to be done where it is not? `doctor square`: that alone; exit code 1 where something is wrong',
  )
  .option('--json', 'the findings as JSON')
  .action(async (part, flags) => (await import('./commands/doctor.ts')).runDoctor(part, flags));
program
  .command('verify')
  .description('is every persisted actor at home in this build?')
  .action(async () => (await import('./commands/actors.ts')).runVerify());

const inStore = ['--store <slug>', 'which shop; the first one if left out'] as const;
const actors = program.command('actors').description('the stored actors and their journals');
actors
  .command('ls')
  .description('newest activity first')
  .option('--machine <name>', 'customer or order')
  .option('--state <name>', 'standing in a state of this name')
  .option('--limit <n>', 'at most so many', '50')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/actors.ts')).runActorsList(flags));
actors
  .command('show <id>')
  .description('one actor as it stands, such as customer:+12015550123')
  .option(...inStore)
  .action(async (id, flags) => (await import('./commands/actors.ts')).runActorsShow(id, flags));
actors
  .command('history <id>')
  .description('its turns')
  .option(...inStore)
  .action(async (id, flags) => (await import('./commands/actors.ts')).runActorsHistory(id, flags));
actors
  .command('replay <id>')
  .description('step its journal through this build and name the first turn that would differ')
  .option(...inStore)
  .action(async (id, flags) => (await import('./commands/actors.ts')).runActorsReplay(id, flags));
actors
  .command('fork <id>')
  .description('copy a customer into a sandbox and text them there; what would leave is recorded, not done')
  .option('--at <turn>', 'as they stood after this turn; the last one if left out')
  .option(...inStore)
  .action(async (id, flags) => (await import('./commands/fork.ts')).runActorsFork(id, flags));

const charts = program.command('machines').description('the statecharts of this build; needs no database');
charts
  .command('ls')
  .description('each with its version')
  .action(async () => (await import('./commands/machines.ts')).runMachinesList());
charts
  .command('export [id]')
  .description('as JSON that Stately Studio imports, a page of Mermaid, or an SVG; every machine if none is named')
  .option('--format <name>', 'json, mermaid, svg or all', 'json')
  .option('--out <folder>', 'write files there; one file alone goes to standard output without it')
  .action(async (id, flags) => (await import('./commands/machines.ts')).runMachinesExport(id, flags));

program
  .command('numbers')
  .description('what the shop did, counted')
  .command('ab')
  .description(
    "the two variants of Marty's words held against each other: who wrote again, bought, opted out, and is it chance?",
  )
  .option('--last <span>', 'as far back as this, in whole days', '28d')
  .option('--json', 'the same as JSON')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/numbers.ts')).runNumbersAb(flags));

program
  .command('replay')
  .description(
    'a shadow deploy: what was recorded runs through this build, and who would be answered differently is listed',
  )
  .option('--last <span>', 'as far back as this, such as 24h or 7d', '7d')
  .option('--claude', 'have Claude think his replies out again; it costs tokens, and his wording always differs')
  .option('--persona <file>', 'what Claude is told to be; prompts/system.md if left out')
  .option('--ignore-words', 'only states and acts count, not the wording')
  .option('--ids', 'name actors by phone number or order instead of by key')
  .option('--json', 'a line of JSON for each actor that differs, then the sum')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/replay.ts')).runReplay(flags));

program
  .command('inspect')
  .description("Stately's inspector with the turns of every actor as they commit; what customers wrote is masked")
  .option('--actor <id>', 'of this one alone, such as customer:+12015550123')
  .option('--replay', 'play its stored history instead')
  .option('--speed <times>', 'how fast; long silences are cut short', '1')
  .option('--port <n>', 'where the inspector listens', '8089')
  .option('--inspector <url>', "the inspector's page, if not Stately's own")
  .option('--no-open', 'do not open a browser')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/inspect.ts')).runInspect(flags));

const many = (value: string, before: string[] = []) => [...before, value];
program
  .command('top')
  .description('a running system at a glance, drawn anew every few seconds; q quits')
  .option('--url <url>', 'a server, http://localhost:8080 if left out; again for each further process', many)
  .option('--database', 'ask the database instead, which knows of all processes; so it is where no server answers')
  .option('--every <seconds>', 'how often', '2')
  .option('--once', 'one picture, and out')
  .option('--json', 'as JSON, one line a picture')
  .action(async (flags) => (await import('./commands/top.ts')).runTop(flags));

program
  .command('probe')
  .description('a synthetic customer texts, is answered and is forgotten again; exit code 1 when not')
  .option('--url <url>', 'the server; PUBLIC_URL if left out')
  .option('--to <number>', "the shop's number; STORE_PHONE if left out")
  .option('--text <words>', 'what the customer says', 'hello')
  .option('--patience <time>', 'how long an answer may take', '30s')
  .option('--every <time>', 'again and again, such as 60s')
  .option('--json', 'one line of JSON a probe')
  .action(async (flags) => (await import('./commands/probe.ts')).runProbe(flags));

const trouble = program.command('trouble').description('what was set aside, until a person decides');
trouble
  .command('ls')
  .description('position, time, event, actor, and why')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/trouble.ts')).runTroubleList(flags));
trouble
  .command('retry <position>')
  .description('let the actor try it once more')
  .option(...inStore)
  .action(async (position, flags) => (await import('./commands/trouble.ts')).runTroubleRetry(position, flags));
trouble
  .command('dismiss <position>')
  .description('throw it away')
  .option(...inStore)
  .action(async (position, flags) => (await import('./commands/trouble.ts')).runTroubleDismiss(position, flags));

const books = program.command('books').description('the catalogue');
books
  .command('import <file.csv>')
  .description('isbn13,title,authors,year,price,on_hand; twice changes nothing')
  .option(...inStore)
  .action(async (file, flags) => (await import('./commands/books.ts')).runBooksImport(file, flags));
books
  .command('import-ingram <file.csv>')
  .description(
    "a wholesaler's stock list as 'can be ordered': EAN, title, list price, copies on hand; the newest file counts",
  )
  .option(...inStore)
  .action(async (file, flags) => (await import('./commands/books.ts')).runIngramImport(file, flags));

const square = program.command('square').description('catalogue and stock that are shared with Square');
square
  .command('import')
  .description('books, prices and counts from Square; twice changes nothing')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/square.ts')).runSquareImport(flags));
square
  .command('reconcile')
  .description('what is done every night: compare all counts, name and mend what differs')
  .option(...inStore)
  .action(async (flags) => (await import('./commands/square.ts')).runSquareReconcile(flags));

const customers = program.command('customers').description('what the shop knows of one customer');
customers
  .command('export <phone>')
  .description('everything that is known, as JSON')
  .option(...inStore)
  .action(async (phone, flags) => (await import('./commands/customers.ts')).runCustomersExport(phone, flags));
customers
  .command('forget <phone>')
  .description('unpaid orders are called off, then nothing personal is left')
  .option(...inStore)
  .action(async (phone, flags) => (await import('./commands/customers.ts')).runCustomersForget(phone, flags));

const staff = program.command('staff').description('the people who may log in to the console');
const passwordFlag = ['--generate', 'make a password up and show it once, instead of asking for one'] as const;
staff
  .command('ls')
  .description('every account')
  .action(async () => (await import('./commands/staff.ts')).runStaffList());
staff
  .command('add <email>')
  .description('another account; its password is asked for, or read from a pipe')
  .option('--name <name>', 'as others see it; what stands before the @ if left out')
  .option('--role <role>', 'staff or admin', 'staff')
  .option('--stores <slugs>', 'shops, comma between; every shop if left out')
  .option(...passwordFlag)
  .action(async (email, flags) => (await import('./commands/staff.ts')).runStaffAdd(email, flags));
staff
  .command('passwd <email>')
  .description('a new password; ends every session of the account, and opens one that was closed')
  .option(...passwordFlag)
  .action(async (email, flags) => (await import('./commands/staff.ts')).runStaffPasswd(email, flags));
staff
  .command('close <email>')
  .description('nobody logs in by this account any more')
  .action(async (email) => (await import('./commands/staff.ts')).runStaffClose(email));

const stores = program.command('stores').description('the shops of this database');
stores
  .command('ls')
  .description('every shop')
  .action(async () => (await import('./commands/stores.ts')).runStoresList());
stores
  .command('add <slug>')
  .description('open another shop; it sees nothing of the others')
  .requiredOption('--name <name>', 'its name, as customers read it')
  .option('--phone <number>', 'its own number, E.164; texts to it are its customers')
  .option('--place <address>', 'its street address, as customers are told it')
  .option('--contact <text>', 'whom HELP names besides the number, such as an e-mail address')
  .option('--persona <file>', 'what Claude is told to be there; prompts/system.md if left out')
  .option('--timezone <zone>', 'IANA zone', 'America/New_York')
  .option('--hours <hours>', 'opening hours', 'Wed-Sun 12-19')
  .option('--currency <code>', 'ISO 4217', 'USD')
  .option('--tax-rate <percent>', 'sales tax', '6.625')
  .option('--shipping-cents <cents>', 'flat shipping', '800')
  .action(async (slug, flags) => (await import('./commands/stores.ts')).runStoresAdd(slug, flags));
stores
  .command('keys <slug>')
  .description("the names of a shop's own keys at Square, Twilio and Smobi; values are sealed and never shown")
  .option('--set', 'set lines of NAME=value from standard input, such as SQUARE_ACCESS_TOKEN=…')
  .option('--remove <name>', 'forget one')
  .action(async (slug, flags) => (await import('./commands/stores.ts')).runStoresKeys(slug, flags));

process.on('uncaughtException', (error) => {
  console.error(readable(error));
  process.exit(1); // nothing is lost: what was accepted is committed, what ran is delivered again
});

try {
  await program.parseAsync();
} catch (error) {
  console.error(readable(error));
  process.exitCode = 1;
}

// A database's error may quote what was written, down to a customer's words: only its own cause's first line is shown.
function readable(error: unknown): string {
  if (error instanceof ConfigError) return `Marty does not start:\n${error.message}`;
  if (error instanceof UsageError || error instanceof ChatError) return error.message;
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  if (error.cause instanceof Error) return readable(error.cause);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message}`, ...frames].join('\n');
}
