// The figures as running servers tell them: `/health` and `/metrics` of each, asked twice to know what happened between.
import { Health } from '../../web/wire/health.ts';
import { quantile, Scrape } from './exposition.ts';
import type { CommandFigures, Figures, ProviderFigures } from './figures.ts';

const TIMEOUT_MS = 5_000;

/** One look at servers. `atMs`: milliseconds since 1970 (UTC). */
export type Look = { urls: readonly string[]; atMs: number; health: Health; scrape: Scrape };

/** @returns null when the first of the addresses does not answer; rejects for one that is not Marty, or for another that is silent */
export async function look(urls: readonly string[], now: () => number): Promise<Look | null> {
  const first = await ask(urls[0] ?? '', '/health').catch(() => null);
  if (first === null) return null;
  const health = Health.safeParse(await first.json().catch(() => null));
  if (!health.success) throw new Error(`what answers at ${urls[0]} is not Marty`);
  const texts = await Promise.all(urls.map(async (url) => (await ask(url, '/metrics')).text()));
  return { urls, atMs: now(), health: health.data, scrape: Scrape.read(...texts) };
}

function ask(url: string, path: string): Promise<Response> {
  return fetch(new URL(path, url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** Rates are those between the two looks. */
export function figuresOf(before: Look, after: Look): Figures {
  const { scrape } = after;
  const seconds = Math.max((after.atMs - before.atMs) / 1000, 0.001);
  const rise = (name: string, labels?: Record<string, string>) =>
    Math.max(0, scrape.sum(name, labels) - before.scrape.sum(name, labels)); // a server that began anew counts from 0
  const batches = rise('marty_batch_events_count');
  const { status, version, checks } = after.health;
  return {
    at: new Date(after.atMs).toISOString(),
    source: after.urls.join(' '),
    health: { status, version, checks },
    turns: {
      perSecond: rise('marty_turns_total') / seconds,
      p95Seconds: quantile(0.95, 'marty_turn_seconds', before.scrape, scrape),
      batch: batches > 0 ? rise('marty_batch_events_sum') / batches : null,
      laneWaiting: scrape.sum('marty_lane_waiting'),
    },
    ...waiting(scrape),
    commands: commandsIn(scrape),
    providers: providersIn(before.scrape, scrape, seconds),
    conversations: scrape.greatest('marty_conversations', 'state'),
    withStaff: scrape.max('marty_conversations_with_staff'),
    optedOut: scrape.max('marty_customers_opted_out'),
    orders: scrape.greatest('marty_orders', 'state'),
    ...spent(scrape),
  };
}

function waiting(scrape: Scrape): Pick<Figures, 'outbox' | 'timers' | 'bubbles'> {
  return {
    outbox: {
      ageSeconds: scrape.max('marty_outbox_age_seconds'),
      deadLetters: scrape.max('marty_dead_letters'),
      aside: scrape.max('marty_events_aside'),
      inboxWaiting: scrape.max('marty_inbox_waiting'),
    },
    timers: {
      due: scrape.max('marty_timers_due'),
      late: scrape.max('marty_timers_late'),
      held: scrape.sum('marty_timers_held'),
    },
    bubbles: { unsent: scrape.max('marty_bubbles_unsent'), ageSeconds: scrape.max('marty_bubble_age_seconds') },
  };
}

function spent(scrape: Scrape): Pick<Figures, 'sales' | 'tokens' | 'costDollars'> {
  const step = (name: string) => scrape.sum('marty_funnel_total', { step: name });
  const tokens = (kind: string) => scrape.sum('marty_tokens_total', { kind });
  return {
    sales: { texted: step('texted'), ordered: step('ordered'), paid: step('paid') },
    tokens: { input: tokens('input'), cached: tokens('cached'), output: tokens('output') },
    costDollars: scrape.sum('marty_model_cost_dollars_total'),
  };
}

function commandsIn(scrape: Scrape): CommandFigures[] {
  const ended = scrape.values('marty_commands_total', 'name');
  const names = [...new Set([...ended, ...scrape.values('marty_commands_open', 'name')])].sort();
  return names.map((name) => {
    const outcome = (of: string) => scrape.sum('marty_commands_total', { name, outcome: of });
    const statuses = scrape.values('marty_commands_open', 'status');
    const open = statuses.reduce((sum, status) => sum + (scrape.max('marty_commands_open', { name, status }) ?? 0), 0);
    return {
      name,
      open,
      done: outcome('done'),
      refused: outcome('refused'),
      again: outcome('again'),
      failed: outcome('failed'),
    };
  });
}

function providersIn(before: Scrape, after: Scrape, seconds: number): ProviderFigures[] {
  const called = after.values('marty_provider_calls_total', 'provider');
  const names = [...new Set([...called, ...after.values('marty_provider_down', 'provider')])].sort();
  return names.map((provider) => {
    const calls = (scrape: Scrape) => scrape.sum('marty_provider_calls_total', { provider });
    const outcome = (of: string) => after.sum('marty_provider_calls_total', { provider, outcome: of });
    const isResting = (after.max('marty_breaker_open', { provider }) ?? 0) > 0;
    return {
      name: provider,
      isDown: isResting || (after.max('marty_provider_down', { provider }) ?? 0) > 0,
      callsPerSecond: Math.max(0, calls(after) - calls(before)) / seconds,
      failed: outcome('failed') + outcome('resting'),
      p95Seconds: quantile(0.95, 'marty_provider_seconds', before, after, { provider }),
    };
  });
}
