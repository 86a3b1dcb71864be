// How long the shop takes from the start of its process until it says that it is healthy, on a database that is migrated.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { median } from '../turns/median.ts';
import { describeMachine } from '../turns/report.ts';
import { writeResults } from '../turns/results.ts';
import { startShop } from './shop.ts';
import type { Premises } from './shop.ts';

export type StartOptions = { starts: number; out: string | undefined };

/** In ms, of the median. */
const BOUNDS = { external: 2_000, embedded: 4_000 };
type Kind = keyof typeof BOUNDS;
type Started = { kind: Kind; firstMs: number; startsMs: number[]; medianMs: number; boundMs: number };

/** Answers whether both kinds keep their bound. */
export async function benchStart({ starts, out }: StartOptions): Promise<boolean> {
  const results = [await startsOf('external', starts), await startsOf('embedded', starts)];
  const text = results.map(sentenceOf).join('\n');
  const at = new Date().toISOString();
  const report = { at, machine: describeMachine({}), results };
  console.log(`${text}\n${writeResults('start', at, out, { json: report, txt: text }).join('\n')}`);
  return results.every(({ medianMs, boundMs }) => medianMs < boundMs);
}

async function startsOf(kind: Kind, starts: number): Promise<Started> {
  const [folder, elsewhere] = [newFolder(), newFolder()];
  const databaseUrl = kind === 'embedded' ? null : (await attachEmbeddedPostgres(elsewhere)).url;
  try {
    const premises = { folder, databaseUrl };
    const firstMs = await startAndStop(premises); // makes and migrates the database, and fills the demo shop
    const startsMs: number[] = [];
    for (let n = 0; n < starts; n++) startsMs.push(await startAndStop(premises));
    return { kind, firstMs, startsMs, medianMs: median(startsMs), boundMs: BOUNDS[kind] };
  } finally {
    if (databaseUrl === null) await destroyEmbeddedPostgres(folder);
    else await destroyEmbeddedPostgres(elsewhere);
    for (const used of [folder, elsewhere]) rmSync(used, { recursive: true, force: true });
  }
}

async function startAndStop(premises: Premises): Promise<number> {
  const shop = await startShop(premises);
  await shop.stop();
  return shop.healthyAfterMs;
}

function newFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-bench-'));
  chmodSync(folder, 0o755); // so that the server's account can enter it when root runs the benchmark
  return folder;
}

function sentenceOf({ kind, firstMs, startsMs, medianMs, boundMs }: Started): string {
  const verdict = medianMs < boundMs ? 'ok' : 'TOO SLOW';
  const all = startsMs.map(Math.round).join(', ');
  return `${kind} database: healthy after ${Math.round(medianMs)} ms (${all}; under ${boundMs}: ${verdict}); the very first time ${Math.round(firstMs)} ms`;
}
