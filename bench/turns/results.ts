// Where a benchmark's figures go: files of one name and date in bench/results, or in a folder that was asked for.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/cli/project-root.ts';

export type Files = { json: unknown; txt?: string; svg?: string };

/** Writes them and gives back their paths. @param at when it was measured; with `out`, its day alone is in the names */
export function writeResults(name: string, at: string, out: string | undefined, { json, txt, svg }: Files): string[] {
  const folder = out ?? join(projectRoot, 'bench', 'results');
  const stem = out === undefined ? `${name}-${at.replaceAll(':', '-')}` : `${at.slice(0, 10)}-${name}`;
  mkdirSync(folder, { recursive: true });
  const texts = { json: `${JSON.stringify(json, null, 2)}\n`, txt: txt && `${txt}\n`, svg };
  return Object.entries(texts).flatMap(([kind, text]) => {
    if (text === undefined) return [];
    const file = join(folder, `${stem}.${kind}`);
    writeFileSync(file, text);
    return [file];
  });
}
