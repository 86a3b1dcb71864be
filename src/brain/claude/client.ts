// One request to the Messages API, with what every request needs: a bounded wait, few retries, a circuit breaker,
// and its tokens counted. Whatever goes wrong comes out as a ClaudeFailure, but for an abort by the caller.
import Anthropic, { APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import { z } from 'zod';
import { ClaudeFailure } from './failure.ts';

/** `baseUrl` null is Anthropic's own. */
export type ClaudeOptions = { apiKey: string; baseUrl: string | null; model: string };

export type ClaudeRequest = Omit<Anthropic.MessageCreateParamsNonStreaming, 'model'>;

/** Tokens of one request; `inputTokens` counts everything read, of which `cachedTokens` came from the prompt cache. */
export type Tokens = { inputTokens: number; cachedTokens: number; outputTokens: number };

export type ClaudeClient = {
  /**
   * Throws ClaudeFailure, or the signal's reason when `signal` fired.
   * @param heard is told the text of the answer as far as it has come, again and again while it comes; must not throw
   */
  ask(
    request: ClaudeRequest,
    signal: AbortSignal,
    heard?: (text: string) => void,
  ): Promise<{ message: Anthropic.Message; tokens: Tokens }>;
};

const RETRIES_MAX = 1;
const FAILURES_BEFORE_OPEN = 5;
const OPEN_FOR_MS = 30_000;
const ANTHROPIC_URL = 'https://api.anthropic.com';

const Count = z.int().nonnegative();
const Block = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.looseObject({ type: z.string().refine((type) => type !== 'text' && type !== 'tool_use') }),
]);
/** What is read of a message. Anthropic's client takes whatever came with status 200 for one. */
const Readable = z.looseObject({
  content: z.array(Block),
  usage: z.looseObject({
    input_tokens: Count,
    output_tokens: Count,
    cache_creation_input_tokens: Count.nullish(),
    cache_read_input_tokens: Count.nullish(),
  }),
});

/** Anthropic's own client. The key and address are given here and never read from the environment. */
export function openAnthropic({ apiKey, baseUrl }: Omit<ClaudeOptions, 'model'>, maxRetries: number): Anthropic {
  return new Anthropic({ apiKey, authToken: null, baseURL: baseUrl ?? ANTHROPIC_URL, maxRetries, logLevel: 'off' });
}

export function createClaudeClient(options: ClaudeOptions): ClaudeClient {
  const { model } = options;
  const anthropic = openAnthropic(options, RETRIES_MAX);
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: OPEN_FOR_MS,
    breaker: new ConsecutiveBreaker(FAILURES_BEFORE_OPEN),
  });
  return {
    ask: async (request, signal, heard) => {
      const asked = { ...request, model };
      const message = await guarded(breaker, signal, () =>
        heard === undefined
          ? anthropic.messages.create(asked, { signal })
          : anthropic.messages
              .stream(asked, { signal })
              .on('text', (_delta, text) => heard(text))
              .finalMessage(),
      );
      if (!isReadable(message)) throw new ClaudeFailure('unreadable');
      return { message, tokens: tokensOf(message.usage) };
    },
  };
}

// Of a stream, a tool's input is only put together when it is read, which throws where its parts make no JSON.
function isReadable(message: unknown): boolean {
  try {
    return Readable.safeParse(message).success;
  } catch {
    return false;
  }
}

// What says nothing of Claude's health must not open the circuit: our own abort, and a request that is our fault alone.
function isOutage(error: Error): boolean {
  if (error instanceof APIUserAbortError) return false;
  return !(error instanceof APIError && (error.status === 400 || error.status === 413));
}

async function guarded<T>(breaker: CircuitBreakerPolicy, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  try {
    return await breaker.execute(request);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BrokenCircuitError) throw new ClaudeFailure('resting');
    throw new ClaudeFailure('unavailable', { cause: error });
  }
}

function tokensOf(usage: Anthropic.Usage): Tokens {
  const cachedTokens = usage.cache_read_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + cachedTokens,
    cachedTokens,
    outputTokens: usage.output_tokens,
  };
}
