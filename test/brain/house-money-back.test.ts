// Money that was to come back: who says that it did not is heard by a person, and nothing of theirs is called off.
import { describe, expect, test } from 'vitest';
import variantA from '../../prompts/lines.a.json' with { type: 'json' };
import variantB from '../../prompts/lines.b.json' with { type: 'json' };
import { houseReply, plainReply } from '../../src/brain/house/house.ts';
import type { Situation } from '../../src/brain/situation.ts';
import { testShelf } from './shelf.ts';
import { situation } from './situations.ts';

const STAGES: Situation['stage'][] = [
  'browsing',
  'recommending',
  'confirming.sure',
  'fulfillment.method',
  'fulfillment.payment',
  'missing.sure',
  'payment.awaiting',
  'payment.preparing',
];
const PERSON = { type: 'customer.wantsPerson' };
const LINES = [variantA, variantB].map((lines) => lines['order.refunded.byHand']);

const actOf = async (text: string, over: Partial<Situation> = {}) =>
  (await houseReply(testShelf(), situation(text, over))).act;

describe.each([
  "i didn't get my money back",
  'i didnt get any refund',
  'no i didn’t get the money',
  'I did not get the money!!',
  "No, I haven't gotten my refund",
  'i havent received the refund yet',
  'never got my money back',
  'i never recieved a refund',
  "i haven't seen any refund",
  'have not seen the money',
  'hi, i still have not gotten a refund for dune',
  "you didn't refund me",
  "i haven't been refunded",
  'i was never refunded',
  "i wasn't refunded",
  'the money never came',
  "my refund hasn't come",
  'my refund isnt here yet',
  'refund did not show up',
  "where's my refund?",
  'where is my money',
  'what happened to my refund',
  'still waiting for my refund',
  'i got no refund',
  'no refund yet',
  'i havent got my money back. nothing',
  "didn't get all of my money",
  "i haven't gotten the $20 back. where's the money",
])('"%s"', (text) => {
  test.each(STAGES)('asks for a person while %s, with and without a model', async (stage) => {
    expect(await actOf(text, { stage })).toEqual(PERSON);
    expect(plainReply(situation(text, { stage }))?.act).toEqual(PERSON);
  });
});

test.each(['i want a refund', 'can i get my money back', 'refund please', 'i want my money back', 'refund me'])(
  '"%s" is still a wish to call off',
  async (text) => expect(await actOf(text)).toEqual({ type: 'customer.wantsCancel' }),
);

test.each([
  "i don't have the money for that",
  'never seen that one, is it about money?',
  'never saw the color of money',
  "i didn't find the funny money book",
  'a book about money',
])('"%s" asks for nobody', async (text) => expect((await actOf(text)).type).not.toMatch(/wantsPerson|wantsCancel/));

describe.each(LINES)('"%s"', (line) => {
  const after = { history: [{ id: 'm', by: 'marty' as const, kind: 'fact' as const, text: line, at: new Date(0) }] };

  test('asks for a word that is heard as the wish for a person', async () => {
    const [, word = ''] = /\bsay (\w+)/.exec(line) ?? [];
    expect(word).not.toBe('');
    for (const said of [word, `${word}.`, `"${word}"`, `${word} please`, `no, ${word}`, `didn't get it. ${word}`])
      for (const stage of STAGES) expect(await actOf(said, { stage, ...after })).toEqual(PERSON);
  });

  test.each([
    "i didn't get it",
    'no i did not get it',
    'never got it',
    "that's not so",
    'no',
    'got nothing',
    "i didn't get it. i want my money back",
  ])('keeps its promise where it is answered "%s"', async (said) => expect(await actOf(said, after)).toEqual(PERSON));

  test.each(['thanks', 'ok got it', 'yes', 'no, do you have dune?'])(
    'and is not heard as denied by "%s"',
    async (said) => expect(await actOf(said, after)).not.toEqual(PERSON),
  );
});
