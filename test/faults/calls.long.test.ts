// One model call that is never allowed to end: each worker that makes it is killed in the middle of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { book } from '../shop/books.ts';
import { Phone } from '../shop/phone.ts';
import { PATIENCE_MS } from './crowd.ts';
import { proposing } from './obedient-claude.ts';
import { isInFull } from './size.ts';
import { Stage } from './stage.ts';

const RESTARTS = isInFull ? 20 : 3;
const DUNE = book('Dune');
const database = useDatabase();
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ databaseUrl: database.url, webs: 1, workers: 1 });
}, 180_000);
afterAll(() => stage?.close());

const HAS_BEGUN = JSON.stringify({
  act: 'customer.asked',
  isbn13: null,
  copies: null,
  isbn13s: [],
  address: null,
  bubbles: ['long rides want long books.', 'worms, too'],
});

describe('G5 a customer whose model call meets death after death', () => {
  test(`is answered once, by the worker that makes the call for the ${RESTARTS + 1}th time`, async () => {
    const { claude, workers } = stage;
    const answer = { act: 'customer.asked', bubbles: [`"${DUNE.title}" is here.`], books: [DUNE.isbn13] };
    claude.answer(...Array.from({ length: RESTARTS }, () => ({ fault: 'hang' as const })), proposing(answer));
    const phone = new Phone(stage.url, '+12015559999', PATIENCE_MS);
    let called = claude.nextRequest();
    await phone.texts('anything like a desert with worms in it, maybe, for a long train ride?');
    for (let n = 0; n < RESTARTS; n++) {
      await called;
      called = claude.nextRequest();
      await workers[0]?.kill();
      workers[0]?.launch();
    }
    await phone.hears(new RegExp(DUNE.title));
    await stage.rest();
    expect(claude.requests).toHaveLength(RESTARTS + 1);
    expect((await phone.bubbles()).filter((text) => text.includes(DUNE.title))).toHaveLength(1);
    expect(await stage.broken()).toEqual({});
  });

  test('and whose answer was begun before it: the next worker goes on from there, and never says it again', async () => {
    const { claude, workers } = stage;
    const rest = ['what did you like last?'];
    const held = { text: HAS_BEGUN, after: 'worms', heldUntil: new Promise(() => undefined) };
    claude.answer(held, proposing({ act: 'customer.asked', bubbles: rest }));
    const phone = new Phone(stage.url, '+12015559998', PATIENCE_MS);
    await phone.texts('and for my sister, who sits on trains for 3 hours a day and likes the sea?');
    await phone.hears(/^long rides want long books\.$/);
    const called = claude.nextRequest();
    await workers[0]?.kill();
    workers[0]?.launch();
    expect(JSON.stringify((await called).messages.at(-1))).toContain('long rides want long books.');
    await phone.hears(/^what did you like last\?$/);
    await stage.rest();
    expect((await phone.bubbles()).slice(-2)).toEqual(['long rides want long books.', ...rest]);
    expect(await stage.broken()).toEqual({});
  });
});
