// Who uses the server: one file per use, named after the process that holds it. The last one to leave stops the
// server; a process that died without leaving counts for nothing.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processMark } from '../processes.mjs';

/** Notes that this process uses the server; gives back the note's path. */
export function attach(dataDir: string): string {
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 });
  const note = join(folderOf(dataDir), `${processMark(process.pid)}_${randomUUID()}`);
  writeFileSync(note, '');
  return note;
}

/** Takes the note back. */
export function detach(note: string): void {
  rmSync(note, { force: true });
}

/** How many uses there are by living processes; notes of dead ones are removed on the way. */
export function countAttached(dataDir: string): number {
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 });
  const [alive, dead] = split(readdirSync(folderOf(dataDir)), (note) => isAlive(note.split('_')[0] ?? ''));
  for (const note of dead) detach(join(folderOf(dataDir), note));
  return alive.length;
}

function split<T>(items: T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function folderOf(dataDir: string): string {
  return join(dataDir, 'attached');
}
