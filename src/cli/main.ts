// `marty`: the one program. Each command loads what it needs and leaves nothing running.
import { Command } from 'commander';
import { ConfigError } from './config/variables.ts';

const program = new Command('marty').description('A burnt-out wizard who sells books by text message.').version('0.1.0');

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
  .action(async () => (await import('./commands/prepare.ts')).runMigrate());

program
  .command('seed')
  .description('fill the first shop with the demo books')
  .action(async () => (await import('./commands/prepare.ts')).runSeed());

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError ? `Marty does not start:\n${error.message}` : error);
  process.exitCode = 1;
}
