// Actions whose rows belong into the commit of the turn itself (a bubble to say, a text to keep) instead of a job.
import type { z } from 'zod';

/** A connection inside the turn's transaction; pipelined, so that awaiting late costs nothing. */
export type Sql = {
  query: (
    text: string,
    values?: unknown[],
  ) => Promise<{ rows: Array<Record<string, unknown>>; rowCount: number | null }>;
};

/** A transition that would be taken by an event of this type that carries nothing, and what the chart says of it in `meta`. */
export type Way = { type: string; meta: unknown };

/** One action of one turn. */
export type TransactionalEffect<Params> = {
  storeId: number;
  actorKey: string;
  /** The actor's wrapped data key (see Vault), or null once it was forgotten. */
  dataKey: Buffer | null;
  /** The number of the turn in the actor's journal. */
  seq: number;
  at: Date;
  /** A UUIDv7 of this effect alone, the same when the turn is replayed. */
  id: string;
  /** Which ways the actor's chart marks as open once the turn is over. */
  ways: () => Way[];
  params: Params;
};

export type Transactional<Params> = {
  params: z.ZodType<Params>;
  /** Writes the rows of all such actions of a batch of turns, in order. A throw rolls the batch back. */
  write: (tx: Sql, effects: Array<TransactionalEffect<Params>>) => Promise<void>;
  /** A command action (by name, input `{}`) to enqueue once per actor and commit in which this action occurs. */
  follow?: string;
};

/** A transactional action with its params checked at run time instead: what the runtime holds for actions of every kind. */
export type AnyTransactional = {
  write: (tx: Sql, effects: Array<TransactionalEffect<unknown>>) => Promise<void>;
  follow: string | null;
};

/** @throws ZodError from `write`, and so rolls the batch back, when a machine gave params that the schema refuses */
export function erased<Params>({ params, write, follow }: Transactional<Params>): AnyTransactional {
  return {
    write: async (tx, effects) =>
      write(
        tx,
        effects.map((effect) => ({ ...effect, params: params.parse(effect.params) })),
      ),
    follow: follow ?? null,
  };
}
