// Plays scenarios in one weather, all at once, each by a customer of its own.
import { afterAll, expect, vi } from 'vitest';
import { FakeSquare } from '../fakes/square.ts';
import { asking } from '../shop/audit.ts';
import { useShop } from '../shop/kit.ts';
import { brokenRules, stockOf } from '../shop/rules.ts';
import { EXPECTED } from './expected.ts';
import type { Scenario } from './scenarios.ts';
import { Stage } from './stage.ts';
import type { Weather } from './stage.ts';

/** All that one weather brings, on a machine with much else to do (ms). */
const PLAY_MS = 300_000;

/** A shop whose counter is Square, for a test file. Call at the top level. */
export function useStage(): () => Stage {
  const fake = new FakeSquare();
  const shop = useShop('quick', false, async () => {
    await fake.start();
    return {
      SQUARE_ACCESS_TOKEN: fake.accessToken,
      SQUARE_LOCATION_ID: fake.locationId,
      SQUARE_BASE_URL: fake.url,
      SQUARE_WEBHOOK_SIGNATURE_KEY: fake.signatureKey,
    };
  });
  vi.setConfig({ testTimeout: PLAY_MS, hookTimeout: PLAY_MS });
  afterAll(() => fake.stop());
  let stage: Stage | null = null;
  return () => (stage ??= new Stage(shop(), fake));
}

/** What came of each, by name. */
export async function playAll(
  stage: Stage,
  weather: Weather,
  scenarios: readonly Scenario[],
): Promise<Map<string, PromiseSettledResult<unknown>>> {
  await stage.begin(
    weather,
    scenarios.map(({ book, copies }) => [book, copies]),
  );
  const played = await Promise.allSettled(scenarios.map((one) => one.play(stage, one.book, stage.phone())));
  return new Map(
    scenarios.map(({ name }, index) => [name, played[index] ?? { status: 'rejected', reason: 'unplayed' }]),
  );
}

/** It came to what it has to come to. */
export function expectPlayed(played: PromiseSettledResult<unknown> | undefined, { name }: Scenario): void {
  if (played?.status !== 'fulfilled') throw played?.reason ?? new Error('it was not played');
  expect(played.value).toEqual(EXPECTED[name]);
}

/** Nothing of the whole shop contradicts itself. */
export async function expectSound({ kit }: Stage): Promise<void> {
  await kit.rest();
  const ask = asking(kit.pool);
  expect(await brokenRules(ask, await stockOf(ask))).toEqual({});
  expect(kit.log.errors).toEqual([]);
}
