// A Messages API over real HTTP: the wire format, its errors, and whatever can go wrong, switchable per request.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';

/** What the fake reads of a request; the rest is kept as it came. */
const Request = z.looseObject({
  model: z.string(),
  max_tokens: z.number(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.unknown() })),
  system: z.unknown().optional(),
  tools: z
    .array(z.looseObject({ name: z.string(), input_schema: z.looseObject({ type: z.literal('object') }) }))
    .optional(),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
  output_config: z.unknown().optional(),
  stream: z.boolean().optional(),
});
export type FakeRequest = z.infer<typeof Request>;
const Countable = Request.omit({ max_tokens: true });

/**
 * One answer: words, tool calls, or a fault. What happens to words on their way happens where `after` ends in them: `heldUntil`, nothing
 * more comes before that; `cut`, the connection breaks. An answer that is not streamed is all there at its end, or not at all.
 */
export type FakeAnswer =
  | { text: string; stopReason?: string; after?: string; heldUntil?: Promise<unknown>; cut?: boolean }
  | { tools: { name: string; input: unknown }[] }
  | {
      fault:
        | 'overloaded'
        | 'broken'
        | 'rateLimited'
        | 'unauthorised'
        | 'hang'
        | 'cutJson'
        | 'cutConnection'
        | 'refusal'
        | 'maxTokens'
        | 'empty';
    };

/** Answers are taken in order; the last one is given again and again. A function sees the request. */
export type Script = (FakeAnswer | ((request: FakeRequest) => FakeAnswer))[];

export type FakeAnthropic = {
  url: string;
  requests: FakeRequest[];
  /** Headers of each request, beside `requests`. */
  headers: IncomingMessage['headers'][];
  /** Tokens are counted for this key and these models alone; answers are given to anybody. */
  counts: { key: string; models: string[]; fault: number | null };
  /** Requests that are held open by `hang` and were not given up by the client. */
  hanging: () => number;
  answer: (...script: Script) => void;
  /** How long it takes over every answer from now on (ms). */
  think: (ms: number) => void;
  /** How fast it speaks from now on: tokens of four letters a second. */
  speak: (tokensPerSecond: number) => void;
  /** Resolves when a request has come in that nobody was told of yet. */
  nextRequest: () => Promise<FakeRequest>;
  close: () => Promise<void>;
};

/**
 * Starts on a free port of the loopback interface.
 * @param thinkMs how long it takes over every answer
 */
export async function startFakeAnthropic(thinkMs = 0): Promise<FakeAnthropic> {
  const fake = new Fake(thinkMs);
  fake.server.listen(0, '127.0.0.1');
  await once(fake.server, 'listening');
  const address = fake.server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: fake.requests,
    headers: fake.headers,
    counts: fake.counts,
    hanging: () => fake.held.size,
    answer: (...script) => fake.play(script),
    think: (ms) => void (fake.thinkMs = ms),
    speak: (tokensPerSecond) => void (fake.tokenMs = 1000 / tokensPerSecond),
    nextRequest: () => fake.nextRequest(),
    close: () => fake.close(),
  };
}

class Fake {
  readonly requests: FakeRequest[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  readonly counts: FakeAnthropic['counts'] = { key: 'anthropic-test-key', models: ['claude-test'], fault: null };
  readonly held = new Set<ServerResponse>();
  tokenMs = 0;
  readonly server: Server = createServer((request, response) => void this.#serve(request, response));
  #script: Script = [{ fault: 'empty' }];
  #waiting: ((request: FakeRequest) => void)[] = [];

  constructor(public thinkMs: number) {}

  play(script: Script): void {
    this.#script = [...script];
    this.requests.length = 0;
    this.headers.length = 0;
  }

  nextRequest(): Promise<FakeRequest> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    if (incoming.url === '/v1/messages/count_tokens') return this.#count(body, incoming, response);
    const parsed = Request.safeParse(body);
    if (incoming.method !== 'POST' || incoming.url !== '/v1/messages' || !parsed.success) {
      return sendError(response, 400, 'invalid_request_error');
    }
    this.requests.push(parsed.data);
    this.headers.push(incoming.headers);
    const answer = this.#next(parsed.data);
    setTimeout(() => this.#give(answer, parsed.data, response), this.thinkMs);
    for (const tell of this.#waiting.splice(0)) tell(parsed.data);
  }

  #count(body: unknown, { method, headers }: IncomingMessage, response: ServerResponse): void {
    const { key, models, fault } = this.counts;
    const asked = Countable.safeParse(body);
    if (fault !== null) return sendError(response, fault, 'api_error');
    if (headers.authorization !== `Bearer ${key}`) return sendError(response, 401, 'authentication_error');
    if (method !== 'POST' || !asked.success) return sendError(response, 400, 'invalid_request_error');
    if (!models.includes(asked.data.model)) return sendError(response, 404, 'not_found_error');
    send(response, 200, { input_tokens: 8 });
  }

  #next(request: FakeRequest): FakeAnswer {
    const step = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
    if (step === undefined) return { fault: 'empty' };
    return typeof step === 'function' ? step(request) : step;
  }

  #give(answer: FakeAnswer, request: FakeRequest, response: ServerResponse): void {
    if ('fault' in answer) return this.#fail(answer.fault, request, response);
    if ('text' in answer) return void this.#say(answer, request, response);
    const calls = answer.tools.map((tool, index) => ({
      type: 'tool_use',
      id: `toolu_${this.requests.length}_${index}`,
      caller: { type: 'direct' },
      ...tool,
    }));
    sendMessage(response, request, calls, 'tool_use');
  }

