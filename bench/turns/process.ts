// Starts a subject in a process of its own, from a bundle as production runs it, and talks to it over a Unix socket.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { FromSubject, openChannel } from './channel.ts';
import type { ToSubject } from './channel.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import type { SubjectName } from './subject.ts';

export type Running = {
  pid: number;
  send: (message: ToSubject) => void;
  /** Whoever wants to hear the answers from now on. */
  hearWith: (hear: (answer: FromSubject) => void) => void;
  /** May be called twice. */
  stop: () => Promise<void>;
};

const BUNDLE = join(projectRoot, 'dist', 'bench-server.js');

/** A subject whose database is gone may never end by itself. */
const STOP_MAX_MS = 15_000;

/** Bundles the server once; packages stay outside. */
export async function bundleServer(): Promise<void> {
  await build({
    entryPoints: [join(projectRoot, 'bench', 'turns', 'server.ts')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** Starts it and waits until it takes messages. @param nodeArgs such as `--cpu-prof` */
export async function startProcess(
  options: { subject: SubjectName; databaseUrl: string; redisUrl: string; folder: string; lanes?: number | undefined },
  nodeArgs: readonly string[],
): Promise<Running> {
  const { folder, ...rest } = options;
  const socket = join(folder, `${options.subject}.sock`);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(socket, listening));
  const child = spawn(process.execPath, [...nodeArgs, BUNDLE, JSON.stringify({ ...rest, socket })], {
    stdio: 'inherit',
  });
  let hear: (answer: FromSubject) => void = () => undefined;
  const send = await new Promise<(message: ToSubject) => void>((ready, fail) => {
    child.once('exit', (code) => fail(new Error(`${options.subject} ended with code ${String(code)}`)));
    server.once('connection', (wire) => {
      const say = openChannel(wire, FromSubject, (answer) => (answer.kind === 'ready' ? ready(say) : hear(answer)));
    });
  });
  return {
    pid: child.pid ?? 0,
    send,
    hearWith: (listener) => void (hear = listener),
    stop: () => ended(child).finally(() => server.close()),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS);
    child.once('exit', () => {
      clearTimeout(impatience);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
