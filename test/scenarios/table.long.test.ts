// Scenarios by weathers: each row is what a customer does, each column what goes wrong meanwhile between the shop and Square, and
// what a row has to come to is the same in every column: orders, links and money at Square, copies on both shelves, what was read.
import { beforeAll, describe, expect, test } from 'vitest';
import { book } from '../shop/books.ts';
import { allPlayed, useStage } from './playing.ts';
import type { Played, Scenario, Weather } from './playing.ts';
import * as plays from './plays.ts';
import * as told from './told.ts';

/** A fault meets each request that changes something the first time that it is made. */
const WEATHERS: Weather[] = [
  { name: 'nothing' },
  { name: 'a request done, and no answer in time', fault: 'hang' },
  { name: 'a request done, and the connection cut', fault: 'lost_answer' },
  { name: 'the connection cut before', fault: 'cut' },
  { name: 'too many requests (429)', fault: 429 },
  { name: 'an error of its own (500)', fault: 500 },
  { name: 'webhooks twice and backwards', webhooks: 'twice and backwards' },
];

const PAID = 'OPEN PROPOSED named';
const HANDED_OVER = 'COMPLETED COMPLETED named';
const PAID_BACK = 'OPEN CANCELED named';
/** Asked for so often, a sale does without the record of a customer that Square's directory does not give. */
const PAID_BY_SOMEBODY = expect.stringMatching(/^OPEN PROPOSED (?:named|nameless)$/);

const SCENARIOS: Scenario[] = [
  {
    name: 'a new customer, by shipping',
    book: book('Matilda'),
    copies: { before: 3, after: 2 },
    play: plays.buysByShipping,
    comesTo: { orders: ['shipped'], square: [HANDED_OVER], links: 1, refunds: [], told: told.shipping },
  },
  {
    name: 'a returning customer, by pickup',
    book: book('The Hobbit'),
    copies: { before: 3, after: 2 },
    before: plays.wasHereBefore,
    play: plays.comesBackAndPicksUp,
    comesTo: { orders: ['pickedUp'], square: [HANDED_OVER], links: 1, refunds: [], told: told.pickup },
  },
  {
    name: 'a hold',
    book: book('The Gruffalo'),
    copies: { before: 3, after: 2 },
    play: plays.holds,
    comesTo: { orders: ['pickedUp'], square: [], links: 0, refunds: [], told: told.hold },
  },
  {
    name: 'out of stock, waited for, back, bought',
    book: book('The Dispossessed'),
    copies: { before: 0, after: 0 },
    play: plays.waitsForIt,
    comesTo: { orders: ['paid'], square: [PAID], links: 1, refunds: [], told: told.waiting },
  },
  {
    name: 'a refund',
    book: book('Homeland'),
    copies: { before: 3, after: 3 },
    play: plays.isPaidBack,
    comesTo: { orders: ['refunded'], square: [PAID_BACK], links: 1, refunds: ['COMPLETED'], told: told.refund },
  },
  {
    name: 'a refund in Square’s own dashboard',
    book: book('Kindred'),
    copies: { before: 3, after: 3 },
    play: plays.isPaidBackAtSquare,
    comesTo: {
      orders: ['refunded'],
      square: [PAID_BACK],
      links: 1,
      refunds: ['PENDING', 'PENDING'],
      told: told.refundAtSquare,
    },
  },
  {
    name: 'the price changed between the yes and the link',
    book: book('A Wizard of Earthsea'),
    copies: { before: 3, after: 2 },
    play: plays.hearsAnotherPrice,
    comesTo: { orders: ['paid', 'refused'], square: [PAID], links: 1, refunds: [], told: told.price },
  },
  {
    name: 'two customers, the last copy',
    book: book('Lord of Light'),
    copies: { before: 1, after: 0 },
    play: plays.raceForTheLast,
    comesTo: { orders: ['paid', 'refused'], square: [PAID], links: 1, refunds: [], told: told.lastCopy },
  },
  {
    name: 'an opt-out in the middle of a payment',
    book: book('Meditations'),
    copies: { before: 3, after: 2 },
    play: plays.optsOutAndPays,
    comesTo: { orders: ['paid'], square: [PAID], links: 1, refunds: [], told: told.optOut },
  },
  {
    name: 'Square down for ten minutes',
    book: book('Snow Crash'),
    copies: { before: 3, after: 2 },
    before: plays.asksWhileSquareIsDown,
    play: plays.paysOnceSquareIsBack,
    comesTo: { orders: ['paid'], square: [PAID_BY_SOMEBODY], links: 1, refunds: [], told: told.outage },
  },
];

const stage = useStage();

for (const weather of WEATHERS)
  describe(`G6 G9 through ${weather.name}`, () => {
    let played: Played;
    beforeAll(async () => void (played = await allPlayed(stage(), weather, SCENARIOS)));

    for (const { name, comesTo, copies } of SCENARIOS)
      test(name, () => {
        expect(played.get(name)).toEqual({
          ...comesTo,
          copies: { ours: copies.after, promised: 0, atSquare: copies.after },
        });
      });

    test('and nothing of the shop contradicts itself', () => stage().kit.audit());
  });
