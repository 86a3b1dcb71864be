// Starts a subject in a process of its own, from a bundle as production runs it, and talks to it over a Unix socket.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { FromSubject, openChannel } from './channel.ts';
import type { ToSubject } from './channel.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { isPeer } from './subject.ts';
import type { SubjectName } from './subject.ts';

export type Running = {
  pid: number;
  /** The process of its own database, where it has one. */
  storePid: number | null;
  send: (message: ToSubject) => void;
  /** Whoever wants to hear the answers from now on. */
  hearWith: (hear: (answer: FromSubject) => void) => void;
  /** May be called twice. */
  stop: () => Promise<void>;
};

/** `name` tells processes of one way apart. */
export type ProcessOptions = {
  subject: SubjectName;
  name?: string;
  databaseUrl: string;
  redisUrl: string;
  folder: string;
  lanes?: number | undefined;
};

/** A subject whose database is gone may never end by itself. */
const STOP_MAX_MS = 15_000;

// The peers' bundle lies beside their packages, where Node looks for them first.
const BUNDLES = {
  ours: { entry: 'bench/turns/server.ts', outfile: join(projectRoot, 'dist', 'bench-server.js') },
  peers: { entry: 'bench/peers/server.ts', outfile: join(projectRoot, 'bench', 'peers', 'dist', 'server.js') },
};

/** Bundles the servers that these subjects need, once; packages stay outside. */
export async function bundleServers(subjects: readonly SubjectName[]): Promise<void> {
  for (const { entry, outfile } of new Set(subjects.map(bundleOf)))
    await build({
      entryPoints: [join(projectRoot, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: true,
      logLevel: 'warning',
    });
}

function bundleOf(subject: SubjectName) {
  return isPeer(subject) ? BUNDLES.peers : BUNDLES.ours;
}

let started = 0;

/** Starts it and waits until it takes messages. @param nodeArgs such as `--cpu-prof` */
export async function startProcess(options: ProcessOptions, nodeArgs: readonly string[]): Promise<Running> {
  const { name = options.subject, ...rest } = options;
  const socket = join(options.folder, `${name}-${++started}.sock`);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(socket, listening));
  const { outfile } = bundleOf(options.subject);
  const child = spawn(process.execPath, [...nodeArgs, outfile, JSON.stringify({ ...rest, socket })], {
    stdio: 'inherit',
  });
  let hear: (answer: FromSubject) => void = () => undefined;
  const { send, storePid } = await new Promise<Pick<Running, 'send' | 'storePid'>>((ready, fail) => {
    child.once('exit', (code) => fail(new Error(`${name} ended with code ${String(code)}`)));
    server.once('connection', (wire) => {
      const say = openChannel(wire, FromSubject, (answer) =>
        answer.kind === 'ready' ? ready({ send: say, storePid: answer.storePid }) : hear(answer),
      );
    });
  });
  return {
    pid: child.pid ?? 0,
    storePid,
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
