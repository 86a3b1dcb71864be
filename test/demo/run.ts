// `npm run demo`: opens the shop in a box and keeps it open until Ctrl-C.
import { Command, InvalidArgumentError } from 'commander';
import { serveBoard } from './board-server.ts';
import { Demo } from './demo.ts';

const between = (min: number, max: number) => (words: string) => {
  const number = Number(words);
  if (number >= min && number <= max) return number;
  throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
};
type Flags = { customers: number; speed: number; workers: number; port: number };

const program = new Command('npm run demo --')
  .description('A busy shop in a box, with a switchboard to break it and a board that would show it.')
  .option('--customers <n>', 'how many are in the shop at a time', between(1, 500), 12)
  .option('--speed <times>', 'as fast as people read and type', between(0.1, 20), 1)
  .option('--workers <n>', 'worker processes', between(1, 16), 2)
  .option('--port <n>', 'where the shop listens; the board is at the next port', between(1024, 65_534), 8090)
  .action(async (flags: Flags) => {
    const demo = await Demo.open({ ...flags, chance: Math.random, say: (line) => console.log(line) });
    const board = await serveBoard(demo, flags.port + 1);
    const url = `http://127.0.0.1:${board.port}`;
    const lines = [
      '',
      '  The shop is open, and busy.',
      `    break it            ${url}`,
      `    watch the staff's console   ${url}/console`,
      `    be a customer       ${demo.board().phoneUrl}`,
      '',
      '  Ctrl-C closes it; nothing is kept.',
    ];
    console.log(lines.join('\n'));
    await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    console.log('\nClosing the shop …');
    await board.close(0);
    await demo.close();
  });
await program.parseAsync();
