// The staff API as the pages use it: every answer is parsed with the server's own schema, so that page and API cannot drift.
// A refusal keeps the sentence that the server gave; what cannot be reached says so.
import { z } from 'zod';
import { words } from './words.ts';

/** The server was reached and said no; the message may be shown. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    message: string,
    readonly status: number,
    readonly correlationId: string,
    /** In seconds; null where the server did not say. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** Nobody answered, or not to the end. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The server answered what this build of the page does not understand. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Api = {
  /** Reads; rejects with `Refused`, `Unreachable`, `Unreadable`, or an AbortError. */
  get<Schema extends z.ZodType>(path: string, schema: Schema, options?: Reading): Promise<z.output<Schema>>;
  /** Changes; the answer is parsed where a schema is given. The same `key` twice is one change where the API knows keys. */
  send<Schema extends z.ZodType>(change: Change<Schema>): Promise<z.output<Schema>>;
  /** Sends a CSV and tells each line of the answer as it comes. */
  sendFile<Schema extends z.ZodType>(
    path: string,
    csv: Blob,
    line: Schema,
    told: (line: z.output<Schema>) => void,
  ): Promise<void>;
};
type Reading = { query?: Query; signal?: AbortSignal };
export type Change<Schema extends z.ZodType> = {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  schema: Schema;
  key?: string;
};

const TIMEOUT_MS = 20_000;
const Refusal = z.object({ detail: z.string(), correlationId: z.string().default('') });
/** For answers without a body, or whose body nobody reads. */
export const Whatever = z.unknown();

/** `onStranger` hears of every 401: the session is over. An answer that is not there whole after `timeoutMs` is none. */
export function createApi(onStranger: () => void, timeoutMs = TIMEOUT_MS): Api {
  const call = async <Schema extends z.ZodType>(
    path: string,
    asked: RequestInit,
    schema: Schema,
    left?: AbortSignal,
  ) => {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(left ? [left] : [])]);
    const response = await arrived(reach(path, { ...asked, signal }), left);
    if (response.status === 401 && !path.startsWith('/api/session')) onStranger();
    if (!response.ok) throw await refusalOf(response);
    const body: unknown = response.status === 204 ? null : await arrived(response.json(), left);
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw new Unreadable(words.problems.unreadable, { cause: parsed.error });
    return parsed.data;
  };
  return {
    get: (path, schema, { query = {}, signal } = {}) => call(withQuery(path, query), {}, schema, signal),
    send: ({ method, path, body, schema, key }) => {
      const headers = {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      };
      const content = body === undefined ? null : JSON.stringify(body);
      return call(path, { method, headers, body: content }, schema);
    },
    sendFile: async (path, csv, line, told) => {
      const asked = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csv };
      const response = await arrived(reach(path, asked));
      if (!response.ok) throw await refusalOf(response);
      for await (const text of linesOf(response)) told(line.parse(JSON.parse(text)));
    },
  };
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const next = () => reader && arrived(reader.read());
  for (let piece = await next(); piece && !piece.done; piece = await next()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '') yield rest;
}

const reach = (path: string, init: RequestInit) => fetch(path, { credentials: 'same-origin', ...init });

// Browsers call it an abort, too, when time runs out in the middle of an answer: only a page that left has aborted anything.
async function arrived<Value>(work: Promise<Value>, left?: AbortSignal): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    left?.throwIfAborted();
    if (error instanceof SyntaxError) throw new Unreadable(words.problems.unreadable, { cause: error });
    throw new Unreachable(words.problems.unreachable, { cause: error });
  }
}

async function refusalOf(response: Response): Promise<Refused> {
  const problem = Refusal.safeParse(await response.json().catch(() => null));
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  const { detail, correlationId } = problem.data ?? {
    detail: words.problems.status(response.status),
    correlationId: '',
  };
  return new Refused(detail, response.status, correlationId, Number.isFinite(after) ? after : null);
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? path : `${path}?${search}`;
}

/** Whether an error is a page's own doing: it was left, or asked something newer. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What to show of an error. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : words.problems.unknown;
}
