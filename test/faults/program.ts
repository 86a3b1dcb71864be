// One process of the shop as it is run, `marty web` or `marty worker` or both in one, and what can happen to a process.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { until } from '../harness/until.ts';

/** `start`: both in one. */
export type Role = 'web' | 'worker' | 'start';
const START_MAX_MS = 180_000;

export class Program {
  #child: ChildProcess | null = null;
  /** Bytes of its log before this life. */
  #logBefore = 0;

  /** @param logFile takes what it says */
  constructor(
    readonly role: Role,
    private readonly env: Readonly<Record<string, string>>,
    private readonly logFile: string,
    /** What is run: the built program, or another build of it. */
    private readonly command: readonly string[] = ['src/cli/marty.mjs'],
  ) {}

  /** Where it listens; not where it is a worker alone. */
  get url(): string {
    return `http://127.0.0.1:${this.env['PORT']}`;
  }

  /** Starts it and waits until it can take work. */
  async start(): Promise<void> {
    const child = this.launch();
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${this.role} ended with ${child.exitCode}: ${this.said()}`);
      if (!(await this.isReady())) throw new Error(`${this.role} is not ready: ${this.said()}`);
    }, START_MAX_MS);
  }

  /** Starts it, and waits for nothing. */
  launch(): ChildProcess {
    const log = openSync(this.logFile, 'a');
    this.#logBefore = fstatSync(log).size;
    const child = spawn(process.execPath, [...this.command, this.role], {
      env: { PATH: process.env['PATH'], ...this.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    return child;
  }

  /** Whether it was started and has died by itself. */
  get isDead(): boolean {
    return this.#child !== null && (this.#child.exitCode !== null || this.#child.signalCode !== null);
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** As the kernel does when memory is short. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As a deployment does. Answers how long it took to leave (ms), and its exit code. */
  async stop(): Promise<{ ms: number; code: number | null }> {
    const began = performance.now();
    const child = this.#child;
    await this.#end('SIGTERM');
    return { ms: performance.now() - began, code: child?.exitCode ?? null };
  }

  /** The end of its log. */
  said(): string {
    return readFileSync(this.logFile, 'utf8').slice(-2_000);
  }

  async isReady(): Promise<boolean> {
    if (this.role !== 'worker') return (await fetch(`${this.url}/health/ready`)).status === 200;
    return readFileSync(this.logFile, 'utf8').slice(this.#logBefore).includes('"ready"');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
