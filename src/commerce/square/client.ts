// The one way to Square: each call has a bounded wait, no retry of its own (the queue retries, under the same key), a
// circuit breaker around all of them, and an answer that is checked before anybody sees it.
import { setTimeout as pause } from 'node:timers/promises';
import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { SquareClient, SquareEnvironment } from 'square';
import type { z } from 'zod';
import { failureOf } from './failures.ts';
import { SquareTrouble } from './trouble.ts';
import { unheard } from './unheard.ts';

/** How long a call may take in all (default 8,000 ms), and Square is left alone after too many failures (20,000 ms). */
export type SquarePatience = { timeoutMs?: number; restMs?: number };

/** `baseUrl` null is Square's own of that environment. `room`: takes the next call's place in our own limit: how long until then (ms). */
export type SquareOptions = SquarePatience & {
  accessToken: string;
  environment: 'sandbox' | 'production';
  baseUrl: string | null;
  room?: () => Promise<number>;
};

export type SquareRequest = (square: SquareClient, options: { abortSignal: AbortSignal }) => PromiseLike<unknown>;

export type SquareDesk = {
  /** Throws `TillRefused` where no retry helps, `SquareTrouble` where one may, or the signal's reason. */
  ask<Answer>(schema: z.ZodType<Answer>, request: SquareRequest, signal?: AbortSignal): Promise<Answer>;
};

const TIMEOUT_MS = 8_000;
const FAILURES_BEFORE_REST = 5;
const REST_MS = 20_000;

/** Token and address are given here and never read from the environment. */
export function createSquareDesk({
  accessToken,
  environment,
  baseUrl,
  timeoutMs = TIMEOUT_MS,
  restMs = REST_MS,
  room = () => Promise.resolve(0),
}: SquareOptions): SquareDesk {
  const host = environment === 'production' ? SquareEnvironment.Production : SquareEnvironment.Sandbox;
  const square = new SquareClient({ token: accessToken, baseUrl: baseUrl ?? host, maxRetries: 0 });
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: restMs,
    breaker: new ConsecutiveBreaker(FAILURES_BEFORE_REST),
  });
  return {
    async ask(schema, request, signal) {
      signal?.throwIfAborted();
      await takePlace(room, signal);
      try {
        return await breaker.execute(() => answerOf(schema, (options) => request(square, options), timeoutMs, signal));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new SquareTrouble('resting') : error;
      }
    },
  };
}

// A call that would wait too long says so to its queue, which tries again later.
async function takePlace(room: () => Promise<number>, signal: AbortSignal | undefined): Promise<void> {
  const waitMs = await room();
  if (waitMs === Infinity) throw new SquareTrouble('rate_limited');
  if (waitMs > 0) await pause(waitMs, undefined, signal ? { signal } : {});
}

async function answerOf<Answer>(
  schema: z.ZodType<Answer>,
  request: (options: { abortSignal: AbortSignal }) => PromiseLike<unknown>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const abortSignal = signal ? AbortSignal.any([signal, late]) : late;
    return schema.parse(await unheard(async () => request({ abortSignal })));
  } catch (error) {
    signal?.throwIfAborted();
    throw failureOf(error);
  }
}

// Our own abort, a request that is our fault and a conflict say nothing of Square's health.
function isOutage(error: Error): boolean {
  return error instanceof SquareTrouble && error.code !== 'conflict' && error.code !== 'bad_answer';
}
