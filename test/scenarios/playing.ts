// Plays all scenarios in one weather, at once and each by a customer of its own, and says what came of each.
import { afterAll, vi } from 'vitest';
import { FakeSquare } from '../fakes/square.ts';
import type { SquareFault } from '../fakes/square.ts';
import type { Book } from '../shop/journeys.ts';
import { useShop } from '../shop/kit.ts';
import type { Phone } from '../shop/phone.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { Stage } from './stage.ts';

/** What goes wrong between the shop and Square. */
export type Weather = { name: string; fault?: SquareFault; webhooks?: 'twice and backwards' };

/** Answers whose screens are to be told of besides the reader's, where there are others. */
type Play = (stage: Stage, reader: Phone, sold: Book) => Promise<Phone[] | void>;
export type Scenario = {
  name: string;
  book: Book;
  /** How many stand in the shop in the beginning and in the end. */
  copies: { before: number; after: number };
  /** What happens while nobody else is in the shop. */
  before?: Play;
  play: Play;
  comesTo: Omit<Outcome, 'copies'>;
};
/** By name of the scenario: what it came to, or why it did not come to its end. */
export type Played = Map<string, unknown>;

/** All that one weather brings, on a machine with much else to do (ms). */
const PLAY_MS = 900_000;

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

export async function allPlayed(stage: Stage, weather: Weather, scenarios: readonly Scenario[]): Promise<Played> {
  await stage.begin(
    weather,
    scenarios.map(({ book, copies }) => [book, copies.before]),
  );
  const cast = scenarios.map((scenario) => ({ ...scenario, reader: stage.phone() }));
  for (const { before, reader, book } of cast) await before?.(stage, reader, book);
  const played = cast.map(async ({ name, play, reader, book }): Promise<[string, unknown]> => {
    try {
      const others = (await play(stage, reader, book)) ?? [reader];
      return [name, await outcomeOf(stage, others, book)];
    } catch (error) {
      return [name, error];
    }
  });
  return new Map(await Promise.all(played));
}
