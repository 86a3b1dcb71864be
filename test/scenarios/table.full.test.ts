// Scenario by fault: a customer buys, holds, waits, is paid back, opts out, while what lies between the shop and Square fails in
// every way that HTTP can. Each cell has one outcome: what is at Square, what is on the shelf, and what the customer read.
import { beforeAll, describe, test } from 'vitest';
import { expectPlayed, expectSound, playAll, useStage } from './play.ts';
import { OUTAGE, SCENARIOS } from './scenarios.ts';
import { FAIR, WEATHERS } from './weather.ts';

const stage = useStage();

describe.each(WEATHERS)('G6 G9 through %s', (_name, weather) => {
  let played: Awaited<ReturnType<typeof playAll>>;
  beforeAll(async () => void (played = await playAll(stage(), weather, SCENARIOS)));

  test.each(SCENARIOS)('$name', (scenario) => expectPlayed(played.get(scenario.name), scenario));
  test('and nothing of the shop contradicts itself', () => expectSound(stage()));
});

test(`G6 G9 ${OUTAGE.name}`, async () => {
  const played = await playAll(stage(), FAIR, [OUTAGE]);
  expectPlayed(played.get(OUTAGE.name), OUTAGE);
  await expectSound(stage());
});
