// What is measured: a way of letting customers' messages through turns. Each way runs in a process of its own (server.ts).

/** One inbound message; `id` is the provider's, by which a repeated delivery is known. */
export type Inbound = { id: string; customer: number; text: string };

/** What a message's way was: `ack` once it is committed, `done` once the result of its command is. */
export type Heard = (id: string) => void;

/** What a customer's state says at rest: how many messages came, were answered, and wait. */
export type Standing = { customer: number; received: number; answered: number; pending: number };

export type Subject = {
  /** Takes one message in. Resolves when it is committed, and tells whether it was a repeated one. */
  receive: (message: Inbound) => Promise<'accepted' | 'duplicate'>;
  /** How often each message's command ran, in this process. */
  runs: ReadonlyMap<string, number>;
  /** Everybody's state, for a way that keeps it where only itself can read it; and how much work is left undone. */
  survey?: () => Promise<{ standings: Standing[]; open: number }>;
  /** The process of its database, where that is not the benchmark's Postgres. */
  storePid?: number;
  stop: () => Promise<void>;
};

/** `lanes`: how many of them ours has; its own default without. `folder`: for files of its own. */
export type SubjectOptions = {
  databaseUrl: string;
  redisUrl: string;
  folder: string;
  onDone: Heard;
  lanes?: number | undefined;
};

/** The ways that `npm run bench -- turns` sets beside each other. */
export const SUBJECT_NAMES = ['ours-redis', 'ours-postgres', 'ordinary', 'ordinary-lean'] as const;
/** Other engines, with packages of their own (bench/peers). */
export const PEER_NAMES = ['dbos', 'langgraph', 'restate'] as const;

export type PeerName = (typeof PEER_NAMES)[number];
export type SubjectName = (typeof SUBJECT_NAMES)[number] | PeerName;

export function isPeer(name: SubjectName): name is PeerName {
  return PEER_NAMES.some((peer) => peer === name);
}
