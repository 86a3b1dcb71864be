// A corner of the table of scenarios, for every run of the tests; `table.long.test.ts` is the whole of it.
import { beforeAll, describe, test } from 'vitest';
import { expectPlayed, expectSound, playAll, useStage } from './play.ts';
import { SCENARIOS } from './scenarios.ts';

const stage = useStage();
const FEW = SCENARIOS.slice(0, 2);

describe('G6 G9 with webhooks twice and backwards, and each request done without an answer at first', () => {
  let played: Awaited<ReturnType<typeof playAll>>;
  beforeAll(async () => {
    played = await playAll(stage(), { fault: 'lost_answer', webhooks: 'twice and backwards' }, FEW);
  });

  test.each(FEW)('$name', (scenario) => expectPlayed(played.get(scenario.name), scenario));
  test('and nothing of the shop contradicts itself', () => expectSound(stage()));
});
