// One line from the terminal that nobody sees: typed without echo, or the first line of a pipe.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Empty where the input ends before a line. Ctrl-C leaves the program. */
export async function readSecret(prompt: string): Promise<string> {
  const { stdin } = process;
  const terminal = stdin.isTTY;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (terminal) process.stderr.write(prompt);
  const line = createInterface({ input: stdin, output: silent, terminal });
  try {
    return await new Promise<string>((resolve) => {
      line.once('line', resolve);
      line.once('close', () => resolve(''));
      line.once('SIGINT', () => process.exit(130));
    });
  } finally {
    line.close();
    if (terminal) process.stderr.write('\n');
  }
}
