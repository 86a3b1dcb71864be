// What a turn writes of a conversation: the text it heard, the consent it learnt, the words it said.
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepConsentWriter } from '../../actors/keep-consent.ts';
import { keepTextWriter } from '../../actors/keep-text.ts';
import { sayWriter } from '../../actors/say.ts';
import { consents } from '../../schema/messages.ts';
import { transactional } from '../../src/cli/shop/machines.ts';
import { useDatabase } from '../harness/database.ts';
import { NOON, PhoneLine, recordingChannel, SHOP, vault, voice } from './phone-line.ts';

const database = useDatabase();
const say = sayWriter({ vault, voice, shopOf: () => SHOP });
let line: PhoneLine;
beforeEach(() => {
  line = new PhoneLine(database, [recordingChannel('smobi').channel]);
});

describe('a text that is kept', () => {
  test('is stored sealed, with the turn that heard it', async () => {
    await line.hear('anything like dune?', { messageId: 'sm-1' });
    const [row] = await line.rows();
    expect(row).toMatchObject({
      storeId: 1,
      direction: 'inbound',
      by: 'customer',
      status: 'received',
      channel: 'smobi',
      threadId: line.threadId,
      providerId: 'sm-1',
      seq: 1,
      at: new Date(NOON),
    });
    expect(row?.bodySealed.includes('dune')).toBe(false);
    expect(await line.transcript()).toEqual([['anything like dune?', 'received']]);
  });

  test('has no card number in it', async () => {
    await line.hear('take 4111 1111 1111 1111 please');
    expect(await line.transcript()).toEqual([['take (card hidden) please', 'received']]);
  });

  test('opens the thread, and later ones move it on', async () => {
    await line.hear('hi');
    line.nowMs += 1000;
    await line.hear('from my desk', { channel: 'terminal' });
    expect(await line.thread()).toMatchObject({
      channel: 'terminal',
      heardSeq: 2,
      heardAt: new Date(NOON + 1000),
      optedOut: false,
      threadId: line.threadId,
    });
  });

  test('of a whole batch lands in one statement, several of one customer included', async () => {
    const other = new PhoneLine(database, [recordingChannel('smobi').channel]);
    const text = { text: 'a', channel: 'smobi' as const, messageId: 'm', threadId: line.threadId };
    const effects = [
      { ...line.effect(text), seq: 1 },
      { ...other.effect({ ...text, text: 'b' }), seq: 1 },
      { ...line.effect({ ...text, text: 'c', channel: 'terminal' as const }), seq: 2 },
    ];
    await keepTextWriter({ vault }).write(database.pool, effects);
    expect(await line.transcript()).toEqual([
      ['a', 'received'],
      ['c', 'received'],
    ]);
    expect(await other.transcript()).toEqual([['b', 'received']]);
    expect(await line.thread()).toMatchObject({ heardSeq: 2, channel: 'terminal' });
  });

  test('of a customer who was forgotten meanwhile leaves nothing', async () => {
    const text = { text: 'a', channel: 'smobi' as const, messageId: 'm', threadId: line.threadId };
    await keepTextWriter({ vault }).write(database.pool, [{ ...line.effect(text), dataKey: null }]);
    expect(await line.rows()).toEqual([]);
  });
});

describe('what is said', () => {
  test('is queued sealed, as bubbles in GSM-7 of at most 150 characters, behind the text it answers', async () => {
    await line.hear('hm');
    const long = `${'it’s a long story about a house — '.repeat(5)}the end.`;
    await line.talk(`“Piranesi”. ${long}`);
    const transcript = await line.transcript();
    expect(transcript.length).toBeGreaterThan(2);
    expect(transcript[0]).toEqual(['hm', 'received']);
    for (const [text] of transcript.slice(1)) expect(text).toMatch(/^[\x20-\x7e]{1,150}$/);
    expect((await line.rows())[1]).toMatchObject({
      status: 'queued',
      kind: 'talk',
      by: 'marty',
      threadId: line.threadId,
    });
  });

  test('as a line is in the customer’s variant, marked with it, and carries the answers that the chart has open', async () => {
    line.ways = [
      { type: 'customer.wantsShipping', meta: { button: 'ship it' } },
      { type: 'customer.wantsPickup', meta: { button: 'pick it up' } },
    ];
    await line.say({ line: 'fulfillment.method', with: { title: 'Dune' }, kind: 'talk' });
    const [row] = await line.rows();
    expect(row).toMatchObject({
      line: 'fulfillment.method',
      variant: voice.variantFor(line.actorKey),
      suggestions: ['ship it', 'pick it up'],
      exempt: false,
      segments: 1,
    });
  });

  test('by staff is theirs', async () => {
    await line.fact('panat here, we found it');
    expect((await line.rows())[0]).toMatchObject({ by: 'staff', kind: 'fact', line: null });
  });

  test('in a pretended shop says so in each bubble, within the limit', async () => {
    const demo = sayWriter({ vault, voice, shopOf: () => ({ ...SHOP, prefix: '(demo) ' }) });
    await demo.write(database.pool, [
      line.effect({ bubbles: ['word '.repeat(40)], kind: 'talk' as const, by: 'marty' as const }),
    ]);
    for (const [text] of await line.transcript()) expect(text).toMatch(/^\(demo\) .{1,143}$/);
  });

  test('is nothing when folding leaves nothing of it', async () => {
    await line.talk('🧙');
    expect(await line.rows()).toEqual([]);
  });

  test('causes one delivery', () => expect(say.follow).toBe('deliver'));
});

