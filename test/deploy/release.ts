// One release on this machine: a folder of its own with what is built, the migrations and Marty's words, so that another release can have
// another migration; and its commands as processes.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { projectRoot } from '../../src/cli/project-root.ts';

export type Ended = { code: number | null; said: string };
export type Started = { child: ChildProcess; ended: Promise<Ended> };

const Journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.int(), when: z.int(), tag: z.string() })) });
const ANOTHER_COLUMN_EVERYWHERE = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  LOOP EXECUTE 'ALTER TABLE ' || name || ' ADD COLUMN later text'; END LOOP;
END $$;`;

export class Release {
  readonly #folder = mkdtempSync(join(tmpdir(), 'marty-release-'));
  readonly #started: Started[] = [];

  /** @param environment of all its processes; they have nothing else but PATH */
  constructor(private readonly environment: Record<string, string>) {
    for (const path of ['dist', 'package.json', 'prompts', 'schema/migrations'])
      cpSync(join(projectRoot, path), join(this.#folder, path), { recursive: true });
    symlinkSync(join(projectRoot, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  /** A command of it, by the words after `marty`. */
  starts(...words: string[]): Started {
    const env = { PATH: process.env['PATH'], ...this.environment };
    const child = spawn(process.execPath, ['dist/marty.js', ...words], { cwd: this.#folder, env, stdio: 'pipe' });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    const ended = once(child, 'close').then(async () => ({ code: child.exitCode, said: (await said).join('') }));
    this.#started.push({ child, ended });
    return { child, ended };
  }

  runs(...words: string[]): Promise<Ended> {
    return this.starts(...words).ended;
  }

  /** Makes it a later one: with a migration that nobody else has. */
  growsMigration(): void {
    const migrations = join(this.#folder, 'schema', 'migrations');
    const file = join(migrations, 'meta', '_journal.json');
    const journal = Journal.parse(JSON.parse(readFileSync(file, 'utf8')));
    const last = journal.entries.at(-1);
    if (!last) throw new Error('there is no migration yet');
    journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: 'later' });
    writeFileSync(file, JSON.stringify(journal));
    writeFileSync(join(migrations, 'later.sql'), ANOTHER_COLUMN_EVERYWHERE);
  }

  async remove(): Promise<void> {
    for (const { child } of this.#started) child.kill('SIGKILL');
    await Promise.all(this.#started.map(({ ended }) => ended));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
