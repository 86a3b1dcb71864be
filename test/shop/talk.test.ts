// Texts that come twice, at once, at the wrong moment; and when somebody else speaks, or nobody may.
import { describe, expect, test } from 'vitest';
import { book } from './books.ts';
import { getsLink, picksUp } from './journeys.ts';
import { useShop } from './kit.ts';
import type { ShopKit } from './kit.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const EARTHSEA = book('A Wizard of Earthsea');
const STOPPED = /opted out/;
const STARTED = /back in\. marty|welcome back/;

async function turns({ pool, shop: { runtime } }: ShopKit, phone: Phone, type: string): Promise<number> {
  const key = await runtime.find({ storeId: 1, machine: 'customer', id: phone.number });
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM events WHERE actor_key = $1 AND type = $2',
    [key, type],
  );
  return rows[0]?.n ?? 0;
}

describe('G10 consent', () => {
  test('STOP while a link is out: one confirmation and then nothing, whatever happens; START brings the news back', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, EARTHSEA);
    await reader.asks('STOP', STOPPED);
    await shop().pays(reader, link);
    await reader.texts('hello?', 'STOP', 'are you there?');
    await shop().rest();
    expect([await reader.news(), (await shop().order(reader)).state]).toEqual([[], 'paid']);
    await reader.asks('START', STARTED);
    const { id } = await shop().order(reader);
    await shop().staff('POST', `/api/orders/${id}/ready`);
    await reader.hears(/is ready for you at|come get .+ now/);
  });

  test('STOP while Marty composes: his answer is not sent', async () => {
    const reader = shop().phone();
    shop().thoughts.hold();
    const before = shop().thoughts.composed;
    await reader.texts('do you have dune?');
    await shop().thoughts.haveBeen(before + 1);
    await reader.asks('stop', STOPPED);
    shop().thoughts.release();
    await shop().rest();
    expect(await reader.news()).toEqual([]);
  });

  test('who says in plain words, at their first text, that they want none gets the one confirmation and not a word besides', async () => {
    const stranger = shop().phone();
    const before = shop().thoughts.composed;
    await stranger.texts('wrong number, please stop texting me', 'leave me alone');
    await stranger.hears(STOPPED);
    await shop().rest();
    expect([await stranger.bubbles(), shop().thoughts.composed - before]).toEqual([
      [expect.stringMatching(STOPPED)],
      0,
    ]);
  });

  test('an opt-out in plain words is heard while a person answers, too: no news leaves after it', async () => {
    const reader = shop().phone();
    const link = await getsLink(reader, EARTHSEA);
    const conversation = `/api/conversations/${encodeURIComponent(reader.number)}`;
    await shop().staff('POST', `${conversation}/messages`, { text: 'carrie here, how can i help?' });
    await reader.hears(/carrie here/);
    await reader.asks('no me escriban más', STOPPED);
    await shop().pays(reader, link);
    await shop().rest();
    expect(await reader.news()).toEqual([]);
  });

  test('HELP is answered without Marty, also to those who have opted out', async () => {
    const reader = shop().phone();
    const before = shop().thoughts.composed;
    await reader.asks('HELP', /automated\. (?:contact|reach us)/);
    await reader.asks('STOP', STOPPED);
    await reader.asks('help', /automated\. (?:contact|reach us)/);
    await shop().rest();
    expect([await reader.news(), shop().thoughts.composed - before]).toEqual([[], 0]);
  });
});

describe('texts', () => {
  test('three in a row get one answer that has read them all', async () => {
    const reader = shop().phone();
    const before = shop().thoughts.composed;
    shop().settleMs = 20_000; // however long the three are on their way
    await reader.texts('hey!', 'quick q, are you open sunday', 'and do you have the hobbit?');
    shop().settleMs = 60;
    await shop().passes('settle', { machine: 'customer', id: reader.number });
    await reader.hears(/Hobbit/);
    await shop().rest();
    const said = (await reader.bubbles()).join(' ');
    expect(shop().thoughts.composed - before).toBe(1);
    expect(said).toMatch(/open|closed/);
  });

  test('fifty deliveries of one text are one turn and one answer', async () => {
    const reader = shop().phone();
    const message = { text: 'do you have dune?', messageId: 'one-and-the-same' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => reader.sends(message)));
    const bodies: unknown[] = await Promise.all(answers.map((answer) => answer.json()));
    const fresh = { status: 'accepted', messageId: message.messageId, duplicate: false };
    expect(bodies.filter((body) => JSON.stringify(body) === JSON.stringify(fresh))).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await reader.hears(/Dune/);
    await shop().rest();
    expect([
      await turns(shop(), reader, 'text.received'),
      await turns(shop(), reader, 'xstate.done.actor.reply'),
    ]).toEqual([1, 1]);
    expect((await reader.bubbles()).filter((text) => text.includes('Dune'))).toHaveLength(1);
  });

  test('a text while Marty composes: the old answer is dropped, the new one has read both', async () => {
    const reader = shop().phone();
    const before = shop().thoughts.composed;
    shop().thoughts.hold();
    await reader.texts('do you have the gruffalo?');
    await shop().thoughts.haveBeen(before + 1);
    await reader.texts('and do you have dune?');
    await shop().thoughts.haveBeen(before + 2);
    shop().thoughts.release();
    await reader.hears(/Dune/);
    await shop().rest();
    expect(await turns(shop(), reader, 'xstate.done.actor.reply')).toBe(1);
  });

  test('many phones at once each get their own answer', async () => {
    const readers = Array.from({ length: 12 }, () => shop().phone());
    await Promise.all(
      readers.map((reader, n) => reader.texts(n % 2 === 0 ? 'do you have dune?' : 'do you have homeland?')),
    );
    await Promise.all(readers.map((reader, n) => reader.hears(n % 2 === 0 ? /Dune/ : /Homeland/)));
  });
});

describe('staff', () => {
  test('take over: Marty is silent while a person speaks, and goes on where he was when they hand back', async () => {
    const reader = shop().phone();
    await picksUp(reader, EARTHSEA);
    const conversation = `/api/conversations/${encodeURIComponent(reader.number)}`;
    expect((await shop().staff('POST', `${conversation}/takeover`)).status).toBe(202);
    const before = shop().thoughts.composed;
    await reader.texts('is this a person?');
    expect(
      (await shop().staff('POST', `${conversation}/messages`, { text: 'Yes, this is Panat at the counter.' })).status,
    ).toBe(202);
    await reader.hears(/^Yes, this is Panat at the counter\.$/);
    await shop().rest();
    expect([await reader.news(), shop().thoughts.composed - before]).toEqual([[], 0]);
    expect((await shop().staff('POST', `${conversation}/handback`)).status).toBe(202);
    await reader.texts('pay now');
    await reader.hearsLink();
  });

  test('a repeated request of staff with the same key is done once', async () => {
    const reader = shop().phone();
    await reader.asks('hi', /marty/);
    const say = () =>
      fetch(`${shop().url}/api/conversations/${encodeURIComponent(reader.number)}/messages`, {
        method: 'POST',
        headers: { authorization: 'Bearer a-staff-token', 'content-type': 'application/json', 'idempotency-key': 'k1' },
        body: JSON.stringify({ text: 'Your book is here.' }),
      });
    const answers: unknown[] = await Promise.all([say(), say(), say()].map(async (one) => (await one).json()));
    expect(answers).toContainEqual({ status: 'accepted', duplicate: false });
    await shop().rest();
    expect((await reader.bubbles()).filter((text) => text === 'Your book is here.')).toHaveLength(1);
  });
});