  async #say(answer: Words, request: FakeRequest, response: ServerResponse): Promise<void> {
    const { text, stopReason = 'end_turn', after, heldUntil, cut = false } = answer;
    const sofar = after === undefined ? text.length : text.indexOf(after) + after.length;
    if (request.stream) beginStream(response, request, textBlock(''));
    const speak = async (words: string) => {
      for (const token of words.match(/[^]{1,4}/g) ?? []) {
        if (this.tokenMs > 0) await pause(this.tokenMs);
        if (request.stream) sendEvent(response, textDelta(token));
      }
    };
    await speak(text.slice(0, sofar));
    await heldUntil;
    if (cut) return void response.destroy();
    await speak(text.slice(sofar));
    if (request.stream) return endStream(response, stopReason);
    sendMessage(response, request, [textBlock(text)], stopReason);
  }

  #fail(fault: Extract<FakeAnswer, { fault: string }>['fault'], request: FakeRequest, response: ServerResponse): void {
    switch (fault) {
      case 'overloaded':
        return sendError(response, 529, 'overloaded_error');
      case 'broken':
        return sendError(response, 500, 'api_error');
      case 'rateLimited':
        return sendError(response, 429, 'rate_limit_error');
      case 'unauthorised':
        return sendError(response, 401, 'authentication_error');
      case 'hang':
        this.held.add(response);
        response.on('close', () => this.held.delete(response));
        return;
      case 'cutConnection':
        response.destroy();
        return;
      case 'cutJson':
        return sendMessage(response, request, [textBlock('{"act":"customer.asked","bubbles":["so')], 'end_turn');
      case 'maxTokens':
        return sendMessage(response, request, [textBlock('{"act":"customer.asked","bubbles":["so')], 'max_tokens');
      case 'refusal':
        return sendMessage(response, request, [], 'refusal');
      case 'empty':
        return sendMessage(response, request, [], 'end_turn');
    }
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

type Words = Extract<FakeAnswer, { text: string }>;
type Block = { type: string; text: string; citations: null } | { type: string; id: string; input: unknown };

function textBlock(text: string) {
  return { type: 'text', text, citations: null };
}

const REFUSAL = { type: 'refusal', category: null, explanation: null };

/** Tokens of every answer of the fake. */
export const FAKE_USAGE = {
  input_tokens: 100,
  cache_creation_input_tokens: 20,
  cache_read_input_tokens: 1000,
  output_tokens: 50,
};

function sendMessage(response: ServerResponse, request: FakeRequest, content: Block[], stopReason: string): void {
  if (request.stream) return streamMessage(response, request, content, stopReason);
  send(response, 200, messageOf(request, content, stopReason));
}

function messageOf({ model }: FakeRequest, content: Block[], stopReason: string | null) {
  return {
    id: 'msg_fake',
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    stop_details: stopReason === 'refusal' ? REFUSAL : null,
    usage: FAKE_USAGE,
  };
}

// Server-sent events, as the Messages API streams: a message, its blocks one after the other, and how it ended.
function streamMessage(response: ServerResponse, request: FakeRequest, content: Block[], stopReason: string): void {
  beginStream(response, request);
  for (const [index, block] of content.entries()) {
    const input = 'input' in block ? JSON.stringify(block.input) : '';
    const content_block = 'input' in block ? { ...block, input: {} } : block;
    sendEvent(response, { type: 'content_block_start', index, content_block });
    sendEvent(response, {
      type: 'content_block_delta',
      index,
      delta:
        'input' in block ? { type: 'input_json_delta', partial_json: input } : { type: 'text_delta', text: block.text },
    });
    sendEvent(response, { type: 'content_block_stop', index });
  }
  finishStream(response, stopReason);
}

function beginStream(response: ServerResponse, request: FakeRequest, block?: Block): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_fake' });
  sendEvent(response, { type: 'message_start', message: messageOf(request, [], null) });
  if (block) sendEvent(response, { type: 'content_block_start', index: 0, content_block: block });
}

function textDelta(text: string) {
  return { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
}

function endStream(response: ServerResponse, stopReason: string): void {
  sendEvent(response, { type: 'content_block_stop', index: 0 });
  finishStream(response, stopReason);
}

function finishStream(response: ServerResponse, stopReason: string): void {
  const stop_details = stopReason === 'refusal' ? REFUSAL : null;
  const delta = { stop_reason: stopReason, stop_sequence: null, stop_details };
  sendEvent(response, { type: 'message_delta', delta, usage: { output_tokens: FAKE_USAGE.output_tokens } });
  sendEvent(response, { type: 'message_stop' });
  response.end();
}

function sendEvent(response: ServerResponse, event: Record<string, unknown> & { type: string }): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

// `retry-after-ms` keeps the client's own retry from waiting in tests.
function sendError(response: ServerResponse, status: number, type: string): void {
  send(
    response,
    status,
    { type: 'error', error: { type, message: type }, request_id: 'req_fake' },
    { 'retry-after-ms': '1' },
  );
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_fake', ...headers });
  response.end(JSON.stringify(body));
}
