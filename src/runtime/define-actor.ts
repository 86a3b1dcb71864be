// Work that a state invokes or an action commands: ordinary XState promise logic with a few words of metadata.
import { fromPromise } from 'xstate';
import type { AnyEventObject, PromiseActorLogic } from 'xstate';
import type { z } from 'zod';
import type { Settled } from './item.ts';

/** An expected answer that is not success: it becomes `xstate.error.actor.<id>` and `refusalOf(event)` reads its code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: string,
    readonly data: unknown = null,
  ) {
    super(`refused: ${code}`);
  }
}

/** A failure that no retry can mend; its code, never its text, reaches the machine and the staff. */
export class Permanent extends Error {
  override readonly name = 'Permanent';
  constructor(
    readonly code: PermanentCode,
    message: string = code,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
/** No failure: it is too early. The same command runs again at `atMs` (milliseconds since 1970, UTC), and no attempt is counted. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  constructor(readonly atMs: number) {
    super('not yet');
  }
}

/** Why a command can never succeed. */
export type PermanentCode = 'bad_input' | 'bad_output' | 'unauthorised' | 'rejected' | 'exhausted' | 'no_actor';

/** Attempts in all, and the wait before the second one; it doubles from there, with jitter, up to `backoffMaxMs`. */
export type RetryPolicy = { attemptsMax: number; backoffMs: number; backoffMaxMs?: number; timeoutMs?: number };

/** What every run knows besides the services that the application injects. */
export type RunContext = {
  /** The command's id, a UUID; stable over attempts. */
  commandId: string;
  /** 1 for the first attempt. */
  attempt: number;
  /** If this one breaks down, nothing is tried again. */
  isLastAttempt: boolean;
  /** The store that the actor belongs to. */
  storeId: number;
  /** Who asked: the actor's key, machine and natural id (`customer:+1…`). Never log the id. */
  actor: { key: string; machine: string; id: string };
  /** The actor's wrapped data key, for sealing what is its alone (see Vault). */
  dataKey: Buffer;
  /** Fires when the state that asked was left, also from another process, or when the process shuts down. */
  signal: AbortSignal;
  /** Now, in milliseconds since 1970 (UTC). */
  now: () => number;
  /**
   * Tells the actor something before the work is done; resolves after the commit, with what became of it. `stepped` only while the
   * state that asked is not left and this attempt is the one under way; `dropped` otherwise. The nth telling of a command changes its
   * actor once, over all attempts. Work that no state waits for (an action, an undo) tells nothing.
   */
  tell: (event: AnyEventObject) => Promise<Settled>;
  /** Answers with an expected refusal. */
  refuse: (code: string, data?: unknown) => never;
};

export type ActorDefinition<Services, Input, Output> = {
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  /** The refusal codes that `run` may answer with. */
  refusals?: readonly string[];
  retry?: RetryPolicy;
  /** The intent's key for outside services, at most 45 characters; default: the command's id. */
  key?: (input: Input, commandId: string) => string;
  run: (input: Input, context: RunContext & Services & { key: string }) => Promise<Output>;
  /** Takes back what `run` did when its result was dropped (`output`) or is unknown (`undefined`). Runs at least once. */
  undo?: (input: Input, output: Output | undefined, context: RunContext & Services & { key: string }) => Promise<void>;
};

/** A definition with its types checked at run time instead: what the runtime holds for actors of every kind. */
export type Performable<Services> = {
  refusals: readonly string[];
  retry: RetryPolicy | undefined;
  undoes: boolean;
  /** @throws Permanent `bad_input` or `bad_output` where the schemas do not fit, and whatever the work throws */
  run: (input: unknown, context: RunContext & Services) => Promise<unknown>;
  undo: (input: unknown, output: unknown, context: RunContext & Services) => Promise<void>;
};

/** Promise logic that XState can invoke in memory, carrying the definition that the durable runtime runs. */
export type DurableActor<Services, Input = unknown, Output = unknown> = PromiseActorLogic<Output, Input> & {
  readonly durable: ActorDefinition<Services, Input, Output>;
  readonly performable: Performable<Services>;
};

/** Gives a `defineActor` that is typed for one application's services. */
export function actorFor<Services>() {
  return function defineActor<Input, Output>(
    definition: ActorDefinition<Services, Input, Output>,
  ): DurableActor<Services, Input, Output> {
    const inMemory = fromPromise<Output, Input>(() =>
      Promise.reject(new Error('run this actor through the durable runtime, or provide it with its services')),
    );
    return Object.assign(inMemory, { durable: definition, performable: performable(definition) });
  };
}

function performable<Services, Input, Output>(
  definition: ActorDefinition<Services, Input, Output>,
): Performable<Services> {
  const keyed = (input: Input, context: RunContext & Services) => {
    return { ...context, key: definition.key?.(input, context.commandId) ?? context.commandId };
  };
  return {
    refusals: definition.refusals ?? [],
    retry: definition.retry,
    undoes: definition.undo !== undefined,
    async run(raw, context) {
      const input = parseOr('bad_input', definition.input, raw);
      return parseOr('bad_output', definition.output, await definition.run(input, keyed(input, context)));
    },
    async undo(raw, rawOutput, context) {
      const input = parseOr('bad_input', definition.input, raw);
      const output = rawOutput === undefined ? undefined : parseOr('bad_output', definition.output, rawOutput);
      await definition.undo?.(input, output, keyed(input, context));
    },
  };
}

function parseOr<T>(code: 'bad_input' | 'bad_output', schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Permanent(code, `${code} at ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}
