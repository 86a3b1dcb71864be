// One attempt at one command: input in, outcome out. Decides alone what is a refusal, what can never work, and what to try again.
import { NotYet, Permanent, Refusal } from './define-actor.ts';
import type { Performable, RetryPolicy, RunContext } from './define-actor.ts';
import type { Outcome } from './cause.ts';
import type { Claim } from './claims.ts';
import type { Vault } from './vault.ts';
import { within } from './clock.ts';
import type { Clock } from './clock.ts';
import { z } from 'zod';
import type { AnyEventObject } from 'xstate';
import type { Settled } from './item.ts';

/** An outcome to tell, or `again`: it broke down and may be tried once more, or `later`: it asked for another time itself. */
export type Performed = Outcome | { status: 'again'; error: unknown } | { status: 'later'; atMs: number };

export const DEFAULT_RETRY: Required<RetryPolicy> = {
  attemptsMax: 5,
  backoffMs: 500,
  backoffMaxMs: 60_000,
  timeoutMs: 60_000,
};

export type PerformDeps<Services> = {
  vault: Vault;
  services: Services;
  clock: Clock;
  /** Brings what a command tells into its actor. @param n which telling of this attempt it is, from 0 */
  tell: (claim: Claim, event: AnyEventObject, n: number) => Promise<Settled>;
};

const UndoInput = z.object({ commandId: z.string(), input: z.unknown(), output: z.unknown().optional() });

/** Runs a claimed command. Never throws. @param controller aborted when the command was cancelled, the process stops, or time is up */
export async function perform<Services>(
  deps: PerformDeps<Services>,
  actor: Performable<Services>,
  claim: Claim,
  controller: AbortController,
): Promise<Performed> {
  const { vault } = deps;
  if (!claim.dataKey) return { status: 'failed', code: 'rejected' }; // the actor was forgotten
  const { timeoutMs } = { ...DEFAULT_RETRY, ...actor.retry };
  const { dataKey } = claim;
  if (controller.signal.aborted) return { status: 'again', error: controller.signal.reason }; // before it began: nothing begins
  try {
    const input: unknown = JSON.parse(vault.open(dataKey, claim.input));
    const work = claim.kind === 'undo' ? takeBack : take;
    const { signal } = controller;
    const output = await within(deps.clock, timeoutMs, controller, () =>
      beforeAbort(work(deps, actor, claim, dataKey, input, signal), signal),
    );
    return { status: 'done', output };
  } catch (error) {
    return judge(error, actor.refusals);
  }
}

type Work = <Services>(
  deps: PerformDeps<Services>,
  actor: Performable<Services>,
  claim: Claim,
  dataKey: Buffer,
  input: unknown,
  signal: AbortSignal,
) => Promise<unknown>;

const take: Work = (deps, actor, claim, dataKey, input, signal) => {
  return actor.run(input, { ...deps.services, ...contextFor(deps, actor.retry, claim, dataKey, claim.id, signal) });
};

const takeBack: Work = async (deps, actor, claim, dataKey, undone, signal) => {
  const { commandId, input, output } = UndoInput.parse(undone);
  await actor.undo(input, output, {
    ...deps.services,
    ...contextFor(deps, actor.retry, claim, dataKey, commandId, signal),
  });
  return null;
};

function judge(error: unknown, refusals: readonly string[]): Performed {
  if (error instanceof Refusal) {
    if (refusals.includes(error.code)) return { status: 'refused', code: error.code, data: error.data };
    return { status: 'failed', code: 'bad_output' };
  }
  if (error instanceof NotYet) return { status: 'later', atMs: error.atMs };
  if (error instanceof Permanent) return { status: 'failed', code: error.code };
  return { status: 'again', error };
}

function contextFor(
  { vault, clock, tell }: PerformDeps<unknown>,
  retry: RetryPolicy | undefined,
  claim: Claim,
  dataKey: Buffer,
  commandId: string,
  signal: AbortSignal,
): RunContext {
  const { actorKey: key, machine, addressSealed } = claim;
  let told = 0;
  return {
    commandId,
    attempt: claim.attempt,
    isLastAttempt: claim.failures + 1 >= { ...DEFAULT_RETRY, ...retry }.attemptsMax,
    storeId: claim.storeId,
    actor: {
      key,
      machine,
      get id() {
        return `${machine}:${addressSealed ? vault.openShared(addressSealed) : key}`; // few ask
      },
    },
    dataKey,
    signal,
    now: clock.now,
    tell: async (event) => tell(claim, event, told++),
    refuse: (code, data) => {
      throw new Refusal(code, data ?? null);
    },
  };
}

// Work that ignores its signal must not hold its worker: the race ends with the abort, the work's own end is no longer heard.
// The listener stays when the work ends first: the signal is this attempt's own and goes with it.
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** The wait before the next attempt (ms), with jitter. @param failures breakdowns so far, from 1 */
export function backoffMs(retry: RetryPolicy | undefined, failures: number, jitter: number): number {
  const { backoffMs: first, backoffMaxMs } = { ...DEFAULT_RETRY, ...retry };
  return Math.round(Math.min(first * 2 ** (failures - 1), backoffMaxMs) * (0.75 + jitter / 2));
}
