// A whole shop with a Claude that says whatever a test lets it say: the model under somebody else's orders.
import { afterAll } from 'vitest';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { useShop } from '../shop/kit.ts';

/** The shop of a test file, and its Claude once the shop is open; it may be asked as often as anybody likes. */
export function useObedientShop() {
  let opened: FakeAnthropic | null = null;
  const claude = () => {
    if (opened === null) throw new Error('Claude answers from the first test on');
    return opened;
  };
  const shop = useShop('quick', true, async () => {
    opened = await startFakeAnthropic();
    return {
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: opened.url,
      ANTHROPIC_MODEL: 'claude-obedient',
      CLAUDE_PER_MINUTE: '60000',
    };
  });
  afterAll(() => opened?.close());
  return { shop, claude };
}
