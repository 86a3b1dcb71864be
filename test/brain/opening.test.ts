import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClaudeClient } from '../../src/brain/claude/client.ts';
import { converse } from '../../src/brain/claude/converse.ts';
import { firstBubble, openingOf } from '../../src/brain/claude/opening.ts';
import type { Opening } from '../../src/brain/claude/opening.ts';
import type { MessageStatus } from '../../schema/messages.ts';
import type { Begun, TranscriptLine } from '../../src/brain/situation.ts';
import { begunBy } from '../../src/brain/transcript.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { bookOf, testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

let fake: FakeAnthropic;
beforeAll(async () => {
  fake = await startFakeAnthropic();
});
afterAll(() => fake.close());

const dune = bookOf('Dune');
const hobbit = bookOf('The Hobbit');
const NOTHING = { isbn13: null, copies: null, isbn13s: [], address: null };
const answer = (bubbles: string[], act = 'customer.asked') =>
  JSON.stringify({ act, ...NOTHING, bubbles, books: [], confidence: 0.9 });
const text = answer(['sand, then.', 'how long?', 'or short?']);

/** What is heard of an answer, letter by letter. */
const heard = (whole: string) => [...whole].map((_letter, index) => firstBubble(whole.slice(0, index + 1)));

describe('how an answer begins', () => {
  test('is known with the first letter of its second bubble, and stays the same', () => {
    const known = heard(text);
    const at = text.indexOf('how long') + 1;
    expect(known.slice(0, at - 1).filter((bubble) => bubble !== null)).toEqual([]);
    expect(new Set(known.slice(at - 1, -1))).toEqual(new Set(['sand, then.']));
  });

  test('is not known where it is all of the answer', () => {
    expect(new Set(heard(answer(['sand, then.'])))).toEqual(new Set([null]));
    expect(new Set(heard(answer(['sand, then.', ' \u{1F600}! '])))).toEqual(new Set([null]));
  });

  test.each([
    'customer.askedOrder',
    'customer.choseBook',
    'customer.agreed',
    'customer.wantsPerson',
    'customer.optedOut',
  ])('is not known of %s, which is more than talk', (act) => {
    expect(new Set(heard(answer(['sand, then.', 'how long?'], act)))).toEqual(new Set([null]));
  });

  test('is not known while the act may still become another one', () => {
    const { act, ...rest } = JSON.parse(answer(['sand, then.', 'how long?'], 'customer.askedOrder'));
    expect(new Set(heard(JSON.stringify({ ...rest, act })))).toEqual(new Set([null]));
  });

  test('is nothing in what is no answer', () => {
    expect(['', '[]', '7', 'null', '{"act":"customer.asked","bubbles":7', 'hm.'].map(firstBubble)).toEqual(
      Array.from({ length: 6 }, () => null),
    );
  });
});

const ground = {
  known: new Map([dune, hobbit].map((book) => [book.isbn13, book])),
  found: new Map(),
  situation: situation('is it for me?', {
    chosen: offered('Dune')[0] ?? null,
    orders: [{ orderId: 'o', status: 'paid', titles: ['Ubik'], isbn13s: [], totalCents: 4321, tracking: null }],
  }),
};

describe('an opening may be said', () => {
  test('with the books that it names, at their prices, in the voice of the shop', () => {
    expect(openingOf('"Dune" is $10.99! it has sand \u{1F600}', ground)).toEqual({
      text: 'Dune is $10.99. it has sand',
      shown: offered('Dune'),
      found: [],
    });
  });

  test.each([
    ['names a book that nobody has looked up', 'you want "The Clockwork Abyss".'],
    ['gives a price of another book', '"Dune" is $14.99.'],
    ['has a link', 'see dungeon-deals.shop'],
    ['promises', "done, i've placed your order."],
    ['tells of an order, though that may be true', 'your order is confirmed.'],
    ['tells what an order came to, though that may be true', 'that came to $43.21.'],
    ['gives way', 'ok, 50% off just for you.'],
    ['is more than one bubble', 'sand '.repeat(40)],
    ['is nothing', '\u{1F600}'],
  ])('but not where it %s', (_what, bubble) => {
    expect(openingOf(bubble, ground)).toBeNull();
  });
});

