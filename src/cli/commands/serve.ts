// `marty start`, `marty web`, `marty worker`: the same process with one part or both.
import { trace } from '@opentelemetry/api';
import pino from 'pino';
import type { Logger } from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import { SERVING } from '../backup/closed.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config/config.ts';
import { accountsOf } from '../shop/accounts/of-shop.ts';
import { openDoors } from '../shop/open-doors.ts';
import { openShop } from '../shop/open-shop.ts';
import type { Parts, Shop } from '../shop/open-shop.ts';
import { watchExpiry } from '../shop/tend-books.ts';
import { watchStores } from '../shop/watch-stores.ts';
import { startHousekeeping } from '../shop/work.ts';
import { prepare } from './prepare.ts';

export type Role = 'all' | 'web' | 'worker';

const GRACE_MS = 10_000;
/** Less than the 30 s after which an orchestrator kills (ms). */
const LEAVE_MAX_MS = 25_000;

/**
 * Serves until SIGINT or SIGTERM; then finishes what was accepted, at most about 30 s, and leaves. A second signal leaves at once.
 * @param parts what a build of another age has in place of this one's
 */
export async function serve(role: Role, parts: Partial<Parts> = {}): Promise<void> {
  const { config, secrets } = loadConfig();
  const log = logger(config);
  const say = role === 'all' ? (line: string) => console.log(line) : (line: string) => log.info(line);
  if (role === 'all') await prepare(config, say);
  const shop = await openShop(config, secrets, log, { ...parts, name: SERVING });
  const stops = [watchStores(shop)];
  const { registry } = shop.telemetry;
  collectDefaultMetrics({ register: registry });
  const stopExport = config.otlp && (await (await import('../telemetry/otlp.ts')).startExport(config.otlp, registry));
  if (role !== 'web') {
    shop.runtime.startWork();
    stops.push(startHousekeeping(shop), watchExpiry(shop));
  }
  if (role !== 'worker') {
    shop.runtime.startTimers();
    const doors = await openDoors(shop);
    stops.push(() => doors.close(GRACE_MS));
    if (role === 'all') announce(config, doors.port, await consolePath(shop), say);
  }
  log.info({ role, queue: shop.carrier.backend }, 'ready');
  await signalled();
  say('Closing the shop …');
  leaveAfter(LEAVE_MAX_MS, log);
  for (const stop of stops.reverse()) await stop();
  await shop.close(GRACE_MS);
  await stopExport?.();
}

// A connection that the network swallowed never says that it is closed. What was accepted is committed, what ran is delivered again.
function leaveAfter(ms: number, log: Logger): void {
  const leave = () => {
    log.warn('something did not close: leaving without it');
    process.exit(0);
  };
  setTimeout(leave, ms).unref(); // what closes in time is not waited for
}

function logger({ logLevel, mode }: Config): Logger {
  if (mode !== 'development') return pino({ level: logLevel, mixin: traceOfNow });
  const transport = { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } };
  return pino({ level: logLevel === 'info' ? 'warn' : logLevel, transport });
}

/** The trace that a line was written in, while traces are on. */
function traceOfNow(): { traceId?: string } {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === undefined ? {} : { traceId };
}

// Whoever reads this terminal may come in as an admin, once: in development only.
async function consolePath(shop: Shop): Promise<string> {
  if (shop.config.mode !== 'development') return '/console';
  const { accounts, sessions } = accountsOf(shop);
  return `/console/login?token=${await sessions.makeLink(await accounts.developer())}`;
}

function announce(
  { publicUrl, port, simulator, mode }: Config,
  taken: number,
  console: string,
  say: (line: string) => void,
): void {
  const url = taken === port ? publicUrl : `http://localhost:${taken}`;
  const lines = [
    '',
    `  Marty is open for business at ${url}`,
    ...(simulator ? [`    text him            ${url}/phone`, `    or in a terminal    npm exec marty -- chat`] : []),
    `    the staff console   ${url}${console}${mode === 'development' ? '  (works once, for 15 minutes)' : ''}`,
    `    the API             ${url}/docs`,
    '',
    '  Ctrl-C closes the shop; nothing is lost.',
  ];
  for (const line of lines) say(line);
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
