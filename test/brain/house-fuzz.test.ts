import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyOutput, Stage } from '../../schema/acts.ts';
import { intentOf } from '../../src/brain/house/intents.ts';
import { houseReply, plainReply } from '../../src/brain/house/house.ts';
import { processorMs } from '../harness/processor-ms.ts';
import { testShelf } from './shelf.ts';
import { offered, situation } from './situations.ts';

const WORDS =
  'i want the second one first both it that yes no nah dune hobbit under $15 ship pickup hold pay now link jane doe 12 elm st apt 4 hoboken nj 07030 for my nephew 8 like something fun dark by le guin how much is are you open thanks bye ? . , and'.split(
    ' ',
  );
const text = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 20 }).map((words) => words.join(' ')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
);

describe('the house recommender, whatever is written', () => {
  test('always answers with a valid reply that fits a phone and names only books of the shelf', async () => {
    const texts = fc.array(text, { minLength: 1, maxLength: 3 });
    const stage = fc.constantFrom(...Stage.options);
    const offers = fc.subarray(offered('Dune', 'The Hobbit', 'Snow Crash'));
    await fc.assert(
      fc.asyncProperty(texts, stage, offers, fc.nat(), async (unread, at, shown, seed) => {
        const chosen = shown[0] ?? null;
        const draft = await houseReply(testShelf(), situation(unread, { stage: at, offers: shown, chosen, seed }));
        const reply = ReplyOutput.parse({ ...draft, by: 'house' });
        expect(reply.bubbles.filter((bubble) => bubble.length > 150)).toEqual([]);
        expect(reply.act.type !== 'customer.asked' || reply.bubbles.length > 0).toBe(true);
        expect(reply.bubbles.join(' ')).not.toMatch(/https?:|undefined|null/);
      }),
      { numRuns: 400 },
    );
  });

  test.each(['a ', '1 ', 'like ', 'dune ', 'yes ', '12 elm st ', 'Aa', ',', 'by '])(
    '1,600 characters of "%s" are read within a moment',
    async (piece) => {
      const before = processorMs();
      await houseReply(testShelf(), situation(piece.repeat(1600 / piece.length)));
      expect(processorMs() - before).toBeLessThan(500);
    },
  );

  test.each(['i already ', 'think about it and a b ', 'ok i '])(
    'many of "%s" that end otherwise are read at once',
    (piece) => {
      const before = processorMs();
      intentOf(`${piece.repeat(26)}\u0001${'x'.repeat(40)}`);
      intentOf(`think about it${' and a b'.repeat(26)}\u0001${'x'.repeat(40)}`);
      expect(processorMs() - before).toBeLessThan(250);
    },
  );

  test.each(['any ', 'ebay ', 'yes. ', '12345 '])(
    'twenty-four unread texts of 1,600 characters of "%s" are, too, after ten like them',
    async (piece) => {
      const text = piece.repeat(1600 / piece.length);
      const line = { id: 'm1', by: 'customer', kind: 'talk', text, at: new Date(0) } as const;
      const over = {
        stage: 'confirming.sure',
        chosen: offered('Dune')[0] ?? null,
        history: Array.from({ length: 10 }, () => line),
      } as const;
      const said = situation(Array<string>(24).fill(text), over);
      const before = processorMs();
      plainReply(said);
      await houseReply(testShelf(), said);
      expect(processorMs() - before).toBeLessThan(1000);
    },
  );

  test('the same text twice is never answered with the same words twice in a row, wherever the talk stands', async () => {
    const asked = ['ok', 'hm', 'hi', 'blorp', 'are you open', 'how much is shipping', 'do you have dune', 'is it good'];
    const hobbit = offered('The Hobbit')[0] ?? null;
    for (const stage of Stage.options)
      for (const text of asked) {
        const over = { stage, offers: offered('The Hobbit', 'Dune'), table: offered('The Hobbit'), chosen: hobbit };
        const first = await houseReply(testShelf(), situation(text, over));
        const line = (by: 'customer' | 'marty', words: string) =>
          ({ id: words, by, kind: 'talk', text: words, at: new Date(0) }) as const;
        const history = [line('customer', text), ...first.bubbles.map((words) => line('marty', words))];
        const second = await houseReply(testShelf(), situation(text, { ...over, history }));
        const said = (bubbles: string[]) => [stage, text, bubbles.join('\n') || 'nothing'];
        expect(said(second.bubbles)).not.toEqual([stage, text, first.bubbles.join('\n')]);
      }
  });

  test('of what is too much, the newest counts', async () => {
    const long = 'and so on '.repeat(150);
    for (const texts of [[long, "i'll take dune"], [`${long}. can i talk to a person?`]])
      expect((await houseReply(testShelf(), situation(texts))).act.type).toMatch(/choseBook|wantsPerson/);
  });
});
