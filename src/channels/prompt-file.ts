// Finds Marty's words on disk, from source and from a build alike: prompts/ stands beside the nearest package.json.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PARENTS_MAX = 12;

/** The text of a file in prompts/, such as `system.md`. Throws a sentence that names where it was looked for. */
export function readPrompt(name: string): string {
  const file = join(packageRoot(), 'prompts', name);
  if (!existsSync(file)) throw new Error(`there is no ${name} in ${dirname(file)}`);
  return readFileSync(file, 'utf8');
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < PARENTS_MAX; level += 1) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    folder = dirname(folder);
  }
  throw new Error('no package.json stands above this file, so prompts/ cannot be found');
}
