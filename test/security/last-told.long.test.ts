// What is sold is what the shop's own words named last before the customer's yes: that book, for that much. The model obeys whoever would
// have it otherwise: it swaps the book on the counter, or shows another, in the very turn in which the customer agrees.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Proposal } from '../../src/brain/claude/proposal.ts';
import { book } from '../shop/books.ts';
import { agrees, chooses, HOME, isShown, picksUp } from '../shop/journeys.ts';
import type { Book } from '../shop/journeys.ts';
import { ADDRESS, HELD, READ_BACK, SURE } from '../shop/lines.ts';
import type { Phone } from '../shop/phone.ts';
import { useObedientShop } from './obedient-shop.ts';

const { shop, claude } = useObedientShop();
beforeAll(() => shop().stand(DUNE.isbn13, 20)); // one for each story

const DUNE = book('Dune');
const OTHER = book('The Hobbit');
const THIRD = book('Hyperion');
const quiet: Proposal = {
  act: 'customer.asked',
  isbn13: null,
  copies: null,
  isbn13s: [],
  address: null,
  bubbles: [],
  books: [],
  confidence: 1,
};

/** It names this book and its price, as if that were what is being bought. */
function naming({ isbn13, title, priceCents }: Book): Partial<Proposal> {
  return { bubbles: [`${title}, ${dollars(priceCents)}.`], books: [isbn13] };
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}

/** Says this, in more words than a pattern looks at, and the model claims that of it. */
async function says(reader: Phone, text: string, claim: Partial<Proposal>): Promise<void> {
  claude().answer({ text: JSON.stringify({ ...quiet, ...claim }) });
  await reader.texts(`${text}, and my grey cat sits under a wet tree while it rains on our street`);
  await shop().rest();
  expect(claude().requests).not.toEqual([]); // of this text
}

/** The house answers from now on. */
function hush(): void {
  claude().answer({ fault: 'refusal' });
}

async function sold(reader: Phone): Promise<Array<{ title: string; cents: number }>> {
  const orders = await shop().orders(reader);
  return orders.flatMap(({ lines }) =>
    lines.map(({ title, copies, priceCents }) => ({ title, cents: copies * priceCents })),
  );
}

/** The last of what has come says which book and how much, and asks. */
async function isAskedOf(reader: Phone, { title }: Pick<Book, 'title'>, cents: number): Promise<void> {
  expect(await sold(reader)).toEqual([]);
  const asked = (await reader.news()).filter((bubble) => SURE.test(bubble)).at(-1) ?? '';
  expect(asked).toContain(title);
  expect(asked).toContain(dollars(cents));
}

/** @param cents of a copy from now on */
async function reprice({ isbn13, title }: Book, cents: number): Promise<void> {
  const { status } = await shop().staff('PUT', `/api/books/${isbn13}`, {
    title,
    authors: ['A. Nobody'],
    priceCents: cents,
  });
  expect(status).toBeLessThan(300);
}

