// Commands that run Marty, and that look at a running one.
import type { Command } from 'commander';

export function addRunningCommands(program: Command): void {
  addServe(program);
  addMigrate(program);
  addSeed(program);
  addKeys(program);
  addChat(program);
  addDoctor(program);
  addWatch(program);
}

function addServe(program: Command): void {
  const serving = {
    start: ['all', 'everything in one process: database, web, workers'],
    web: ['web', 'the HTTP server alone'],
    worker: ['worker', 'the workers alone'],
  } as const;
  for (const [name, [role, description]] of Object.entries(serving)) {
    program
      .command(name)
      .description(description)
      .action(async () => (await import('../commands/serve.ts')).serve(role));
  }
}

function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the schema of this build')
    .option('--grant-to <role>', 'let this existing role read and write rows, and nothing more')
    .action(async (flags) => (await import('../commands/prepare.ts')).runMigrate(flags));
}

function addSeed(program: Command): void {
  program
    .command('seed')
    .description('fill the first shop with the demo books')
    .action(async () => (await import('../commands/prepare.ts')).runSeed());
}

function addKeys(program: Command): void {
  program
    .command('keys')
    .description('the key that everything personal is sealed under')
    .command('rotate')
    .description('seal everything anew, from PII_KEY_PREVIOUS to PII_KEY, beside running processes; killed, it goes on')
    .option('--check', 'change nothing, and say whether PII_KEY_PREVIOUS can go; exit code 1 while not')
    .action(async (flags) => (await import('../commands/keys.ts')).runKeysRotate(flags));
}

function addChat(program: Command): void {
  program
    .command('chat')
    .description('text with Marty in the terminal, before a running server')
    .option('--phone <number>', 'the number you text from')
    .option('--url <url>', 'where the server is')
    .action(async (flags: { phone?: string; url?: string }) => {
      const { chat } = await import('../chat.ts');
      await chat({ ...flags, input: process.stdin, output: process.stdout });
    });
}

function addDoctor(program: Command): void {
  program
    .command('doctor [part]')
    .description(
      'is all there that Marty needs, and what is to be done where it is not? `doctor square`: that alone; exit code 1 where something is wrong',
    )
    .option('--json', 'the findings as JSON')
    .action(async (part, flags) => (await import('../commands/doctor.ts')).runDoctor(part, flags));
}

function addWatch(program: Command): void {
  const many = (value: string, before: string[] = []) => [...before, value];
  program
    .command('top')
    .description('a running system at a glance, drawn anew every few seconds; q quits')
    .option('--url <url>', 'a server, http://localhost:8080 if left out; again for each further process', many)
    .option('--database', 'ask the database instead, which knows of all processes; so it is where no server answers')
    .option('--every <seconds>', 'how often', '2')
    .option('--once', 'one picture, and out')
    .option('--json', 'as JSON, one line a picture')
    .action(async (flags) => (await import('../commands/top.ts')).runTop(flags));
  program
    .command('probe')
    .description('a synthetic customer texts, is answered and is forgotten again; exit code 1 when not')
    .option('--url <url>', 'the server; PUBLIC_URL if left out')
    .option('--to <number>', "the shop's number; STORE_PHONE if left out")
    .option('--text <words>', 'what the customer says', 'hello')
    .option('--patience <time>', 'how long an answer may take', '30s')
    .option('--every <time>', 'again and again, such as 60s')
    .option('--json', 'one line of JSON a probe')
    .action(async (flags) => (await import('../commands/probe.ts')).runProbe(flags));
}
