// `marty probe`: is the shop answering? A synthetic customer finds out, for cron jobs and monitors: exit code, latency, JSON.
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../config.ts';
import { probe } from '../probe/probe.ts';
import type { ProbeResult } from '../probe/probe.ts';
import { UsageError } from '../plain-errors.ts';

export type ProbeFlags = {
  url?: string;
  to?: string;
  text: string;
  patience: string;
  every?: string;
  json?: true;
};

/** Any number that the lone shop of a database answers. */
const SOME_PHONE = '+12015550100';
const EVERY = /^(\d+(?:\.\d+)?)(s|m)?$/;

/** Exit code 0 when the last probe was answered and forgotten in time, 1 otherwise. With `every`, until Ctrl-C. */
export async function runProbe(flags: ProbeFlags): Promise<void> {
  const { config, secrets } = loadConfig();
  const secret = secrets.smobiWebhookSecret;
  if (secret === null)
    throw new UsageError('SMOBI_WEBHOOK_SECRET must be the one of the server: the probe signs its text as Smobi does.');
  const options = {
    url: flags.url ?? config.publicUrl,
    to: flags.to ?? config.store.phone ?? SOME_PHONE,
    secret,
    text: flags.text,
    patienceMs: msOf('--patience', flags.patience),
    now: Date.now,
    newId: () => crypto.randomUUID(),
  };
  if (!URL.canParse(options.url))
    throw new UsageError(`"${options.url}" is not an address, such as http://localhost:8080.`);
  const everyMs = flags.every === undefined ? null : msOf('--every', flags.every);
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort()).once('SIGTERM', () => ended.abort());
  do {
    const result = await probe(options);
    console.log(flags.json ? JSON.stringify(result) : sentenceOf(result));
    process.exitCode = result.ok ? 0 : 1;
  } while (everyMs !== null && (await pause(everyMs, true, { signal: ended.signal }).catch(() => false)));
}

function msOf(flag: string, words: string): number {
  const [, amount, unit] = EVERY.exec(words) ?? [];
  const ms = Number(amount) * (unit === 'm' ? 60_000 : 1000);
  if (ms >= 1000 && ms <= 86_400_000) return ms;
  throw new UsageError(`${flag} must be a time such as 60s or 5m, at least a second, and was "${words}".`);
}

function sentenceOf({ at, ok, acceptedMs, answeredMs, trouble }: ProbeResult): string {
  const times = `accepted in ${acceptedMs ?? '–'} ms, answered in ${answeredMs ?? '–'} ms`;
  return `${at}  ${ok ? 'ok' : `FAILED: ${trouble}`}  ${times}`;
}
