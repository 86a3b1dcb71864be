// One HTTP request to a book source. Whatever goes wrong comes out as a SourceTrouble, but for an abort by the caller.
import { SourceTrouble } from './source.ts';

const ANSWER_BYTES_MAX = 2_000_000;

/** The parsed body of a 2xx answer. @throws SourceTrouble, or the reason of `signal` */
export async function askJson(url: string, init: RequestInit, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, signal, redirect: 'error' });
    if (!response.ok) throw troubleOf(response);
    return parsed(await boundedText(response));
  } catch (error) {
    if (error instanceof SourceTrouble) throw error;
    signal.throwIfAborted();
    throw new SourceTrouble('unavailable', null, { cause: error });
  }
}

function troubleOf({ status, headers }: Response): SourceTrouble {
  if (status === 429) return new SourceTrouble('limited', waitMs(headers));
  if (status === 401 || status === 403) return new SourceTrouble('unauthorised');
  return new SourceTrouble('unavailable', status === 503 ? waitMs(headers) : null);
}

// `Retry-After` in seconds; dates are not used by the sources we know.
function waitMs(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

async function boundedText(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > ANSWER_BYTES_MAX) throw new SourceTrouble('malformed');
  }
  return text + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SourceTrouble('malformed', null, { cause: error });
  }
}
