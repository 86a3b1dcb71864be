// An answer that is on the phone before all of it is known: Claude speaks slowly, and whatever may happen does in the middle of it.
import { afterAll, describe, expect, test, vi } from 'vitest';
import { fork } from '../../src/cli/commands/fork.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnswer, FakeAnthropic, FakeRequest } from '../fakes/anthropic.ts';
import { until } from '../harness/until.ts';
import { book } from './books.ts';
import { useShop, WAIT } from './kit.ts';
import type { Phone } from './phone.ts';

let claude: FakeAnthropic;
const shop = useShop('quick', true, async () => {
  claude = await startFakeAnthropic();
  return { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: claude.url, ANTHROPIC_MODEL: 'claude-test' };
});
afterAll(() => claude.close());

const EARTHSEA = book('A Wizard of Earthsea');
const FIRST = 'reading on trains, that narrows it down.';
const SECOND = 'who did they like last?';
/** What no pattern of the house answers, and nobody has asked before: a digit keeps it out of the cache. */
const QUESTION = 'i want something for my brother, who has to sit on trains for 3 hours a day';

/** What Claude answers, in the order in which he says it. */
const answer = (bubbles: string[], act: object = { act: 'customer.asked' }): string =>
  JSON.stringify({
    act: 'customer.asked',
    isbn13: null,
    copies: null,
    isbn13s: [],
    address: null,
    ...act,
    bubbles,
    books: [],
    confidence: 0.9,
  });
const whole = (bubbles: string[]) => ({ text: answer(bubbles) });

/** An answer that stops in the middle of its second bubble until the test lets it go on, or cuts it off. */
function held(bubbles: string[], then: { cut?: boolean } = {}) {
  let goOn = () => {};
  const heldUntil = new Promise<void>((resolve) => (goOn = resolve));
  const after = `"${bubbles[1]?.slice(0, 5)}`;
  return { answer: { text: answer(bubbles), after, heldUntil, ...then } satisfies FakeAnswer, goOn: () => goOn() };
}

const said = async (phone: Phone) => (await phone.screen()).filter(({ by }) => by === 'marty').map(({ text }) => text);
const dataOf = ({ messages }: FakeRequest): string => JSON.stringify(messages.at(-1));
async function turns(phone: Phone): Promise<string[]> {
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: phone.number });
  const { rows } = await shop().pool.query<{ type: string }>(
    `SELECT type FROM events WHERE actor_key = $1 AND (type LIKE 'reply%' OR type LIKE '%actor.reply') ORDER BY seq`,
    [key],
  );
  return rows.map(({ type }) => type);
}

async function seqOf(phone: Phone, type: string): Promise<number> {
  const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: phone.number });
  const { rows } = await shop().pool.query('SELECT seq FROM events WHERE actor_key = $1 AND type = $2', [key, type]);
  return Number(rows[0]?.seq);
}

/** Texts, and hears how the answer begins. */
async function begins(script: FakeAnswer[], first: string): Promise<Phone> {
  const reader = shop().phone();
  claude.answer(...script);
  await reader.texts(QUESTION);
  await reader.hears(exactly(first));
  return reader;
}
const exactly = (text: string) => new RegExp(`^${text.replace(/[.?$]/g, '\\$&')}$`);

