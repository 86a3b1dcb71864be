// What /metrics tells of a shop that was at work, that it is told where a service is down, and that dashboards and alerts
// ask for nothing that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createCheckup } from '../../../src/cli/shop/checkup.ts';
import { createTelemetry } from '../../../src/cli/telemetry/telemetry.ts';
import type { CallOutcome } from '../../../src/cli/telemetry/outside.ts';
import { projectRoot } from '../../../src/cli/project-root.ts';
import { silentLog } from '../../runtime/kit.ts';
import { book } from '../../shop/books.ts';
import { getsLink } from '../../shop/journeys.ts';
import { useShop } from '../../shop/kit.ts';
import { PAID } from '../../shop/lines.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

async function numbers(): Promise<Map<string, number>> {
  const text = await (await fetch(`${shop().url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('/metrics', () => {
  beforeAll(async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, HOBBIT);
    await shop().pays(reader, link);
    await reader.hears(PAID);
    await reader.texts('STOP');
    await reader.hears(/./);
    await shop().rest();
  });

  test('tells of a sale, step by step', async () => {
    const told = await numbers();
    const steps = ['ordered', 'linked', 'paid'].map((step) => told.get(`marty_funnel_total{step="${step}"}`));
    expect(steps).toEqual([1, 1, 1]);
    expect(told.get('marty_funnel_total{step="texted"}')).toBeGreaterThan(4);
    expect(told.get('marty_orders{state="paid"}')).toBe(1);
    expect(told.get('marty_conversations{state="browsing"}')).toBe(1);
    expect(told.get('marty_consents{change="revoked",source="keyword"}')).toBe(1);
    expect(told.get('marty_customers_opted_out')).toBe(1);
  });

  test('tells of turns, commands, bubbles and calls', async () => {
    const told = await numbers();
    expect(told.get('marty_turns_total{machine="order",event="payment.completed"}')).toBe(1);
    expect(told.get('marty_commands_total{name="createPaymentLink",outcome="done",code=""}')).toBe(1);
    expect(told.get('marty_provider_calls_total{provider="till",operation="createLink",outcome="ok"}')).toBe(1);
    expect(told.get('marty_bubbles_total{outcome="delivered",reason=""}')).toBeGreaterThan(4);
    expect(told.get('marty_turn_seconds_count')).toBe(told.get('marty_batch_events_sum'));
    expect(told.get('marty_timer_late_seconds_count')).toBeGreaterThan(3);
    expect(told.get('marty_outbox_age_seconds')).toBe(0);
    expect(told.get('marty_timers_late')).toBe(0);
    expect([told.get('marty_database_up'), told.get('marty_database_embedded')]).toEqual([1, 0]);
  });

  test('has few series, and none that names a customer', async () => {
    const told = await numbers();
    expect(told.size).toBeLessThan(600);
    expect([...told.keys()].filter((series) => /\+?1201555|[0-9a-f]{8}-[0-9a-f]{4}/.test(series))).toEqual([]);
  });
});

describe('an outside service', () => {
  const telemetry = () => createTelemetry(shop().pool, silentLog, Date.now);
  const checks = async () => {
    const { database, carrier, tills, books, providers, config } = shop().shop;
    const claude = { apiKey: 'none', baseUrl: null, prices: null, model: 'none' };
    return createCheckup({ database, carrier, tills, books, providers, config: { ...config, claude } }, Date.now)();
  };
  const call = async ({ outside }: ReturnType<typeof telemetry>, outcome: Exclude<CallOutcome, 'ok'> | 'ok') =>
    outside(
      'claude',
      'message',
      () => (outcome === 'ok' ? Promise.resolve() : Promise.reject(new Error('no'))),
      () => (outcome === 'ok' ? 'failed' : outcome),
    ).catch(() => undefined);

  const lives: Array<[string, CallOutcome[], 'up' | 'down']> = [
    ['that nobody asked yet', [], 'up'],
    ['that failed twice', ['failed', 'failed'], 'up'],
    ['that failed three times in a row', ['failed', 'failed', 'failed'], 'down'],
    ['whose breaker is open', ['ok', 'resting'], 'down'],
    ['that came back', ['failed', 'failed', 'failed', 'ok'], 'up'],
    ['that refuses, which is an answer', ['failed', 'failed', 'failed', 'refused'], 'up'],
    ['that we hung up on', ['aborted', 'aborted', 'aborted'], 'up'],
  ];
  test.each(lives)('%s: what one process saw, another tells', async (_life, outcomes, state) => {
    await shop().pool.query('TRUNCATE service_standings');
    const worker = telemetry();
    for (const outcome of outcomes) await call(worker, outcome);
    await worker.standings.settled();
    expect((await checks()).ai).toBe(state);
  });

  test('whose breaker is open shows so', async () => {
    const worker = telemetry();
    await call(worker, 'resting');
    await worker.standings.settled();
    expect(await worker.registry.metrics()).toContain('marty_breaker_open{provider="claude"} 1');
    expect(await worker.registry.metrics()).not.toContain('marty_provider_seconds_count{provider="claude"');
  });

  test('that fails again when its breaker tries it is left alone on, until it answers', async () => {
    const worker = telemetry();
    const told = async () => {
      await worker.standings.settled();
      return /marty_breaker_open\{provider="claude"\} (\d)/.exec(await worker.registry.metrics())?.[1];
    };
    await call(worker, 'resting');
    await call(worker, 'failed');
    expect(await told()).toBe('1');
    await call(worker, 'ok');
    expect(await told()).toBe('0');
  });
});

const folder = join(projectRoot, 'docs', 'monitoring');
const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          for: z.string(),
          labels: z.object({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.object({ summary: z.string(), page: z.string() }),
        }),
      ),
    }),
  ),
});
const Dashboard = z.object({
  title: z.string(),
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).min(1) })).min(10),
});

describe('dashboards and alerts', () => {
  const alerts = () =>
    Rules.parse(JSON.parse(readFileSync(join(folder, 'alerts.json'), 'utf8'))).groups.flatMap(({ rules }) => rules);
  const expressions = () => {
    const dashboards = readdirSync(folder).filter((file) => file.startsWith('dashboard'));
    const drawn = dashboards.flatMap(
      (file) => Dashboard.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).panels,
    );
    return [...alerts().map(({ expr }) => expr), ...drawn.flatMap(({ targets }) => targets.map(({ expr }) => expr))];
  };

  test('ask only for what /metrics has', async () => {
    const text = await shop().shop.telemetry.registry.metrics();
    const names = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const asked = new Set(expressions().flatMap((expr) => expr.match(/\bmarty_\w+/g) ?? []));
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);
    expect(asked.size).toBeGreaterThan(20);
  });

  test('ask for labels that their series have', async () => {
    const text = await shop().shop.telemetry.registry.metrics();
    const series = new Map(
      [...text.matchAll(/^(marty_\w+)\{([^}]*)\}/gm)].map(([, name = '', labels = '']) => [
        name,
        new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)),
      ]),
    );
    const strange = expressions().flatMap((expr) =>
      [...expr.matchAll(/(marty_\w+)\{([^}]*)\}/g)].flatMap(([, name = '', labels = '']) =>
        [...labels.matchAll(/(\w+)\s*[=!]/g)].flatMap(([, label = '']) =>
          series.has(name) && !series.get(name)?.has(label) ? [`${name} has no ${label}`] : [],
        ),
      ),
    );
    expect(strange).toEqual([]);
  });
});
