// What is loaded before it is needed is waited for by everybody: two clients of providers alone take three seconds.
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';

/** The packages that a file loads at once, by itself or by what it imports; what it imports when it is needed is left out. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const [first = ''] = Object.keys(metafile.outputs).filter((path) => metafile.outputs[path]?.entryPoint === entry);
  const packages = new Set<string>();
  const chunks = new Set([first]);
  for (const chunk of chunks)
    for (const { path, kind, external } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === 'import-statement') (external ? packages : chunks).add(path);
  return [...packages];
}

describe('before it is told what to do, the program', () => {
  let packages: string[];
  beforeAll(async () => void (packages = await loadedWith('src/cli/main.ts')));

  test('has loaded what reads its command line, and no package besides', () => {
    expect(packages.filter((name) => !name.startsWith('node:'))).toEqual(['commander']);
  });
});

describe('a shop that opens', () => {
  let packages: string[];
  beforeAll(async () => void (packages = await loadedWith('src/cli/shop/open-shop.ts')));

  test('has loaded its database and its queue, but neither Square’s client nor Claude’s', () => {
    expect(packages).toEqual(expect.arrayContaining(['pg', 'bullmq', 'xstate']));
    expect(packages.filter((name) => /^(square|@anthropic-ai)\b/.test(name))).toEqual([]);
  });
});