describe('an answer that is begun before all of it is known', () => {
  test('its first bubble is on the phone while Claude still speaks, and the rest follows', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer], FIRST);
    speaking.goOn();
    await reader.hears(exactly(SECOND));
    await shop().rest();
    expect((await said(reader)).filter((text) => text === FIRST)).toHaveLength(1);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
  });

  test('the connection breaks after it: the house goes on from there', async () => {
    const speaking = held([FIRST, SECOND], { cut: true });
    const reader = await begins([speaking.answer], FIRST);
    speaking.goOn();
    await vi.waitFor(async () => expect(await reader.news()).not.toEqual([]), WAIT);
    await shop().rest();
    const words = await said(reader);
    expect([words.filter((text) => text === FIRST).length, words.includes(SECOND)]).toEqual([1, false]);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
  });

  test('the connection breaks after a book was named: that is the answer, and they can have the book', async () => {
    const named = `${EARTHSEA.title} is worth a train ride.`;
    const speaking = held([`"${EARTHSEA.title}" is worth a train ride.`, SECOND], { cut: true });
    const search = { tools: [{ name: 'search_books', input: { query: 'wizard of earthsea' } }] };
    const reader = await begins([search, speaking.answer, { fault: 'broken' }], named);
    speaking.goOn();
    await shop().rest();
    expect(await reader.news()).toEqual([]);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
    await reader.asks("i'll take it", /earthsea/i);
  });

  test('a book is named in it: the cards and the answers to tap come with its end', async () => {
    const named = `"${EARTHSEA.title}" is worth a train ride.`;
    const speaking = held([named, SECOND]);
    const search = { tools: [{ name: 'search_books', input: { query: 'wizard of earthsea' } }] };
    const reader = await begins([search, speaking.answer], named.replaceAll('"', ''));
    speaking.goOn();
    await reader.hears(exactly(SECOND));
    const key = await shop().shop.runtime.find({ storeId: 1, machine: 'customer', id: reader.number });
    const { rows } = await shop().pool.query(
      `SELECT begun IS NOT NULL AS begun, suggestions IS NOT NULL AS suggestions, jsonb_array_length(cards) AS cards
       FROM messages WHERE actor_key = $1 AND by = 'marty' AND kind = 'talk' ORDER BY id`,
      [key],
    );
    expect(rows).toEqual([
      { begun: true, suggestions: false, cards: null },
      { begun: false, suggestions: true, cards: 1 },
    ]);
  });

  test('they text on before the rest is known: it is never said, and the next answer knows how the first began', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer, whole(['short ones then. any names?', 'or a mood?'])], FIRST);
    await reader.asks('and nothing over 300 pages please, he gets bored', /^or a mood\?$/);
    speaking.goOn();
    await shop().rest();
    expect(dataOf(claude.requests[1] ?? { messages: [], model: '', max_tokens: 0 })).toContain('already_said');
    expect((await said(reader)).slice(-3)).toEqual([FIRST, 'short ones then. any names?', 'or a mood?']);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
  });

  test('a fork of the customer as they stood then goes on from there', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer], FIRST);
    speaking.goOn();
    await reader.hears(exactly(SECOND));
    await shop().rest();
    const screen: string[] = [];
    const at = String(await seqOf(reader, 'reply.begun'));
    const forked = await fork(shop().shop, `customer:${reader.number}`, { at }, (line) => void screen.push(line));
    claude.answer(whole(['short ones then.', 'any names?']));
    await forked.text('and nothing over 300 pages please, he gets bored');
    expect(screen.slice(-2)).toEqual(['marty › short ones then.', 'marty › any names?']);
    expect(claude.requests).toHaveLength(1);
  });

  test('STOP before the rest is known: nothing but its confirmation follows', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer], FIRST);
    await reader.asks('STOP', /opted out/);
    speaking.goOn();
    await shop().rest();
    expect(await reader.news()).toEqual([]);
  });

  test('a person takes over before the rest is known: Marty is silent', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer], FIRST);
    const path = `/api/conversations/${encodeURIComponent(reader.number)}`;
    expect((await shop().staff('POST', `${path}/takeover`)).ok).toBe(true);
    speaking.goOn();
    await shop().rest();
    expect(await reader.news()).toEqual([]);
    await shop().staff('POST', `${path}/handback`);
  });

  test('its worker is given up: the next attempt goes on from there, and never begins another', async () => {
    const speaking = held([FIRST, SECOND]);
    const reader = await begins([speaking.answer, whole(['long rides need long books.', SECOND])], FIRST);
    await until(async () => {
      await shop().pool.query(
        "UPDATE commands SET due_at = now() - interval '1 s' WHERE name = 'composeReply' AND attempt = 1 AND status = 'running'",
      );
      if (claude.requests.length < 2) throw new Error('there is no second attempt');
    }, WAIT.timeout);
    await reader.hears(exactly(SECOND));
    speaking.goOn();
    await shop().rest();
    expect(dataOf(claude.requests[1] ?? { messages: [], model: '', max_tokens: 0 })).toContain(FIRST);
    expect(claude.requests.map(({ stream }) => stream ?? false)).toEqual([true, false]);
    expect((await said(reader)).slice(-3)).toEqual([FIRST, 'long rides need long books.', SECOND]);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
  });

  test.each([
    ['a purchase', { act: 'customer.choseBook', isbn13: EARTHSEA.isbn13, copies: 1 }, FIRST],
    ['a wish for a person', { act: 'customer.wantsPerson' }, FIRST],
  ])('%s is never begun: it counts when all of it is known', async (_what, act, first) => {
    const reader = shop().phone();
    const search = { tools: [{ name: 'search_books', input: { query: 'wizard of earthsea' } }] };
    claude.answer(search, { text: answer([first, SECOND], act) });
    await reader.texts(QUESTION);
    await reader.hears(exactly(SECOND));
    await shop().rest();
    expect(await turns(reader)).toEqual(['xstate.done.actor.reply']);
  });

  test('what the shop does not know is not begun with, and not said at all', async () => {
    const reader = shop().phone();
    claude.answer(whole(['you want "The Clockwork Abyss". trust me.', SECOND]), whole(['let me think.', SECOND]));
    await reader.texts(QUESTION);
    await reader.hears(exactly(SECOND));
    await shop().rest();
    expect((await said(reader)).slice(-2)).toEqual(['let me think.', SECOND]);
  });

  test('the rest turns out wrong: put right, it goes on from what was said', async () => {
    const reader = shop().phone();
    claude.answer(whole([FIRST, 'you want "The Clockwork Abyss". trust me.']), whole(['what did he read last?']));
    await reader.texts(QUESTION);
    await reader.hears(/^what did he read last\?$/);
    await shop().rest();
    expect(dataOf(claude.requests[1] ?? { messages: [], model: '', max_tokens: 0 })).toContain('already_said');
    expect((await said(reader)).filter((words) => words !== FIRST).slice(-1)).toEqual(['what did he read last?']);
    expect((await said(reader)).filter((words) => words === FIRST)).toHaveLength(1);
    expect(await turns(reader)).toEqual(['reply.begun', 'xstate.done.actor.reply']);
  });
});
