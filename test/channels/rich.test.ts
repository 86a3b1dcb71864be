// What a phone that can shows beside the words: through Twilio's contents and Smobi's suggestions, and never instead of the words.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bookDetails } from '../../schema/sources.ts';
import type { CoveredCard } from '../../src/channels/covers.ts';
import { twilioChannel } from '../../src/channels/twilio.ts';
import { carouselOf, contentOf } from '../../src/channels/twilio-content.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { useDatabase } from '../harness/database.ts';
import { DUNE, UBIK } from '../machines/customer-story.ts';
import { PhoneLine, recordingChannel } from './phone-line.ts';

const database = useDatabase();
let twilio: FakeTwilio;
let line: PhoneLine;

beforeAll(async () => void (twilio = await new FakeTwilio().start()));
afterAll(() => twilio.stop());
beforeEach(() => {
  twilio.delivered.length = 0;
  twilio.contents.clear();
  twilio.contentsFail = false;
  const { accountSid, authToken, url: baseUrl } = twilio;
  const sender = { messagingServiceSid: 'MG1' };
  line = new PhoneLine(database, [twilioChannel({ accountSid, authToken, baseUrl, sender, statusCallback: null })]);
  line.nowMs = Date.now();
  line.ways = [
    { type: 'customer.agreed', meta: { button: "i'll take it" } },
    { type: 'customer.asked', meta: { button: 'another one' } },
  ];
});

const reply = (id: string, title = id) => ({ type: 'QUICK_REPLY', title, id });
const card = (title: string, cover: string | null): CoveredCard => {
  return {
    isbn13: DUNE.isbn13,
    title,
    subtitle: 'x',
    cover,
    take: { label: "i'll take it", reply: `i'll take ${title}` },
  };
};

