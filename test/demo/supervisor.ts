// Keeps processes of the real program running: who dies is born again, unless the shop closes.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../src/cli/project-root.ts';

/** What `marty` runs once it has looked whether it is built. */
const PROGRAM = join(projectRoot, 'dist', 'marty.js');
const REBIRTH_MS = 300;
/** Longer than the program takes to give its work back. */
const LEAVE_MAX_MS = 35_000;

export type Environment = Readonly<Record<string, string>>;

export class Supervised {
  /** Deaths by `kill`. */
  kills = 0;
  #child: ChildProcess | null = null;
  #isClosing = false;

  /** @param folder where it runs: not the project's, whose `.env` may name real services */
  constructor(
    readonly name: string,
    private readonly role: 'web' | 'worker',
    private readonly environment: Environment,
    private readonly folder: string,
    private readonly onDeath: (name: string) => void,
  ) {
    this.#start();
  }

  get isUp(): boolean {
    return this.#child !== null;
  }

  kill(): void {
    if (this.#child?.kill('SIGKILL')) this.kills += 1;
  }

  /** Lets it finish what it does, at most half a minute. */
  async stop(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([gone, wait(LEAVE_MAX_MS, null, { ref: false })]);
    child.kill('SIGKILL');
  }

  /** At once, for when this process itself must go. */
  abandon(): void {
    this.#isClosing = true;
    this.#child?.kill('SIGKILL');
  }

  // A group of its own: Ctrl-C in the terminal is for us alone, and we stop it in order.
  #start(): void {
    const child = spawn(process.execPath, [PROGRAM, this.role], {
      env: this.environment,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    this.#child = child;
    child.once('exit', () => {
      this.#child = null;
      if (this.#isClosing) return;
      this.onDeath(this.name);
      setTimeout(() => this.#isClosing || this.#start(), REBIRTH_MS);
    });
  }
}
