// Each benchmark in a form so small that it says nothing about speed, and everything about whether it still works.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeWithRedis } from '../harness/redis.ts';
import { runBench } from './run-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'marty-bench-out-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const TINY = ['--seconds', '0.3', '--rounds', '1', '--customers', '20', '--out', folder];
const PATIENCE_MS = 300_000;

describe('npm run bench', () => {
  test(
    'without a name is a mistake, and says which names there are',
    async () => {
      const { status, stderr } = await runBench();
      expect(status).toBe(1);
      expect(stderr).toMatch(/^ +peers .*[^]*^ +turns .*[^]*^ +console .*[^]*^ +matching /m);
    },
    PATIENCE_MS,
  );

  test(
    'of something that makes no sense is a mistake',
    async () => {
      const { status, stderr } = await runBench('turns', '--callers', '16,many');
      expect(status).toBe(1);
      expect(stderr).toContain('"many" is not a number from 1');
    },
    PATIENCE_MS,
  );
});

describeWithRedis('npm run bench -- turns', () => {
  test(
    'measures closed and open loops, finds nothing lost, and writes figures, tables and a plot',
    async () => {
      const loops = ['--callers', '2,4', '--open', '60%,20', '--no-limit', '--only', 'ours-redis,ordinary'];
      const { status, stdout } = await runBench('turns', ...TINY, ...loops);
      expect(stdout).toMatch(
        /ours-redis: \d+ messages accepted, \d+ of them delivered twice: none lost, none doubled, no gap/,
      );
      expect(status).toBe(0);
      const [json = '', svg = '', tables = ''] = readdirSync(folder)
        .filter((file) => file.includes('turns'))
        .sort();
      const { results } = Results.parse(JSON.parse(readFileSync(join(folder, json), 'utf8')));
      expect(shapeOf(results['ours-redis'])).toEqual({ closed: [2, 4], open: ['60 %', '20/s'] });
      expect(results['ours-redis']?.rounds[0]?.closed[0]?.walBytes).toBeGreaterThan(500);
      expect(readFileSync(join(folder, tables), 'utf8')).toContain('| Marty, BullMQ on Redis | 4 |');
      expect(readFileSync(join(folder, svg), 'utf8')).toContain('</svg>');
    },
    PATIENCE_MS,
  );
});

describeWithRedis('npm run bench -- flat', () => {
  test(
    'fills a small and a larger database, and finds every turn in both',
    async () => {
      const size = ['--actors', '60', '--journal', '600', '--few-actors', '20', '--texts', '50', '--callers', '4'];
      const { stdout } = await runBench('flat', ...size, '--seconds', '0.3', '--rounds', '1', '--out', folder);
      expect(stdout).toMatch(/60 customers, in a database of 60 with 600 rows of journal: \d+ full turns/);
      expect(stdout).toMatch(/one customer of 50 texts, in a database of 22 with 320 rows of journal: \d+ full turns/);
      expect(stdout).toContain('no turn lost or doubled, no command open');
    },
    PATIENCE_MS,
  );
});

describeWithRedis('npm run bench -- scale', () => {
  test(
    'measures two processes a millisecond away from their database, and finds nothing lost',
    async () => {
      const size = ['--processes', '2', '--delays', '1', '--callers', '4'];
      const { status, stdout } = await runBench('scale', ...size, ...TINY);
      expect(status).toBe(0);
      const [, roundTripMs] = /2 processes, ([\d.]+) ms away/.exec(stdout) ?? [];
      expect(Number(roundTripMs)).toBeGreaterThanOrEqual(1);
    },
    PATIENCE_MS,
  );
});

const Result = z.object({
  rounds: z.array(
    z.object({
      closed: z.array(z.object({ callers: z.number(), walBytes: z.number() })),
      open: z.array(z.object({ rate: z.string() })),
    }),
  ),
});
const Results = z.object({ results: z.record(z.string(), Result) });

function shapeOf(result: z.infer<typeof Result> | undefined) {
  const [round] = result?.rounds ?? [];
  return { closed: round?.closed.map(({ callers }) => callers), open: round?.open.map(({ rate }) => rate) };
}
