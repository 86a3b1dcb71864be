// `marty eval --golden`: the judged conversations, had with the house recommender and, where there is a key, with Claude.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import cliProgress from 'cli-progress';
import { createBrain } from '../../brain/brain.ts';
import type { ClaudeConfig } from '../../brain/brain.ts';
import { createBookFinder } from '../../catalogue/sources/book-finder.ts';
import { Goldens, judge } from '../eval/golden.ts';
import type { Golden, GoldenParts, Judged } from '../eval/golden.ts';
import { projectRoot } from '../project-root.ts';
import { claudeOf } from '../shop/open-shop.ts';
import type { Shop } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

/** `claude` false: not even where there is a key. */
export type EvalGoldenFlags = {
  golden: string | boolean;
  claude: boolean;
  store?: string;
  show?: boolean;
  json?: boolean;
};

type Answerer = 'house' | 'claude';
/** `repliesBy`: who wrote the judged replies; what a pattern sees without a doubt the house answers in any case. */
export type GoldenReport = { by: Answerer; good: number; repliesBy: Record<Answerer, number>; bad: Judged[] };

const FILE = join(projectRoot, 'test', 'golden', 'conversations.json');

/** Exits with 1 when any reply is bad. */
export async function runEvalGolden(flags: EvalGoldenFlags): Promise<void> {
  await withShop(async (shop) => {
    const bar = new cliProgress.SingleBar({ format: '{bar} {value} of {total} conversations', stream: process.stderr });
    const reports = await goldenOf(shop, flags, Date.now(), {
      onStart: (conversations) => bar.start(conversations, 0),
      onJudged: () => bar.increment(),
      onEnd: () => bar.stop(),
    });
    console.log(flags.json ? JSON.stringify(reports, null, 2) : reports.map((one) => inWords(one, flags)).join('\n'));
    if (reports.some(({ bad }) => bad.length > 0)) process.exitCode = 1;
  });
}

export type EvalGoldenHooks = { onStart: (conversations: number) => void; onJudged: () => void; onEnd: () => void };

/** Leaves no trace in the shop; Claude costs tokens. @throws UsageError */
export async function goldenOf(
  shop: Shop,
  flags: EvalGoldenFlags,
  nowMs: number,
  hooks: EvalGoldenHooks,
): Promise<GoldenReport[]> {
  const goldens = readGoldens(typeof flags.golden === 'string' ? flags.golden : FILE);
  const store = storeOf(shop, flags.store);
  await refuseOtherShelves(shop, store.id, goldens);
  const claude = flags.claude ? claudeOf(shop.config) : null;
  const answerers: Array<[Answerer, ClaudeConfig | null]> = [
    ['house', null],
    ...(claude ? [['claude', claude] satisfies [Answerer, ClaudeConfig]] : []),
  ];
  hooks.onStart(goldens.length * answerers.length);
  const reports: GoldenReport[] = [];
  for (const [by, config] of answerers) {
    const { services, vault } = shop;
    const parts = {
      brain: brainOf(shop, config),
      catalogue: services.catalogue,
      storeId: store.id,
      dataKey: vault.createDataKey(),
      nowMs,
      round: 1,
    };
    reports.push(await reportOn(by, goldens, parts, hooks.onJudged));
  }
  hooks.onEnd();
  return reports;
}

async function reportOn(
  by: Answerer,
  goldens: Golden[],
  parts: GoldenParts,
  onJudged: () => void,
): Promise<GoldenReport> {
  const judged: Judged[] = [];
  for (const golden of goldens) {
    judged.push(await judge(parts, golden));
    onJudged();
  }
  const bad = judged.filter(({ faults }) => faults.length > 0);
  const repliesOf = (who: Answerer) => judged.filter(({ reply }) => reply.by === who).length;
  const repliesBy = { house: repliesOf('house'), claude: repliesOf('claude') };
  return { by, good: judged.length - bad.length, repliesBy, bad };
}

function readGoldens(file: string): Golden[] {
  try {
    return Goldens.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(
      `${file} holds no judged conversations: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

/** Judged is what is said about certain books: in a shop without them every verdict would be about the shelf. */
async function refuseOtherShelves({ services }: Shop, storeId: number, goldens: Golden[]): Promise<void> {
  const wanted = [
    ...new Set(goldens.flatMap(({ expect }) => [...(expect.showsOneOf ?? []), ...(expect.book ? [expect.book] : [])])),
  ];
  const missing: string[] = [];
  for (const title of wanted) {
    const found = await services.catalogue.search(storeId, title, 3);
    if (!found.some((book) => book.title === title)) missing.push(title);
  }
  if (missing.length > 0)
    throw new UsageError(
      `The conversations are about the books of the demo shop (marty seed); this store has no ${missing.slice(0, 3).join(', no ')}. Name another with --store.`,
    );
}

function brainOf({ db, vault, books, services }: Shop, claude: ClaudeConfig | null) {
  return createBrain({
    db,
    vault,
    catalogue: services.catalogue,
    waitlist: books.waitlist,
    now: Date.now,
    rehearses: true,
    finder: createBookFinder({
      sources: [],
      orderables: books.orderables,
      onTrouble: () => undefined,
    }),
    config: { claude },
  });
}

function inWords({ by, good, repliesBy, bad }: GoldenReport, { show }: EvalGoldenFlags): string {
  const who = by === 'house' ? 'The house' : `Claude (${repliesBy.claude} replies his, ${repliesBy.house} the house's)`;
  const lines = bad.flatMap(({ name, faults, reply }) => [
    `  ${name}: ${faults.join('; ')}`,
    ...(show ? reply.bubbles.map((bubble) => `    > ${bubble}`) : []),
  ]);
  return [`${who}: ${good} of ${good + bad.length} conversations are good.`, ...lines].join('\n');
}
