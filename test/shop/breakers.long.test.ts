// A service that fails again and again is left alone for a while; /health and /metrics say whose breaker that is.
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { FakeSquare } from '../fakes/square.ts';
import { book } from './books.ts';
import { picksUp } from './journeys.ts';
import { useShop } from './kit.ts';

/** Longer than any breaker stays open (ms). */
const LONG_MS = 60_000;
/** As many as open any breaker, and one that is kept from the service. */
const SUBJECTS = ['Dragons', 'Teapots', 'Lanterns', 'Meadows', 'Harbours', 'Orchards'];
const LINK = /^http\S+\/l\/link-\S+$/;

const [square, hardcover, openLibrary] = [new FakeSquare(), new FakeHardcover(), new FakeOpenLibrary()];
let claude: FakeAnthropic;
const shop = useShop('real', true, async () => {
  claude = await startFakeAnthropic(); // says nothing, so that the house answers and asks the book sources
  await Promise.all([square.start(), hardcover.service.start(), openLibrary.service.start()]);
  return {
    ANTHROPIC_API_KEY: claude.counts.key,
    ANTHROPIC_BASE_URL: claude.url,
    SQUARE_ACCESS_TOKEN: square.accessToken,
    SQUARE_LOCATION_ID: square.locationId,
    SQUARE_BASE_URL: square.url,
    SQUARE_WEBHOOK_SIGNATURE_KEY: square.signatureKey,
    HARDCOVER_API_KEY: hardcover.token,
    HARDCOVER_API_URL: hardcover.url,
    OPEN_LIBRARY_CONTACT: 'hello@shop.example',
    OPEN_LIBRARY_API_URL: openLibrary.url,
  };
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => Promise.all([claude.close(), square.stop(), hardcover.service.stop(), openLibrary.service.stop()]));

const all = <State>(state: State) => ({ claude: state, square: state, hardcover: state, openLibrary: state });

test('the breaker of each service is open in /health and /metrics while it is left alone, and closed before and after', async () => {
  expect(await told()).toEqual(all('closed'));
  const reader = shop().phone();
  await picksUp(reader, book('The Hobbit'));
  fail(true);
  await reader.texts('pay now');
  for (const subject of SUBJECTS) await asksFor(subject);
  await vi.waitFor(async () => expect([await told(), await metered()]).toEqual([all('open'), all(1)]), WAIT);

  fail(false);
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + LONG_MS);
  await asksFor('Umbrellas');
  await reader.hears(LINK);
  await vi.waitFor(async () => expect([await told(), await metered()]).toEqual([all('closed'), all(0)]), WAIT);
});

const WAIT = { timeout: 60_000, interval: 200 }; // ms

function fail(isDown: boolean): void {
  claude.answer({ fault: isDown ? 'broken' : 'empty' });
  square.isDown = isDown ? 503 : null;
  for (const { service } of [hardcover, openLibrary]) service.isDown = isDown ? 'cut' : null;
}

/** Somebody wants a book of which only the book sources could know. */
async function asksFor(subject: string): Promise<void> {
  const reader = shop().phone();
  await reader.texts(`do you have A Field Guide to Glass ${subject} by Ottoline Pell?`);
  await reader.hears(/./);
}

const page = async (path: string) => (await fetch(`${shop().url}${path}`)).text();
const Health = z.object({ breakers: z.record(z.string(), z.string()) });

async function told(): Promise<Record<string, string>> {
  return Health.parse(JSON.parse(await page('/health'))).breakers;
}

async function metered(): Promise<Record<string, number>> {
  const lines = (await page('/metrics')).matchAll(/^marty_breaker_open\{provider="(\w+)"\} (\d)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', open]) => [name, Number(open)]));
}
