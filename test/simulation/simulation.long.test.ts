// As many worlds as fit test:all, by the command that runs as many as you like.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { KEPT_LONG_WORLDS } from './kept-seeds.ts';

const TIME_MAX_MS = 1_200_000;

/** What `npm run sim` says with these wishes, and its exit code. */
async function sim(wish: Record<string, number>) {
  const args = Object.entries(wish).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('npm', ['run', '--silent', 'sim', '--', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-20_000)));
  const [code] = await once(child, 'close');
  return { told, code };
}

test(
  'npm run sim: a simulated shop violates nothing in 2,000 conversations',
  async () => {
    const { told, code } = await sim({ seed: 2000, conversations: 2000, workers: 3 });
    expect(told).toMatch(/2000 conversations in 80 worlds: .* no violation/);
    expect(code).toBe(0);
  },
  TIME_MAX_MS,
);

test.each(KEPT_LONG_WORLDS)(
  'nor in the kept world $seed, which showed: $why',
  async ({ seed, conversations }) => {
    const { told, code } = await sim({ seed, conversations, world: conversations, workers: 1 });
    expect(told).toMatch(new RegExp(`${conversations} conversations in 1 worlds: .* no violation`));
    expect(code).toBe(0);
  },
  TIME_MAX_MS,
);
