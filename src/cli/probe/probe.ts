// One probe from outside: the synthetic customer texts by the signed webhook, waits to be answered, and is forgotten.
import { setTimeout as pause } from 'node:timers/promises';
import { PROBE_PHONE } from '../../channels/probe.ts';
import { smobiSignature } from '../../web/smobi-signature.ts';
import { ProbeState } from '../../web/wire/probe.ts';

export type ProbeOptions = {
  url: string;
  /** The shop's number, E.164. */
  to: string;
  secret: string;
  /** What the customer says. */
  text: string;
  /** How long an answer may take. */
  patienceMs: number;
  now: () => number;
  newId: () => string;
};

/** `acceptedMs`: until the text was committed. `answeredMs`: until a bubble was handed over, by the shop's own clock. */
export type ProbeResult = {
  at: string;
  ok: boolean;
  acceptedMs: number | null;
  answeredMs: number | null;
  forgotten: boolean;
  trouble: string | null;
};

const LOOK_MS = 250;
const REQUEST_MAX_MS = 10_000;

/** Never rejects: what went wrong is in the result. */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const startedMs = options.now();
  const result: ProbeResult = {
    at: new Date(startedMs).toISOString(),
    ok: false,
    acceptedMs: null,
    answeredMs: null,
    forgotten: false,
    trouble: null,
  };
  try {
    await ask(options, { act: 'forget', to: options.to }); // what a probe that was killed left behind
    const textedMs = options.now();
    await post(options, '/webhook/sms', textOf(options));
    result.acceptedMs = options.now() - textedMs;
    result.answeredMs = await answered(options, textedMs);
  } catch (error) {
    result.trouble = troubleOf(error);
  }
  result.forgotten = await forgotten(options);
  result.trouble ??= result.answeredMs === null ? 'no answer' : result.forgotten ? null : 'not forgotten';
  return { ...result, ok: result.trouble === null };
}

async function answered(options: ProbeOptions, textedMs: number): Promise<number | null> {
  while (options.now() - textedMs < options.patienceMs) {
    const { answeredMs } = await ask(options, { act: 'look', to: options.to });
    if (answeredMs !== null) return answeredMs;
    await pause(LOOK_MS);
  }
  return null;
}

async function forgotten(options: ProbeOptions): Promise<boolean> {
  try {
    await ask(options, { act: 'forget', to: options.to });
    return (await ask(options, { act: 'look', to: options.to })).texts === 0;
  } catch {
    return false;
  }
}

function textOf({ to, text, now, newId }: ProbeOptions): object {
  const timestamp = new Date(now()).toISOString();
  return { message_id: `probe-${newId()}`, from: PROBE_PHONE, to, message: text, message_type: 'sms', timestamp };
}

async function ask(options: ProbeOptions, body: object): Promise<ProbeState> {
  return ProbeState.parse(await (await post(options, '/webhook/probe', body)).json());
}

async function post({ url, secret }: ProbeOptions, path: string, content: object): Promise<Response> {
  const body = JSON.stringify(content);
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-smobi-signature': smobiSignature(secret, Buffer.from(body)) },
    body,
    signal: AbortSignal.timeout(REQUEST_MAX_MS),
  });
  if (!response.ok) throw new Refused(response.status);
  return response;
}

class Refused extends Error {
  constructor(readonly status: number) {
    super(`answered ${status}`);
  }
}

function troubleOf(error: unknown): string {
  if (error instanceof Refused && error.status === 401) return 'SMOBI_WEBHOOK_SECRET is not the one of that server';
  if (error instanceof Refused) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return 'no response in time';
  return error instanceof TypeError ? 'nobody answers at that address' : 'what answers there is not Marty';
}
