// The shop closes and opens again, and nobody who was texting with it notices. In other moments: restart.test.ts.
import { describe, expect, test } from 'vitest';
import { openDb } from '../../src/commerce/db.ts';
import { punctual } from '../../src/commerce/local-till/habits.ts';
import { pay } from '../../src/commerce/local-till/pay.ts';
import { book } from './books.ts';
import { agrees, getsLink } from './journeys.ts';
import { useShop } from './kit.ts';
import { PAID, PAY_HOW } from './lines.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

describe('a restart', () => {
  test('in the middle of a conversation: it goes on where it was', async () => {
    const reader = shop().phone();
    await agrees(reader, HOBBIT);
    await shop().close();
    await shop().open();
    await reader.asks('pick it up', PAY_HOW);
  });

  test('while Marty composes: he thinks again and answers once', async () => {
    const reader = shop().phone();
    const before = shop().thoughts.composed;
    shop().thoughts.hold();
    await reader.texts('do you have the hobbit?');
    await shop().thoughts.haveBeen(before + 1);
    const closed = shop().close();
    shop().thoughts.release();
    await closed;
    await shop().open();
    await reader.hears(/Hobbit/);
    await shop().rest();
    expect((await reader.bubbles()).filter((text) => text.includes('Hobbit'))).toHaveLength(1);
  });

  test('while the customer is paying: the money is heard of', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, HOBBIT);
    await shop().close();
    const till = { db: openDb(shop().pool), now: Date.now, newId: () => crypto.randomUUID(), habits: punctual };
    await pay(till, link.slice(-36));
    await shop().open();
    await reader.hears(PAID);
  });
});
