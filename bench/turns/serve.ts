// The process under test: one way of doing turns behind a local socket. Started by turns/process.ts, stopped by SIGTERM.
import { connect } from 'node:net';
import { z } from 'zod';
import { openChannel, ToSubject } from './channel.ts';
import type { FromSubject } from './channel.ts';
import type { Inbound, Subject, SubjectOptions } from './subject.ts';

const Options = z.object({
  subject: z.string(),
  databaseUrl: z.string(),
  redisUrl: z.string(),
  folder: z.string(),
  socket: z.string(),
  lanes: z.number().optional(),
});

/** Starts the way that the process was told to be, and serves it until SIGTERM. */
export async function serve(
  start: (name: string, options: SubjectOptions) => Subject | Promise<Subject>,
): Promise<void> {
  const { subject: name, socket, ...options } = Options.parse(JSON.parse(process.argv[2] ?? '{}'));
  const wire = connect(socket);
  const send: (message: FromSubject) => void = openChannel(wire, ToSubject, (message) => {
    if (message.kind === 'message') receive(message);
    else void reportOf(subject).then(send);
  });
  const subject = await start(name, { ...options, onDone: (id) => send({ kind: 'done', id }) });
  send({ kind: 'ready', storePid: subject.storePid ?? null });

  const end = () => void subject.stop().then(() => process.exit(0));
  process.on('SIGTERM', end);
  wire.on('close', end); // the benchmark is gone: so is what it measured

  function receive(message: Inbound): void {
    subject.receive(message).then(
      (taken) => send({ kind: 'ack', id: message.id, taken }),
      (error: unknown) => send({ kind: 'failed', id: message.id, why: String(error) }),
    );
  }
}

async function reportOf({ runs, survey }: Subject): Promise<FromSubject> {
  const runTwice = [...runs.values()].filter((count) => count > 1).length;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { kind: 'report', runs: runs.size, runTwice, peakBytes, survey: (await survey?.()) ?? null };
}