describe('consent', () => {
  const kept = () =>
    database.db.select().from(consents).where(eq(consents.actorKey, line.actorKey)).orderBy(consents.at);

  test('a STOP is written down with its words, and closes the gate in the same commit', async () => {
    await line.hear('Stop.', { messageId: 'sm-9' });
    await line.consent({ change: 'revoked', source: 'keyword', messageId: 'sm-9' });
    const [row] = await kept();
    expect(row).toMatchObject({
      change: 'revoked',
      source: 'keyword',
      messageId: 'sm-9',
      channel: 'smobi',
      at: new Date(NOON),
    });
    expect(row?.told).toBe(`consent.stopped/${voice.variantFor(line.actorKey)}`);
    expect(row?.wordsSealed && vault.open(line.dataKey, row.wordsSealed)).toBe('Stop.');
    expect((await line.thread())?.optedOut).toBe(true);
  });

  test.each([
    ['changed', 'UPDATE consents SET change = $1'],
    ['deleted', 'DELETE FROM consents WHERE change <> $1'],
  ])('what was written down is never %s: the database itself refuses', async (_how, query) => {
    await line.hear('Stop.', { messageId: 'sm-9' });
    await line.consent({ change: 'revoked', source: 'keyword', messageId: 'sm-9' });
    const before = await kept();
    await expect(database.pool.query(query, ['granted'])).rejects.toThrow('never changed or deleted');
    expect(await kept()).toEqual(before);
  });

  test.each(['carrier', 'record'] as const)(
    'learnt from the %s closes the gate too, and puts no words into a mouth',
    async (source) => {
      await line.hear('got any dune?', { messageId: 'sm-8' });
      await line.consent({ change: 'revoked', source, messageId: null });
      const unsaid = { wordsSealed: null, messageId: null, channel: null, told: null };
      expect(await kept()).toMatchObject([{ change: 'revoked', source, ...unsaid }]);
      expect((await line.thread())?.optedOut).toBe(true);
    },
  );

  test('without a message named, the words are the newest that the customer sent', async () => {
    await line.hear('hi');
    line.nowMs += 1000;
    await line.hear('please leave me alone', { messageId: 'sm-2' });
    await line.fact('ok');
    await line.consent({ change: 'revoked', source: 'words', messageId: null });
    const [row] = await kept();
    expect(row).toMatchObject({ messageId: 'sm-2', source: 'words' });
    expect(row?.wordsSealed && vault.open(line.dataKey, row.wordsSealed)).toBe('please leave me alone');
  });

  test('that the very first text revokes quotes that text: the batch is written in an order that allows it', async () => {
    line.seq = 1;
    const { threadId } = line;
    const effects: Readonly<Record<string, unknown>> = {
      keepConsent: { change: 'revoked', source: 'keyword', messageId: null },
      keepText: { messageId: 'sm-1', text: 'STOP', channel: 'smobi', threadId },
      say: { line: 'consent.stopped', with: {}, kind: 'fact' },
    };
    const writers = Object.entries(transactional({ vault, voice, shopOf: () => SHOP }));
    for (const [name, { write }] of writers) {
      if (effects[name]) await write(database.pool, [line.effect(effects[name])]);
    }
    const [row] = await kept();
    expect(row?.wordsSealed && vault.open(line.dataKey, row.wordsSealed)).toBe('STOP');
    expect((await line.rows()).map((message) => message.threadId)).toEqual([threadId, threadId]);
  });

  test('of several changes in one batch each is kept and the last one counts', async () => {
    const change = (word: 'granted' | 'revoked', seq: number) => ({
      ...line.effect({ change: word, source: 'keyword' as const, messageId: null }),
      seq,
    });
    await keepConsentWriter({ voice }).write(database.pool, [change('revoked', 2), change('granted', 3)]);
    expect((await kept()).map((row) => row.change).sort()).toEqual(['granted', 'revoked']);
    expect((await line.thread())?.optedOut).toBe(false);
  });

  test('is not undone by a text that follows', async () => {
    await line.hear('STOP');
    await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
    await line.hear('hello?');
    expect((await line.thread())?.optedOut).toBe(true);
  });
});
