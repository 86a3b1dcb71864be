// How soon an answer begins on the phone, in the whole shop as it is built, with a Claude over HTTP who speaks as fast as the real one.
// The same words twice: in the order in which they may be begun, and in one in which nothing may be said before all of it is known.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { startFakeAnthropic } from '../../test/fakes/anthropic.ts';
import type { FakeAnthropic } from '../../test/fakes/anthropic.ts';
import { until } from '../../test/harness/until.ts';
import { Phone } from '../../test/shop/phone.ts';
import { median } from '../turns/median.ts';
import { describeMachine } from '../turns/report.ts';
import { writeResults } from '../turns/results.ts';
import { startShop } from './shop.ts';

export type FirstBubbleOptions = { tokensPerSecond: number; answers: number; out: string | undefined };

const BUBBLES = [
  'three hours a day on a train is a lot of reading. i would go long and slow for that, something with weather in it.',
  'there is one about a desert and one about a school for wizards. both have sequels, so he would be set until spring.',
  'does he like it dark, or would he rather laugh? tell me one book that he finished and i can do better than guess.',
];
const NOTHING = { isbn13: null, copies: null, isbn13s: [], address: null };
const AFTER = { books: [], confidence: 0.9 };
/** Where the act comes last, it is not known whether this is only talk. */
const ANSWERS = {
  begun: JSON.stringify({ act: 'customer.asked', ...NOTHING, bubbles: BUBBLES, ...AFTER }),
  whole: JSON.stringify({ ...NOTHING, bubbles: BUBBLES, ...AFTER, act: 'customer.asked' }),
};
type Kind = keyof typeof ANSWERS;
/** From the request to Claude until the bubble was sent, as the phone sees it (ms). */
type Timed = { kind: Kind; firstMs: number; lastMs: number };

const QUESTION = 'i want something for my brother, who has to sit on trains for 3 hours a day';
const LOOK_MS = 5;
const PATIENCE_MS = 20_000;

/** Answers whether what may be begun came sooner. */
export async function benchFirstBubble({ tokensPerSecond, answers, out }: FirstBubbleOptions): Promise<boolean> {
  const claude = await startFakeAnthropic();
  claude.speak(tokensPerSecond);
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-bench-'));
  chmodSync(folder, 0o755); // so that the server's account can enter it when root runs the benchmark
  const env = { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: claude.url };
  try {
    const shop = await startShop({ folder, databaseUrl: null, env });
    const timed = await timeAll(claude, shop.url, answers).finally(shop.stop);
    return reported(timed, tokensPerSecond, out);
  } finally {
    await claude.close();
    await destroyEmbeddedPostgres(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeAll(claude: FakeAnthropic, url: string, answers: number): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (let n = 0; n < answers; n++)
    for (const kind of ['begun', 'whole'] as const) timed.push(await timeOne(claude, url, kind, timed.length));
  return timed;
}

async function timeOne(claude: FakeAnthropic, url: string, kind: Kind, n: number): Promise<Timed> {
  const phone = new Phone(url, `+1201555${2000 + n}`);
  claude.answer({ text: ANSWERS[kind] });
  const asked = claude.nextRequest().then(() => performance.now());
  await phone.texts(QUESTION);
  const from = await asked;
  const sees = (bubble: string | undefined) =>
    until(
      async () => {
        if (!bubble || !(await phone.bubbles()).includes(bubble)) throw new Error(`no "${bubble}"`);
        return performance.now() - from;
      },
      PATIENCE_MS,
      LOOK_MS,
    );
  return { kind, firstMs: await sees(BUBBLES[0]), lastMs: await sees(BUBBLES.at(-1)) };
}

function reported(timed: readonly Timed[], tokensPerSecond: number, out: string | undefined): boolean {
  const tokens = Math.ceil(ANSWERS.begun.length / 4);
  const of = (kind: Kind, ms: 'firstMs' | 'lastMs') => timed.filter((one) => one.kind === kind).map((one) => one[ms]);
  const line = (kind: Kind, says: string) =>
    `${says}: first bubble after ${Math.round(median(of(kind, 'firstMs')))} ms, last after ${Math.round(median(of(kind, 'lastMs')))} ms`;
  const text = [
    `${timed.length / 2} answers each of ${tokens} tokens at ${tokensPerSecond} a second, medians, from the request to Claude`,
    line('begun', 'begun while he speaks'),
    line('whole', 'all of it known first'),
  ].join('\n');
  const at = new Date().toISOString();
  const report = { at, machine: describeMachine({}), tokens, tokensPerSecond, timed };
  console.log(`${text}\n${writeResults('first-bubble', at, out, { json: report, txt: text }).join('\n')}`);
  return median(of('begun', 'firstMs')) < median(of('whole', 'firstMs'));
}
