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
});
