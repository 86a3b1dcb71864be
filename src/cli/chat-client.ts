// The simulator's API as `marty chat` uses it: text Marty, and see what has come since.
import { ProblemBody } from '../web/wire/common.ts';
import { SimulatorTranscript } from '../web/wire/messages.ts';
import { ChatError } from './plain-errors.ts';

const PATH = '/api/simulator/messages';
const TIMEOUT_MS = 10_000;

export type ChatClient = {
  /** Resolves once the text is committed. */
  send(text: string): Promise<void>;
  /** Everything after the item with the id `after`, oldest first. */
  read(after: string | undefined): Promise<SimulatorTranscript>;
};

/** @param url where the server runs, such as `http://localhost:8080` */
export function chatClient(url: string, phone: string): ChatClient {
  const call = async (path: string, init: RequestInit = {}) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(new URL(path, url), { ...init, signal }).catch(() => {
      throw new ChatError(`No Marty answers at ${url}. Start one with: npm start`);
    });
    if (response.ok) return response;
    throw new ChatError(await sentenceOf(response, url));
  };
  return {
    send: async (text) => {
      const headers = { 'content-type': 'application/json' };
      await call(PATH, { method: 'POST', headers, body: JSON.stringify({ from: phone, text }) });
    },
    read: async (after) => {
      const query = new URLSearchParams({ phone, ...(after !== undefined && { after }) });
      const answer = SimulatorTranscript.safeParse(await (await call(`${PATH}?${query}`)).json().catch(() => null));
      if (!answer.success) throw new ChatError(`What answers at ${url} is not Marty.`);
      return answer.data;
    },
  };
}

async function sentenceOf(response: Response, url: string): Promise<string> {
  const problem = ProblemBody.safeParse(await response.json().catch(() => null));
  if (!problem.success) return `What answers at ${url} is not Marty (${response.status}).`;
  if (response.status === 404) return `The Marty at ${url} has its simulator off; set ENABLE_SIMULATOR=1.`;
  return `Marty refused: ${problem.data.detail}`;
}
