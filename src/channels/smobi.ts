// Smobi, outbound: one POST a bubble. The reference makes a repeated POST harmless; what Smobi says decides what is tried again.
import { z } from 'zod';
import { SendFailed } from './channel.ts';
import type { Channel, SendRequest, SendResult } from './channel.ts';
import { fateOfStatus, notAnswered } from './http-failure.ts';

export type SmobiOptions = {
  /** `SMOBI_API_URL`, with or without a slash at its end. */
  apiUrl: string;
  apiKey: string;
  /** `SMOBI_FROM`, E.164: for stores that have no number of their own. */
  from: string;
  /** Default 10,000. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const Accepted = z.object({ message_id: z.string().min(1) });
/** The channel `smobi`: 429 and 5xx and timeouts are tried again, any other refusal is final. */
export function smobiChannel(options: SmobiOptions): Channel {
  return {
    name: 'smobi',
    honoursReference: true,
    send: async (request) => accepted(await post(options, request)),
  };
}

async function post(options: SmobiOptions, request: SendRequest): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(`${options.apiUrl.replace(/\/+$/, '')}/messages`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(wireBody(options, request)),
      signal: AbortSignal.any([request.signal, timeout]),
    });
  } catch (error) {
    throw notAnswered(error, timeout.aborted);
  }
}

/** Answers to tap need RCS. Cards it has none of: the text says the same. */
function wireBody(options: SmobiOptions, { from, to, text, reference, suggestions, rich }: SendRequest) {
  const taps = rich && suggestions.length > 0;
  return {
    from: from ?? options.from,
    to,
    message: text,
    message_type: rich ? 'rcs' : 'sms',
    reference,
    ...(taps && { suggestions }),
  };
}

async function accepted(response: Response): Promise<SendResult> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new SendFailed(fateOfStatus(response.status), `http_${response.status}`);
  }
  const body = Accepted.safeParse(await response.json().catch(() => null));
  if (!body.success) throw new SendFailed('unknown', 'unreadable_answer');
  return { providerId: body.data.message_id, status: 'sent' };
}
