// `marty probe` against the whole shop: it is answered like a customer and leaves nothing, in tables or in numbers.
import { describe, expect, test } from 'vitest';
import { probe } from '../../src/cli/probe/probe.ts';
import type { ProbeOptions } from '../../src/cli/probe/probe.ts';
import { PROBE_PHONE } from '../../src/channels/probe.ts';
import { SHOP_PHONE, SMOBI_SECRET, useShop } from '../shop/kit.ts';

const shop = useShop();

const options = (change: Partial<ProbeOptions> = {}): ProbeOptions => ({
  url: shop().url,
  to: SHOP_PHONE,
  secret: SMOBI_SECRET,
  text: 'hello',
  patienceMs: 20_000,
  now: Date.now,
  newId: () => crypto.randomUUID(),
  ...change,
});

async function rows(): Promise<number[]> {
  const tables = ['actors', 'events', 'commands', 'dedupe', 'timers', 'inbox', 'messages', 'threads', 'customers'];
  const counts = tables.map((table) => shop().pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`));
  return (await Promise.all(counts)).map(({ rows: [row] }) => row?.n ?? -1);
}

describe('a probe', () => {
  test('is answered, is forgotten without a trace, and counts as nobody', async () => {
    const before = await rows();
    const result = await probe(options());
    expect(result).toMatchObject({ ok: true, forgotten: true, trouble: null });
    expect([result.acceptedMs, result.answeredMs].every((ms) => typeof ms === 'number' && ms >= 0)).toBe(true);
    expect(await rows()).toEqual(before);
    const metrics = await (await fetch(`${shop().url}/metrics`)).text();
    expect(metrics).toContain('marty_probes_total{outcome="answered"} 1');
    expect(metrics).not.toContain('marty_funnel_total{step="texted"}');
    expect(metrics).not.toMatch(/marty_conversations\{/);
  });

  test('that is not answered in time says so, is forgotten all the same, and is told to the alert', async () => {
    shop().thoughts.hold();
    const result = await probe(options({ patienceMs: 600 }));
    shop().thoughts.release();
    expect(result).toMatchObject({ ok: false, answeredMs: null, forgotten: true, trouble: 'no answer' });
    const metrics = await (await fetch(`${shop().url}/metrics`)).text();
    expect(metrics).toContain('marty_probes_total{outcome="silent"} 1');
  });

  test.each([
    ['a wrong secret', { secret: 'no' }, /SMOBI_WEBHOOK_SECRET/],
    ['an address where nobody is', { url: 'http://127.0.0.1:1' }, /nobody answers/],
  ])('with %s says what is wrong', async (_what, change, trouble) => {
    const result = await probe(options(change));
    expect(result).toMatchObject({ ok: false, forgotten: false });
    expect(result.trouble).toMatch(trouble);
  });

  test('texts from a number that nobody can own', () => expect(PROBE_PHONE).toMatch(/^\+1\d{3}55501\d\d$/));
});
