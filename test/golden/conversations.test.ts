// The house recommender against the judged conversations, in several of its wordings; and the judge against bad replies.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ReplyOutput } from '../../schema/acts.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Brain } from '../../src/brain/brain.ts';
import { Goldens, judge } from '../../src/cli/eval/golden.ts';
import type { Golden } from '../../src/cli/eval/golden.ts';
import { brainOf, Customer, openShop } from '../brain/shop.ts';
import { WEDNESDAY_ONE_PM } from '../brain/situations.ts';
import { useDatabase } from '../harness/database.ts';

const GOLDENS = Goldens.parse(JSON.parse(readFileSync(new URL('conversations.json', import.meta.url), 'utf8')));
const ROUNDS = [1, 2];

const database = useDatabase();
let storeId = 0;
let catalogue: Catalogue;
let brain: Brain;
beforeAll(async () => {
  storeId = await openShop(database.db, 'golden');
  catalogue = createCatalogue({ db: database.db });
  brain = brainOf(database.db);
});

const judged = (golden: Golden, round: number, by: Pick<Brain, 'draft'> = brain) => {
  const { dataKey } = new Customer(database.db, storeId);
  return judge({ brain: by, catalogue, storeId, dataKey, nowMs: WEDNESDAY_ONE_PM, round }, golden);
};

describe('the house recommender in a judged conversation', () => {
  test.each(GOLDENS)('$name', async (golden) => {
    for (const round of ROUNDS) {
      const { faults, reply } = await judged(golden, round);
      expect({ faults, bubbles: faults.length > 0 ? reply.bubbles : [] }).toEqual({ faults: [], bubbles: [] });
    }
  });
});

describe('the judge', () => {
  const golden = (expected: Golden['expect']): Golden => ({
    name: 'planted',
    why: 'a reply that is bad in one way',
    texts: ['something'],
    expect: expected,
  });
  const [dune, gruffalo] = ['Dune', 'The Gruffalo'];
  async function faultsOf(expected: Golden['expect'], over: Partial<ReplyOutput>, titles: string[] = []) {
    const found = await Promise.all(titles.map((title) => catalogue.search(storeId, title, 1)));
    const shown = found
      .flat()
      .map(({ isbn13, title, authors, priceCents, onHand }) => ({ isbn13, title, authors, priceCents, onHand }));
    const reply: ReplyOutput = {
      act: { type: 'customer.asked' },
      bubbles: [],
      shown,
      confidence: 1,
      by: 'house',
      ...over,
    };
    return (await judged(golden(expected), 1, { draft: () => Promise.resolve(reply) })).faults;
  }

  test.each<[string, Golden['expect'], Partial<ReplyOutput>, string[]]>([
    ['the wrong act', { act: ['customer.optedOut'] }, {}, []],
    ['an act about no book', { book: dune }, {}, [gruffalo]],
    ['nothing shown', { shows: 1 }, {}, []],
    ['other books', { showsOneOf: [dune] }, {}, [gruffalo]],
    ['a book that was not to be', { showsNone: [dune] }, {}, [dune]],
    ['a grown-up’s book for a child', { age: 'child' }, {}, [dune]],
    ['too dear a book', { priceMaxCents: 1000 }, {}, [dune]],
    ['words that are missing', { says: ['\\$11'] }, { bubbles: ['no idea.'] }, []],
    ['words that must not be', { saysNot: ['discount'] }, { bubbles: ['a Discount, for you.'] }, []],
    ['a voice that is not marty’s', {}, { bubbles: ['great choice!'] }, []],
  ])('sees %s', async (_what, expected, reply, titles) => {
    expect(await faultsOf(expected, reply, titles)).toHaveLength(1);
  });

  test('has nothing against a good reply', async () => {
    const expected = {
      act: ['customer.asked' as const],
      shows: 1,
      showsOneOf: [dune],
      saysNot: ['emma'],
      priceMaxCents: 2000,
    };
    expect(await faultsOf(expected, { bubbles: ['Dune by Frank Herbert, $11.99.'] }, [dune])).toEqual([]);
  });
});
