// Commands about what a shop has: books, customers, staff, keys, numbers.
import type { Command } from 'commander';
import { inStore } from './in-store.ts';

export function addShopCommands(program: Command): void {
  addNumbers(program);
  addBooks(program);
  addSquare(program);
  addCustomers(program);
  addStaff(program);
  addStores(program);
}

function addNumbers(program: Command): void {
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
    .action(async (flags) => (await import('../commands/numbers.ts')).runNumbersAb(flags));
}

function addBooks(program: Command): void {
  const books = program.command('books').description('the catalogue');
  books
    .command('import <file.csv>')
    .description('isbn13,title,authors,year,price,on_hand; twice changes nothing')
    .option(...inStore)
    .action(async (file, flags) => (await import('../commands/books.ts')).runBooksImport(file, flags));
  books
    .command('import-ingram <file.csv>')
    .description(
      "a wholesaler's stock list as 'can be ordered': EAN, title, list price, copies on hand; the newest file counts",
    )
    .option(...inStore)
    .action(async (file, flags) => (await import('../commands/books.ts')).runIngramImport(file, flags));
}

function addSquare(program: Command): void {
  const square = program.command('square').description('catalogue and stock that are shared with Square');
  square
    .command('import')
    .description('books, prices and counts from Square; twice changes nothing')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/square.ts')).runSquareImport(flags));
  square
    .command('reconcile')
    .description('what is done every night: compare all counts, name and mend what differs')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/square.ts')).runSquareReconcile(flags));
}

function addCustomers(program: Command): void {
  const customers = program.command('customers').description('what the shop knows of one customer');
  customers
    .command('export <phone>')
    .description('everything that is known, as JSON')
    .option(...inStore)
    .action(async (phone, flags) => (await import('../commands/customers.ts')).runCustomersExport(phone, flags));
  customers
    .command('forget <phone>')
    .description('unpaid orders are called off, then nothing personal is left')
    .option(...inStore)
    .action(async (phone, flags) => (await import('../commands/customers.ts')).runCustomersForget(phone, flags));
  customers
    .command('opt-out <phones...>')
    .description("numbers that a provider's list of opt-outs has: as if each had said STOP, known here or not")
    .option(...inStore)
    .action(async (phones, flags) => (await import('../commands/customers.ts')).runCustomersOptOut(phones, flags));
}

function addStaff(program: Command): void {
  const staff = program.command('staff').description('the people who may log in to the console');
  const passwordFlag = ['--generate', 'make a password up and show it once, instead of asking for one'] as const;
  staff
    .command('ls')
    .description('every account')
    .action(async () => (await import('../commands/staff.ts')).runStaffList());
  staff
    .command('add <email>')
    .description('another account; its password is asked for, or read from a pipe')
    .option('--name <name>', 'as others see it; what stands before the @ if left out')
    .option('--role <role>', 'staff or admin', 'staff')
    .option('--stores <slugs>', 'shops, comma between; every shop if left out')
    .option(...passwordFlag)
    .action(async (email, flags) => (await import('../commands/staff.ts')).runStaffAdd(email, flags));
  staff
    .command('passwd <email>')
    .description('a new password; ends every session of the account, and opens one that was closed')
    .option(...passwordFlag)
    .action(async (email, flags) => (await import('../commands/staff.ts')).runStaffPasswd(email, flags));
  staff
    .command('close <email>')
    .description('nobody logs in by this account any more')
    .action(async (email) => (await import('../commands/staff.ts')).runStaffClose(email));
}

function addStores(program: Command): void {
  const stores = program.command('stores').description('the shops of this database');
  stores
    .command('ls')
    .description('every shop')
    .action(async () => (await import('../commands/stores.ts')).runStoresList());
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
    .action(async (slug, flags) => (await import('../commands/stores.ts')).runStoresAdd(slug, flags));
  stores
    .command('keys <slug>')
    .description("the names of a shop's own keys at Square, Twilio and Smobi; values are sealed and never shown")
    .option('--set', 'set lines of NAME=value from standard input, such as SQUARE_ACCESS_TOKEN=…')
    .option('--remove <name>', 'forget one')
    .action(async (slug, flags) => (await import('../commands/stores.ts')).runStoresKeys(slug, flags));
  stores
    .command('dump <slug>')
    .description('one shop into a file, as of one instant, while it goes on; what is sealed stays sealed under PII_KEY')
    .requiredOption('--out <file>', 'a new file, such as main.marty')
    .action(async (slug, flags) => (await import('../commands/backup.ts')).runStoresDump(slug, flags));
  stores
    .command('restore <file>')
    .description(
      'a shop back from its file: all or nothing, never over rows that are there; needs the same schema. Stop web and worker first',
    )
    .action(async (file) => (await import('../commands/backup.ts')).runStoresRestore(file));
  stores
    .command('reconcile <slug>')
    .description(
      'after the whole database was set back to an earlier time, before web and worker start: what was done since is not done twice',
    )
    .requiredOption('--since <time>', 'the time that it was set back to, such as 2026-11-28T08:00:00Z')
    .action(async (slug, flags) => (await import('../commands/backup.ts')).runStoresReconcile(slug, flags));
  stores
    .command('strays <slug>')
    .description('orders that only Square knows, made or given back since a time; changes nothing, so workers may run')
    .requiredOption('--since <time>', 'the time of the backup, such as 2026-11-28T08:00:00Z')
    .action(async (slug, flags) => (await import('../commands/backup.ts')).runStoresStrays(slug, flags));
}