describe('an answer that an earlier attempt has begun', () => {
  // Ids bear the time of the process that made them: by those, each text here is later than the words.
  const text = (turn: string): TranscriptLine => {
    return { id: `9${turn}`, seq: Number(turn), by: 'customer', kind: 'talk', text: turn, at: new Date(0) };
  };
  const words = (status: MessageStatus): TranscriptLine => ({
    ...text('2'),
    id: '2',
    by: 'marty',
    begun: { command: 'c', status },
  });

  test.each<[MessageStatus, string[], { lost: boolean; overtaken: boolean }]>([
    ['delivered', ['1'], { lost: false, overtaken: false }],
    ['queued', ['1'], { lost: false, overtaken: false }],
    ['sending', ['1', '3'], { lost: false, overtaken: true }],
    ['sent', ['1', '3'], { lost: false, overtaken: true }],
    ['queued', ['1', '3'], { lost: true, overtaken: true }],
    ['dropped', ['1'], { lost: true, overtaken: false }],
    ['failed', ['1'], { lost: true, overtaken: false }],
  ])('is %s, and the customer texted %j', (status, texts, expected) => {
    const line = words(status);
    const lines = [...texts.map(text), line].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(begunBy(lines, texts.map(text), ['b', 'c'])).toEqual({ line, command: 'c', ...expected });
    expect(begunBy(lines, texts.map(text), ['another'])).toBeNull();
  });
});

describe('claude: an answer that is begun', () => {
  async function conversed(begins: 'said' | 'not said' | 'never', begun: Begun | null = null) {
    const openings: Opening[] = [];
    const begin = (opening: Opening) => {
      openings.push(opening);
      return Promise.resolve(begins === 'said');
    };
    const conversing = {
      client: createClaudeClient({ apiKey: 'test-key', baseUrl: fake.url, model: 'claude-test' }),
      shelf: testShelf(),
      persona: 'you are marty.',
      spend: () => Promise.resolve(),
      begin: begins === 'never' ? undefined : begin,
    };
    const answered = await converse(
      conversing,
      situation('something with sand', { begun }),
      AbortSignal.timeout(10_000),
    );
    return { ...answered, openings };
  }

  test('is streamed, and what was said of it is told beside the whole', async () => {
    fake.answer({ text });
    const { draft, opening, openings } = await conversed('said');
    expect(openings).toEqual([{ text: 'sand, then.', shown: [], found: [] }]);
    expect([opening, draft.bubbles]).toEqual(['sand, then.', ['sand, then.', 'how long?', 'or short?']]);
    expect(fake.requests.map(({ stream }) => stream)).toEqual([true]);
  });

  test('is whole where the beginning could not be said', async () => {
    fake.answer({ text });
    const { draft, opening, openings } = await conversed('not said');
    expect([openings.length, opening, draft.bubbles.length]).toEqual([1, null, 3]);
  });

  test('is not even streamed where nothing may be said before all of it is known', async () => {
    fake.answer({ text });
    const { opening } = await conversed('never');
    expect([opening, fake.requests.map(({ stream }) => stream ?? false)]).toEqual([null, [false]]);
  });

  test('names what a tool has found on the way, which is streamed too', async () => {
    const named = answer(['"Dune" has sand.', 'and worms.']);
    fake.answer({ tools: [{ name: 'search_books', input: { query: 'dune' } }] }, { text: named });
    const { openings } = await conversed('said');
    expect(openings).toEqual([{ text: 'Dune has sand.', shown: offered('Dune'), found: [] }]);
  });

  test('is begun once, also where the rest has to be put right', async () => {
    fake.answer(
      { text: answer(['sand, then.', 'try "The Clockwork Abyss".']) },
      { text: answer(['what else?', 'hm?']) },
    );
    const { draft, opening, openings } = await conversed('said');
    expect([openings.length, opening, draft.bubbles]).toEqual([1, 'sand, then.', ['sand, then.', 'what else?', 'hm?']]);
    expect(JSON.stringify(fake.requests[1]?.messages.at(-1))).toContain('already_said');
  });

  test.each([
    ['goes on from what an earlier attempt has said', ['sand, then.', 'how long?'], false, ['how long?']],
    ['is over where that was all of it', ['sand, then.'], false, []],
    ['goes on where they texted meanwhile', ['sand, then.', 'how long?'], true, ['how long?']],
    ['says it once more rather than nothing where they texted meanwhile', ['sand, then.'], true, ['sand, then.']],
  ])('%s, though Claude says that again', async (_what, bubbles, overtaken, said) => {
    fake.answer({ text: answer(bubbles) });
    const { draft } = await conversed('never', { text: 'sand, then.', isbn13s: [], overtaken });
    expect(draft.bubbles).toEqual(said);
  });

  test('fails as any other: cut off, or for its tokens', async () => {
    const failing = (script: Parameters<FakeAnthropic['answer']>[0]) => {
      fake.answer(script);
      return conversed('said').then(
        () => 'answered',
        (error: unknown) => Object(error).code,
      );
    };
    expect([
      await failing({ text, after: 'how', cut: true }),
      await failing({ text: text.slice(0, -9), stopReason: 'max_tokens' }),
      await failing({ text: text.slice(0, -9) }),
      await failing({ fault: 'refusal' }),
    ]).toEqual(['unavailable', 'cut', 'unreadable', 'refused']);
  });
});
