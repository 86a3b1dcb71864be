// One attempt at one command: input in, outcome out. Decides alone what is a refusal, what can never work, and what to try again.
import { Permanent, Refusal } from './define-actor.ts';
import type { ActorDefinition, RetryPolicy, RunContext } from './define-actor.ts';
import type { Outcome } from './cause.ts';
import type { Claim } from './claims.ts';
import type { Vault } from './vault.ts';
import { z } from 'zod';

/** An outcome to tell, or `again`: it broke down and may be tried once more. */
export type Performed = Outcome | { status: 'again'; error: unknown };

export const DEFAULT_RETRY: Required<RetryPolicy> = { attemptsMax: 5, backoffMs: 500, backoffMaxMs: 60_000, timeoutMs: 60_000 };

export type AnyDefinition = ActorDefinition<object, unknown, unknown>;

export type PerformDeps = { vault: Vault; services: object; now: () => number };

const UndoInput = z.object({ commandId: z.string(), input: z.unknown(), output: z.unknown().optional() });

/** Runs a claimed command. Never throws. @param signal fires when the command was cancelled or the process stops */
export async function perform(deps: PerformDeps, definition: AnyDefinition, claim: Claim, signal: AbortSignal): Promise<Performed> {
  const { vault } = deps;
  if (!claim.dataKey) return { status: 'failed', code: 'rejected' }; // the actor was forgotten
  const { timeoutMs } = { ...DEFAULT_RETRY, ...definition.retry };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const input: unknown = JSON.parse(vault.open(claim.dataKey, claim.input));
    if (claim.kind === 'undo') return await takeBack(deps, definition, claim, claim.dataKey, UndoInput.parse(input), bounded);
    const parsed = parseOr('bad_input', definition.input, input);
    const context = contextFor(deps, definition, claim, claim.dataKey, claim.id, parsed, bounded);
    const output = parseOr('bad_output', definition.output, await beforeAbort(definition.run(parsed, context), bounded));
    return { status: 'done', output };
  } catch (error) {
    return judge(error, definition);
  }
}

async function takeBack(
  deps: PerformDeps,
  definition: AnyDefinition,
  claim: Claim,
  dataKey: Buffer,
  { commandId, input, output }: z.infer<typeof UndoInput>,
  signal: AbortSignal,
): Promise<Performed> {
  const parsed = parseOr('bad_input', definition.input, input);
  await definition.undo?.(parsed, output, contextFor(deps, definition, claim, dataKey, commandId, parsed, signal));
  return { status: 'done', output: null };
}

function judge(error: unknown, definition: AnyDefinition): Performed {
  if (error instanceof Refusal) {
    if (definition.refusals?.includes(error.code)) return { status: 'refused', code: error.code, data: error.data };
    return { status: 'failed', code: 'bad_output' };
  }
  if (error instanceof Permanent) return { status: 'failed', code: error.code };
  return { status: 'again', error };
}

function parseOr<T>(code: 'bad_input' | 'bad_output', schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Permanent(code, `${code} at ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

function contextFor(
  deps: PerformDeps,
  definition: AnyDefinition,
  claim: Claim,
  dataKey: Buffer,
  commandId: string,
  input: unknown,
  signal: AbortSignal,
): RunContext & { key: string } {
  const id = claim.addressSealed ? deps.vault.openShared(claim.addressSealed) : claim.actorKey;
  return {
    ...deps.services,
    commandId,
    key: definition.key?.(input, commandId) ?? commandId,
    attempt: claim.attempt,
    storeId: claim.storeId,
    actor: { key: claim.actorKey, machine: claim.machine, id: `${claim.machine}:${id}` },
    dataKey,
    signal,
    now: deps.now,
    refuse: (code, data) => {
      throw new Refusal(code, data ?? null);
    },
  };
}

// Work that ignores its signal must not hold its worker: the race ends with the abort, the work's own end is no longer heard.
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The wait before the next attempt (ms), with jitter. @param failures breakdowns so far, from 1 */
export function backoffMs(retry: RetryPolicy | undefined, failures: number, jitter: number): number {
  const { backoffMs: first, backoffMaxMs } = { ...DEFAULT_RETRY, ...retry };
  return Math.round(Math.min(first * 2 ** (failures - 1), backoffMaxMs) * (0.75 + jitter / 2));
}
