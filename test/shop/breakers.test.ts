// A service that fails again and again is left alone for a while; /health and /metrics say whose breaker that is.
import { afterAll, expect, test, vi } from 'vitest';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { useShop } from './kit.ts';

let claude: FakeAnthropic;
const shop = useShop('quick', true, async () => {
  claude = await startFakeAnthropic();
  return { ANTHROPIC_API_KEY: claude.counts.key, ANTHROPIC_BASE_URL: claude.url };
});
afterAll(() => claude.close());

const page = async (path: string) => (await fetch(`${shop().url}${path}`)).text();

test('Claude’s breaker is open in /health and in /metrics while he is left alone, and closed before', async () => {
  expect(JSON.parse(await page('/health'))).toMatchObject({ breakers: { claude: 'closed' } });
  claude.answer(...Array.from({ length: 20 }, () => ({ fault: 'broken' }) as const));
  for (let text = 0; text < 6; text++) {
    const reader = shop().phone();
    await reader.texts('something like earthsea, but funny?');
    await reader.hears(/./); // the house answers
  }
  await vi.waitFor(
    async () => expect(JSON.parse(await page('/health'))).toMatchObject({ breakers: { claude: 'open' } }),
    20_000,
  );
  expect(await page('/metrics')).toContain('marty_breaker_open{provider="claude"} 1');
});
