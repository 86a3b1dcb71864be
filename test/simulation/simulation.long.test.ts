// As many worlds as fit test:all, by the command that runs as many as you like.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const TIME_MAX_MS = 1_200_000;

test(
  'npm run sim: a simulated shop violates nothing in 2,000 conversations',
  async () => {
    const wish = ['--seed', '2000', '--conversations', '2000', '--workers', '3'];
    const child = spawn('npm', ['run', '--silent', 'sim', '--', ...wish], { stdio: ['ignore', 'pipe', 'ignore'] });
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-20_000)));
    const [code] = await once(child, 'close');
    expect(told).toMatch(/2000 conversations in 80 worlds: .* no violation/);
    expect(code).toBe(0);
  },
  TIME_MAX_MS,
);
