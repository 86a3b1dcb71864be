// Worlds in a test file: one after the other on the file's own database, and everything that was violated in one list.
import { simulate } from './simulate.ts';
import type { SimulationReport } from './simulate.ts';

/** A world that anybody can run again. */
export type WorldWish = { seed: number; conversations: number };

/** What the worlds violated, and how many conversations they held. */
export async function runWorlds(url: string, worlds: readonly WorldWish[]) {
  const violations: string[] = [];
  let conversations = 0;
  for (const world of worlds) {
    const report = await simulate({ url, ...world });
    conversations += report.conversations;
    if (report.violations.length > 0) violations.push(...told(report));
  }
  return { violations, conversations };
}

function told({ seed, conversations, violations, tail }: SimulationReport): string[] {
  const again = `npm run sim -- --seed ${seed} --world ${conversations} --conversations ${conversations}`;
  return [again, ...violations, ...tail];
}

/** So many worlds of one size, from a seed on. */
export function inARow(from: number, count: number, conversations: number): WorldWish[] {
  return Array.from({ length: count }, (_, n) => ({ seed: from + n, conversations }));
}
