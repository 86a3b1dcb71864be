// `marty`: what it understands. Each command loads what it needs when it is called, so that `--help` is quick.
import { Command } from 'commander';
import { addActorCommands } from './actors.ts';
import { addRunningCommands } from './running.ts';
import { addShopCommands } from './shop.ts';

/** The whole command line; `parseAsync` runs what it is given. */
export function createProgram(): Command {
  const program = new Command('marty')
    .description('A burnt-out wizard who sells books by text message.')
    .version('0.1.0');
  addRunningCommands(program);
  addActorCommands(program);
  addShopCommands(program);
  return program;
}
