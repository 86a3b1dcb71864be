// The program of a worker of `npm run sim`, in one file: run from its sources, every function that it makes would be given its name anew.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { projectRoot } from '../../src/cli/project-root.ts';

/** In `dist`, where Node finds the packages; `remove` takes it away again. */
export async function buildWorker(): Promise<{ path: string; remove: () => void }> {
  const path = join(projectRoot, 'dist', `simulation-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('run-worker.ts', import.meta.url))],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}
