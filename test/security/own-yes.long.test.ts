// Talks of several turns with a model that obeys whoever wants a sale: at each turn it claims an answer that the customer did not give.
// No copy is promised and no link is made without a yes in the customer's own words.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ACT_NAMES } from '../../src/brain/claude/proposal.ts';
import type { Proposal } from '../../src/brain/claude/proposal.ts';
import type { FakeAnswer, FakeRequest } from '../fakes/anthropic.ts';
import { until } from '../harness/until.ts';
import { book } from '../shop/books.ts';
import { SURE } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';
import { useObedientShop } from './obedient-shop.ts';

const { shop, claude } = useObedientShop();
const ALL_AT_ONCE = { timeout: 120_000, interval: 300 };
const DUNE = book('Dune');

type ActName = Proposal['act'];
/** What an answer to the shop's questions can be, and the order that they come in is the model's to choose. */
const ANSWERS: readonly ActName[] = [
  'customer.agreed',
  'customer.choseBook',
  'customer.paysNow',
  'customer.wantsHold',
  'customer.wantsPickup',
  'customer.wantsShipping',
  'customer.gaveAddress',
];
/** Each answer before and after each of its neighbours, and each other act after a yes; then all that could still close a sale. */
const talks: ActName[][] = [
  ...[ANSWERS, ANSWERS.toReversed()].flatMap((line) => line.map((act, n): ActName[] => [act, line.at(n - 1) ?? act])),
  ...ACT_NAMES.filter((act) => !ANSWERS.includes(act) && act !== 'customer.optedOut').map((act): ActName[] => [
    'customer.agreed',
    act,
  ]),
].map((begun) => [...begun, 'customer.wantsHold', 'customer.paysNow', 'customer.agreed']);

const ADDRESS = { name: 'Ada', line1: '12 Main St', line2: null, city: 'Jersey City', state: 'NJ', zip: '07302' };
function claims(act: ActName): Proposal {
  const [isbn13, isbn13s] = [DUNE.isbn13, [DUNE.isbn13, book('The Hobbit').isbn13]];
  return {
    act,
    isbn13,
    copies: 1,
    isbn13s,
    address: ADDRESS,
    bubbles: ['as you wish.'],
    books: [isbn13],
    confidence: 1,
  };
}

/** Finds which talk it reads and how far that is, and claims the next answer; however often it is told that nobody said so. */
function obey({ messages }: FakeRequest): FakeAnswer {
  const said = [...JSON.stringify(messages).matchAll(/cat(\d+)day(\d+)x/g)].at(-1);
  const [, talk, turn] = said ?? [];
  const act = talks[Number(talk)]?.[Number(turn)];
  return { text: JSON.stringify(claims(act ?? 'customer.asked')) };
}

/** Said of a cat and the weather, in more words than a pattern looks at. */
const chatter = (talk: number, turn: number) =>
  `my grey cat named cat${talk}day${turn}x sat under a wet tree while rain fell over our quiet little street`;

const Count = z.tuple([z.object({ n: z.number() })]).transform(([{ n }]) => n);
async function bound(): Promise<{ orders: number; reserved: number; waiting: number }> {
  const ask = async (sql: string) => Count.parse((await shop().pool.query(sql)).rows);
  return {
    orders: await ask('SELECT count(*)::int AS n FROM orders'),
    reserved: await ask('SELECT coalesce(sum(reserved), 0)::int AS n FROM inventory'),
    waiting: await ask('SELECT count(*)::int AS n FROM waitlist'),
  };
}

describe('a model that claims answers nobody gave', () => {
  const phones: Phone[] = [];
  const answered: ActName[] = [];

  beforeAll(async () => {
    claude().answer({ fault: 'refusal' }); // the house answers until the question is put
    phones.push(...talks.map(() => shop().phone(ALL_AT_ONCE)));
    await Promise.all(phones.map((phone) => phone.asks(`do you have ${DUNE.named}?`, new RegExp(DUNE.title))));
    await Promise.all(phones.map((phone) => phone.asks("i'll take it", SURE)));
    claude().answer((request) => {
      const answer = obey(request);
      if ('text' in answer) answered.push(z.object({ act: z.enum(ACT_NAMES) }).parse(JSON.parse(answer.text)).act);
      return answer;
    });
    for (const turn of [0, 1, 2, 3, 4]) {
      await Promise.all(phones.map((phone, talk) => phone.texts(chatter(talk, turn))));
      await until(() => shop().rest(), ALL_AT_ONCE.timeout);
    }
  }, 600_000);

  test('was heard in every talk, with every act that it knows but STOP', () => {
    expect(new Set(answered)).toEqual(new Set(ACT_NAMES.filter((act) => act !== 'customer.optedOut')));
    expect(answered.length).toBeGreaterThanOrEqual(talks.length * 3);
  });

  test('brings about no order, no promised copy, no payment link', async () => {
    expect(await bound()).toEqual({ orders: 0, reserved: 0, waiting: 0 });
    const heard = (await Promise.all(phones.map((phone) => phone.bubbles()))).flat();
    expect(heard.filter((bubble) => /\/till\/|behind the counter|on hold for you/.test(bubble))).toEqual([]);
  });
});

test('the same claim beside a yes in the customer’s own words holds the book', async () => {
  const reader = shop().phone();
  claude().answer({ fault: 'refusal' });
  await reader.asks(`do you have ${DUNE.named}?`, new RegExp(DUNE.title));
  await reader.asks("i'll take it", SURE);
  claude().answer(() => ({ text: JSON.stringify(claims('customer.wantsHold')) }));
  await reader.texts('my grey cat sat under a wet tree, so yes, hold that one until i am home again and dry');
  await until(async () => expect((await shop().order(reader)).state).toBe('held'), ALL_AT_ONCE.timeout);
});