describe('the book on the counter', () => {
  test('that the model swaps in the turn of the yes is asked about anew, and sold on a yes to that', async () => {
    const reader = shop().phone();
    hush();
    await chooses(reader, DUNE);
    await says(reader, 'yes please', { act: 'customer.choseBook', isbn13: OTHER.isbn13, copies: 2 });
    await isAskedOf(reader, OTHER, 2 * OTHER.priceCents);
    await says(reader, 'yes, hold them', { act: 'customer.wantsHold' });
    await reader.hears(HELD);
    expect(await sold(reader)).toEqual([{ title: OTHER.title, cents: 2 * OTHER.priceCents }]);
  });

  test('that is not the second one of the list which was shown is asked about by its name', async () => {
    const reader = shop().phone();
    hush();
    await isShown(reader, DUNE);
    await says(reader, 'show me two more of those', {
      books: [OTHER.isbn13, THIRD.isbn13],
      bubbles: [`${OTHER.title}, or ${THIRD.title}.`],
    });
    await says(reader, 'the second one please', { act: 'customer.choseBook', isbn13: DUNE.isbn13, copies: 1 });
    await isAskedOf(reader, DUNE, DUNE.priceCents);
  });

  test.each([
    ['"want it?"', chooses, 'customer.agreed'],
    ['"want it?"', chooses, 'customer.wantsHold'],
    ['"shipped or picked up?"', agrees, 'customer.wantsHold'],
    ['"pay now or hold it?"', picksUp, 'customer.wantsHold'],
    ['"pay now or hold it?"', picksUp, 'customer.paysNow'],
  ] as const)('is asked about again where the answer to %s comes with another', async (_question, reach, act) => {
    const reader = shop().phone();
    hush();
    await reach(reader, DUNE);
    await says(reader, 'yes, hold it or let me pay now', { act, ...naming(OTHER) });
    await isAskedOf(reader, DUNE, DUNE.priceCents);
    await says(reader, 'yes, hold that one', { act: 'customer.wantsHold' });
    await reader.hears(HELD);
    expect(await sold(reader)).toEqual([{ title: DUNE.title, cents: DUNE.priceCents }]);
  });

  test('is asked about again where another was shown between that question and the next', async () => {
    const reader = shop().phone();
    hush();
    await agrees(reader, DUNE);
    await says(reader, 'tell me of another one first', naming(OTHER));
    await says(reader, 'ok then, hold that one', { act: 'customer.wantsHold' });
    await isAskedOf(reader, DUNE, DUNE.priceCents);
  });

  test('is named once more before it is shipped, where another was shown before the address was read back', async () => {
    const reader = shop().phone();
    hush();
    await agrees(reader, DUNE);
    await says(reader, 'tell me of another one first', naming(OTHER));
    hush();
    await reader.asks('ship it', ADDRESS);
    await reader.asks(HOME, READ_BACK);
    await says(reader, 'yes, that is right', { act: 'customer.agreed' });
    await isAskedOf(reader, DUNE, DUNE.priceCents);
  });
});

describe('the price', () => {
  test('that is another in the words of the answer is asked about before anything is held for the old one', async () => {
    const reader = shop().phone();
    const [kept, cheaper] = [book('Meditations'), book('Meditations').priceCents - 300];
    hush();
    await chooses(reader, kept);
    await reprice(kept, cheaper);
    await says(reader, 'yes, hold it', { act: 'customer.wantsHold', ...naming({ ...kept, priceCents: cheaper }) });
    await isAskedOf(reader, kept, cheaper);
    await says(reader, 'yes, hold it', { act: 'customer.wantsHold' });
    expect(await sold(reader)).toEqual([{ title: kept.title, cents: cheaper }]);
  });

  test('that rises behind the question is told and asked about before there is a link, whatever is claimed meanwhile', async () => {
    const reader = shop().phone();
    const dearer = book('The Lathe of Heaven');
    hush();
    await picksUp(reader, dearer);
    await reprice(dearer, dearer.priceCents + 500);
    await says(reader, 'yes, let me pay now', { act: 'customer.paysNow' });
    const asked = (await reader.news()).filter((bubble) => SURE.test(bubble));
    expect(asked.map((bubble) => bubble.includes(dollars(dearer.priceCents + 500)))).toEqual([true]);
    await says(reader, 'hmm, my sister called', { act: 'customer.agreed' });
    expect((await shop().orders(reader)).map(({ state }) => state)).toEqual(['refused']);
    expect((await reader.bubbles()).filter((bubble) => bubble.includes('/till/'))).toEqual([]);
  });

  test('that changes behind the question binds nobody: what was told is what a hold costs', async () => {
    const reader = shop().phone();
    const kept = book('Homeland');
    hush();
    await chooses(reader, kept);
    await reprice(kept, kept.priceCents + 700);
    await says(reader, 'yes, hold it', { act: 'customer.wantsHold' });
    await reader.hears(HELD);
    expect(await sold(reader)).toEqual([{ title: kept.title, cents: kept.priceCents }]);
  });
});
