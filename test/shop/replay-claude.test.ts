// A shadow deploy of another persona: what customers wrote to Claude is put to him once more, over real HTTP to a server that speaks the
// Messages API, and who would hear other bubbles is listed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayAll } from '../../src/cli/commands/replay.ts';
import type { ReplayFlags, Summary } from '../../src/cli/commands/replay.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic, FakeRequest } from '../fakes/anthropic.ts';
import { checksum } from './checksum.ts';
import { useShop } from './kit.ts';
import type { Phone } from './phone.ts';

let claude: FakeAnthropic;
const shop = useShop('quick', true, async () => {
  claude = await startFakeAnthropic();
  return { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: claude.url, ANTHROPIC_MODEL: 'claude-test' };
});
const folder = mkdtempSync(join(tmpdir(), 'marty-personas-'));
afterAll(() => claude.close());
afterAll(() => rmSync(folder, { recursive: true }));

const MARTY = join(projectRoot, 'prompts', 'system.md');
function persona(name: string): string {
  const file = join(folder, `${name}.md`);
  writeFileSync(file, `you are ${name}, who sells books by text.\n`);
  return file;
}
const PIRATE = persona('a pirate');
const PORTER = persona('a porter');

/** What no pattern of the house answers; a digit keeps it out of the cache of answers. */
const ON_TRAINS = 'i want something for my brother, who has to sit on trains for 3 hours a day';
const AT_SEA = 'i want something for my sister, who is at sea for 5 months of the year';
const OF_TREES = 'i want something for my uncle, who plants 9 trees every spring';

const says = (act: string, ...bubbles: string[]) => ({
  text: JSON.stringify({
    act,
    isbn13: null,
    copies: null,
    isbn13s: [],
    address: null,
    bubbles,
    books: [],
    confidence: 0.9,
  }),
});

/** Claude in each of his parts: the pirate has a word of his own for who is at sea, the porter calls somebody for who sits on trains. */
function answerOf({ system, messages }: FakeRequest) {
  const [who, asked] = [JSON.stringify(system), JSON.stringify(messages.at(-1))];
  if (who.includes('a pirate') && asked.includes('at sea')) return says('customer.asked', 'at sea, eh. which one?');
  if (who.includes('a porter') && asked.includes('on trains')) return says('customer.wantsPerson');
  return says('customer.asked', 'who did they like last?');
}

const reader = { trains: {} as Phone, sea: {} as Phone, trees: {} as Phone };
beforeAll(async () => {
  claude.answer(answerOf);
  Object.assign(reader, { trains: shop().phone(), sea: shop().phone(), trees: shop().phone() });
  await reader.trains.asks(ON_TRAINS, /^who did they/);
  await reader.sea.asks(AT_SEA, /^who did they/);
  await reader.trees.asks(OF_TREES, /^who did they/);
  await shop().rest();
});

/** Who is listed, by phone number; and the sum. */
async function replay(flags: Partial<ReplayFlags>): Promise<{ listed: string[]; told: string; summary: Summary }> {
  const lines: string[] = [];
  const nothing = () => undefined;
  const hooks = { onStart: nothing, onActor: nothing, onEnd: nothing, say: (line: string) => void lines.push(line) };
  claude.answer(answerOf);
  const summary = await replayAll(shop().shop, { last: '7d', claude: true, ids: true, ...flags }, Date.now(), hooks);
  const listed = lines.slice(0, -1).map((line) => /^customer customer:(\+\d+):/.exec(line)?.[1] ?? line);
  return { listed, told: lines.join('\n'), summary };
}

describe('a shadow deploy with Claude', () => {
  test.each([
    ['the persona that talked', {}],
    ['the same from a file', { persona: MARTY }],
  ])('lists nobody with %s, asks him about every reply, and leaves no trace', async (_which, flags) => {
    const before = await checksum(shop().pool);
    const { listed, summary } = await replay(flags);
    expect(listed).toEqual([]);
    expect(summary).toMatchObject({ actors: 3, renewed: 3, kept: 0, differing: 0 });
    expect(claude.requests).toHaveLength(3);
    expect(claude.headers.every((each) => each['user-agent']?.startsWith('Anthropic/JS'))).toBe(true);
    expect(await checksum(shop().pool)).toEqual(before);
  });

  test('lists exactly those who would hear other bubbles from another persona, as they were and as they would be', async () => {
    const { listed, told, summary } = await replay({ persona: PIRATE });
    expect(JSON.stringify(claude.requests.map(({ system }) => system))).toContain('you are a pirate');
    expect(listed).toEqual([reader.sea.number]);
    expect(told).toContain('  said  was ["who did they like last?"]\n        is  ["at sea, eh. which one?"]');
    expect(summary).toMatchObject({ renewed: 3, differing: 1 });
  });

  test('lists nobody for other words alone where words do not count, but who would be understood otherwise', async () => {
    expect((await replay({ persona: PIRATE, ignoreWords: true })).listed).toEqual([]);
    const { listed, told } = await replay({ persona: PORTER, ignoreWords: true });
    expect(listed).toEqual([reader.trains.number]);
    expect(told).toContain('  act   was {"type":"customer.asked"}\n        is  {"type":"customer.wantsPerson"}');
  });

  test('takes Claude’s replies as they were without --claude, and says that a persona needs it', async () => {
    const { listed, summary } = await replay({ claude: false });
    expect([listed, summary.kept, summary.renewed, claude.requests]).toEqual([[], 3, 0, []]);
    await expect(replay({ claude: false, persona: PIRATE })).rejects.toThrow('--persona is for Claude: add --claude.');
  });
});
