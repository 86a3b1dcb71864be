// The process under test: one way of doing turns behind a local socket. Started by turns/process.ts, stopped by SIGTERM.
import { connect } from 'node:net';
import { z } from 'zod';
import { startOrdinary } from '../ordinary.ts';
import { openChannel, ToSubject } from './channel.ts';
import type { FromSubject } from './channel.ts';
import { startOurs } from './ours.ts';
import { SUBJECT_NAMES } from './subject.ts';
import type { Inbound, Subject, SubjectOptions } from './subject.ts';

const Options = z.object({
  subject: z.enum(SUBJECT_NAMES),
  databaseUrl: z.string(),
  redisUrl: z.string(),
  socket: z.string(),
  lanes: z.number().optional(),
});
const { subject: name, databaseUrl, redisUrl, socket, lanes } = Options.parse(JSON.parse(process.argv[2] ?? '{}'));

const wire = connect(socket);
const send: (message: FromSubject) => void = openChannel(wire, ToSubject, (message) => {
  if (message.kind === 'message') receive(message);
  else send(reportOf(subject));
});
const subject = start({ databaseUrl, redisUrl, lanes, onDone: (id) => send({ kind: 'done', id }) });
send({ kind: 'ready' });

process.on('SIGTERM', () => {
  wire.destroy();
  void subject.stop().then(() => process.exit(0));
});

function start(options: SubjectOptions): Subject {
  if (name === 'ordinary' || name === 'ordinary-lean') return startOrdinary(name === 'ordinary', options);
  return startOurs(name === 'ours-redis' ? 'redis' : 'postgres', options);
}

function receive(message: Inbound): void {
  subject.receive(message).then(
    (taken) => send({ kind: 'ack', id: message.id, taken }),
    (error: unknown) => send({ kind: 'failed', id: message.id, why: String(error) }),
  );
}

function reportOf({ runs }: Subject): FromSubject {
  const runTwice = [...runs.values()].filter((count) => count > 1).length;
  return { kind: 'report', runs: runs.size, runTwice, peakBytes: process.resourceUsage().maxRSS * 1024 };
}