describe('through Twilio', () => {
  test('a phone with RCS gets the words with answers to tap, made once for all texts with the same answers', async () => {
    await line.hear('hi', { channel: 'twilio', rich: true });
    await line.talk('try this');
    await line.deliver();
    await line.talk('or that');
    await line.deliver({ commandId: randomUUID() });
    const actions = [reply("i'll take it"), reply('another one')];
    const content = { 'twilio/card': { body: '{{1}}', actions }, 'twilio/text': { body: '{{1}}' } };
    expect(twilio.delivered.map(({ body, content: shown }) => [body, shown])).toEqual([
      ['try this', content],
      ['or that', content],
    ]);
    expect(twilio.contents.size).toBe(1);
  });

  test('any other phone gets the same words as a plain text', async () => {
    await line.hear('hi', { channel: 'twilio' });
    await line.say({ bubbles: ['try this'], kind: 'talk', by: 'marty', shown: [DUNE] });
    await line.deliver();
    expect([twilio.delivered.map(({ body }) => body), twilio.contents.size]).toEqual([['try this'], 0]);
  });

  test('where a content cannot be made the words leave all the same, once', async () => {
    twilio.contentsFail = true;
    await line.hear('hi', { channel: 'twilio', rich: true });
    await line.talk('try this');
    expect(await line.deliver()).toMatchObject({ sent: 1 });
    expect(twilio.delivered.map(({ body, content }) => [body, content])).toEqual([['try this', undefined]]);
  });

  test('a cover is shown for as long as its source allows', async () => {
    const details = {
      isbn13: DUNE.isbn13,
      credit: 'a source',
      description: null,
      coverUrl: 'https://covers.example/1.jpg',
    };
    await database.db.insert(bookDetails).values({ ...details, expiresAt: new Date(line.nowMs + 1000) });
    await line.hear('hi', { channel: 'twilio', rich: true });
    for (const passedMs of [0, 2000]) {
      line.nowMs += passedMs;
      await line.say({ bubbles: ['try this'], kind: 'talk', by: 'marty', shown: [DUNE] });
      await line.deliver({ commandId: randomUUID() });
    }
    expect(twilio.delivered.map(({ content }) => content)).toMatchObject([
      { 'twilio/card': { title: 'Dune', media: [details.coverUrl] } },
      { 'twilio/card': { body: '{{1}}' } },
    ]);
    expect(JSON.stringify(twilio.delivered[1])).not.toContain('media');
  });

  test('a book that is shown after others leaves with an answer that takes it by name', async () => {
    line.ways = [{ type: 'customer.asked', meta: { button: 'another one' } }];
    await line.hear('hi', { channel: 'twilio', rich: true });
    await line.say({ bubbles: ['try this'], kind: 'talk', by: 'marty', shown: [DUNE] });
    await line.deliver();
    expect(twilio.delivered.map(({ content }) => content)).toMatchObject([
      { 'twilio/card': { actions: [reply("i'll take Dune", "i'll take it"), reply('another one')] } },
    ]);
  });

  test('a book with a cover is a card, and its answer names the book', () => {
    expect(
      contentOf({
        cards: [card('Dune', 'https://covers.example/1.jpg')],
        suggestions: ["i'll take it", 'another one'],
      }),
    ).toEqual({
      'twilio/card': {
        title: 'Dune',
        media: ['https://covers.example/1.jpg'],
        body: '{{1}}',
        actions: [reply("i'll take Dune", "i'll take it"), reply('another one')],
      },
      'twilio/text': { body: '{{1}}' },
    });
  });

  test('where others were shown before, and the chart asks which of them, the card still takes its own book', () => {
    const actions = [reply("i'll take Dune", "i'll take it"), reply('another one')];
    for (const cover of ['https://covers.example/1.jpg', null])
      expect(contentOf({ cards: [card('Dune', cover)], suggestions: ['another one'] })).toMatchObject({
        'twilio/card': { actions },
      });
    expect(contentOf({ cards: [card('Dune', null)], suggestions: [] })).toBeNull();
  });

  test('several books with covers follow the words as a row; without covers each is an answer by its name', () => {
    const covered = [card('Dune', 'https://covers.example/1.jpg'), card('Ubik', 'https://covers.example/2.jpg')];
    expect(carouselOf({ cards: covered })).toMatchObject({
      'twilio/carousel': {
        cards: [{ title: 'Dune', actions: [reply("i'll take Dune", "i'll take it")] }, { title: 'Ubik' }],
      },
    });
    expect(contentOf({ cards: covered, suggestions: ['another one'] })).toMatchObject({
      'twilio/card': { actions: [reply('another one')] },
    });
    const bare = [card('Dune', null), card('Ubik', null)];
    expect([carouselOf({ cards: bare }), contentOf({ cards: bare, suggestions: ['another one'] })]).toMatchObject([
      null,
      {
        'twilio/card': {
          actions: [reply("i'll take Dune", 'Dune'), reply("i'll take Ubik", 'Ubik'), reply('another one')],
        },
      },
    ]);
  });

  test('nothing to tap is no content', () => expect(contentOf({ cards: [], suggestions: [] })).toBeNull());
});

test('only the last thing that a turn asks carries its answers, with the books that it shows', async () => {
  const smobi = recordingChannel('smobi');
  line = new PhoneLine(database, [smobi.channel]);
  line.ways = [{ type: 'customer.asked', meta: { button: 'another one' } }];
  await line.hear('hi', { rich: true });
  await line.say(
    { bubbles: ['one', 'two'], kind: 'talk', by: 'marty', shown: [DUNE, UBIK] },
    { bubbles: ['news'], kind: 'fact', by: 'marty' },
  );
  await line.deliver();
  expect(
    smobi.sent.map(({ text, suggestions, cards }) => [text, suggestions, cards.map(({ subtitle }) => subtitle)]),
  ).toEqual([
    ['one', [], []],
    ['two', ['another one'], ['Frank Herbert, $12.99', 'Philip K. Dick, $15.99']],
    ['news', [], []],
  ]);
});
