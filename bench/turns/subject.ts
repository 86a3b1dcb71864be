// What is measured: a way of letting customers' messages through turns. Each way runs in a process of its own (server.ts).

/** One inbound message; `id` is the provider's, by which a repeated delivery is known. */
export type Inbound = { id: string; customer: number; text: string };

/** What a message's way was: `ack` once it is committed, `done` once the result of its command is. */
export type Heard = (id: string) => void;

export type Subject = {
  /** Takes one message in. Resolves when it is committed, and tells whether it was a repeated one. */
  receive: (message: Inbound) => Promise<'accepted' | 'duplicate'>;
  /** How often each message's command ran, in this process. */
  runs: ReadonlyMap<string, number>;
  stop: () => Promise<void>;
};

/** `lanes`: how many of them ours has; its own default without. */
export type SubjectOptions = { databaseUrl: string; redisUrl: string; onDone: Heard; lanes?: number | undefined };

/** The ways that can be measured. */
export const SUBJECT_NAMES = ['ours-redis', 'ours-postgres', 'ordinary', 'ordinary-lean'] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number];
