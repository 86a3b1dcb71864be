// `marty`: the one program. Each command loads what it needs and leaves nothing running.
import { Command } from 'commander';
import { ConfigError } from './config/variables.ts';

const program = new Command('marty')
  .description('A burnt-out wizard who sells books by text message.')
  .version('0.1.0');

program
  .command('migrate')
  .description('bring the database to the schema of this build')
  .action(async () => {
    const { runMigrate } = await import('./commands/migrate.ts');
    await runMigrate();
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError ? `Marty does not start:\n${error.message}` : error);
  process.exitCode = 1;
}
