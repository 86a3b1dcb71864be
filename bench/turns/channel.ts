// A local channel between load generator and subject: one JSON value a line over a Unix socket. Lines of one tick leave together.
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export const ToSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), id: z.string(), customer: z.number(), text: z.string() }),
  z.object({ kind: z.literal('report') }),
]);
export type ToSubject = z.infer<typeof ToSubject>;

const Standing = z.object({ customer: z.number(), received: z.number(), answered: z.number(), pending: z.number() });

export const FromSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), storePid: z.number().nullable() }),
  z.object({ kind: z.literal('ack'), id: z.string(), taken: z.enum(['accepted', 'duplicate']) }),
  z.object({ kind: z.literal('done'), id: z.string() }),
  z.object({ kind: z.literal('failed'), id: z.string(), why: z.string() }),
  z.object({
    kind: z.literal('report'),
    runs: z.number(),
    runTwice: z.number(),
    peakBytes: z.number(),
    survey: z.object({ standings: z.array(Standing), open: z.number() }).nullable(),
  }),
]);
export type FromSubject = z.infer<typeof FromSubject>;
export type SubjectReport = Extract<FromSubject, { kind: 'report' }>;

/** Parses each line by `schema` and hands it to `hear`; gives back what sends. */
export function openChannel<In>(
  socket: Socket,
  schema: z.ZodType<In>,
  hear: (value: In) => void,
): (value: unknown) => void {
  createInterface({ input: socket }).on('line', (line) => hear(schema.parse(JSON.parse(line))));
  let unsent = '';
  return (value) => {
    if (unsent === '') setImmediate(flush);
    unsent += `${JSON.stringify(value)}\n`;
  };
  function flush(): void {
    socket.write(unsent);
    unsent = '';
  }
}
