// A developer copies an actor as it stood after some turn and texts the copy, or tells it events: it answers, and the shop notices nothing.
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fork, talk } from '../../src/cli/commands/fork.ts';
import { book } from './books.ts';
import { agrees, getsLink, isShown } from './journeys.ts';
import { useShop } from './kit.ts';
import { METHOD, PAY_HOW, SURE } from './lines.ts';
import type { Phone } from './phone.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

const TABLES = ['actors', 'events', 'commands', 'timers', 'messages', 'orders', 'reservations', 'addresses', 'dedupe'];
async function rows(): Promise<string[]> {
  await shop().rest();
  const counted = TABLES.map(async (table) => {
    const { rows: found } = await shop().pool.query(
      `SELECT md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM ${table} t`,
    );
    return `${table} ${found[0]?.sum}`;
  });
  return Promise.all(counted);
}

async function turnsOf(reader: Phone): Promise<number> {
  const response = await shop().staff('GET', `/api/actors/customer:${reader.number}`);
  return z.object({ seq: z.number() }).parse(await response.json()).seq;
}

const forked = (reader: Phone, at: number | undefined, ...lines: string[]) =>
  told(`customer:${reader.number}`, at, ...lines);

async function told(id: string, at: number | undefined, ...lines: string[]): Promise<string> {
  const out: string[] = [];
  const flags = at === undefined ? {} : { at: String(at) };
  const one = await fork(shop().shop, id, flags, (line) => void out.push(line));
  const output = new PassThrough().on('data', (chunk: Buffer) => void out.push(chunk.toString()));
  await talk(one, { input: Readable.from(lines.map((line) => `${line}\n`)), output });
  return out.join('\n');
}

describe('a fork of a customer', () => {
  test('goes on from where the customer is, and leaves no trace in the shop', async () => {
    const reader = shop().phone();
    await agrees(reader, HOBBIT);
    const before = await rows();
    const screen = await forked(reader, undefined, 'pick it up', 'pay now', '/waiting', '/recorded');
    expect(screen).toMatch(PAY_HOW);
    expect(screen).toContain('recorded: a new order');
    expect(await rows()).toEqual(before);
    expect(await shop().orders(reader)).toEqual([]);
  });

  test('begins at any turn: what came later has not happened there', async () => {
    const reader = shop().phone();
    await isShown(reader, HOBBIT);
    await shop().rest();
    const shown = await turnsOf(reader);
    await reader.asks("i'll take it", SURE);
    await reader.asks('yes', METHOD);
    await shop().rest();
    const screen = await forked(reader, shown, "i'll take it", '/state');
    expect(screen).toMatch(/want it\?|shall i\?/);
    expect(screen).toContain('"confirming": "sure"');
  });

  test('says what cannot be done, and goes on', async () => {
    const reader = shop().phone();
    await isShown(reader, HOBBIT);
    await shop().rest();
    const screen = await forked(
      reader,
      undefined,
      '/done nothing {}',
      '/send {"type":"xstate.done.actor.reply"}',
      '/wait long',
      'hello',
    );
    expect(screen).toContain('nothing runs as "nothing"');
    expect(screen).toContain('such as /wait 90s');
    expect(screen).toContain('only the runtime makes');
    await expect(fork(shop().shop, `customer:${reader.number}`, { at: '999' }, () => {})).rejects.toThrow(
      'has no turn 999',
    );
  });
});

describe('a fork of an order', () => {
  test('is told events instead of texts, says which it takes, and leaves no trace in the shop', async () => {
    const reader = shop().phone();
    await getsLink(reader, HOBBIT);
    const before = await rows();
    const { id, totalCents } = await shop().order(reader);
    const screen = await told(
      `order:${id}`,
      undefined,
      `payment.completed {"paymentId":"p-1","amountCents":${totalCents}}`,
      '/done sale {}',
      '{"type":"staff.prepared"}',
      'staff.markedReady',
      '/recorded',
    );
    expect(screen).toMatch(/it takes: .*payment\.completed paymentId amountCents \[currency\]/);
    expect(screen).toMatch(/turn \d+ payment\.completed → "?\{?"?paid/);
    expect(screen).toContain('recorded: sellStock as "sale"');
    expect(screen).toMatch(/turn \d+ staff\.markedReady → "ready"/);
    expect(screen).toMatch(/it takes: .*staff\.pickedUp/);
    expect(screen).toContain('order.ready to ');
    expect(await rows()).toEqual(before);
  });

  test('refuses what is no event of an order or no answer of its work, and says when nothing takes an event', async () => {
    const reader = shop().phone();
    await getsLink(reader, HOBBIT);
    await shop().rest();
    const { id } = await shop().order(reader);
    const before = await rows();
    const screen = await told(
      `order:${id}`,
      undefined,
      'hello there',
      'text.received',
      'payment.completed {"paymentId":7}',
      'xstate.done.actor.sale {}',
      'staff.markedReady',
    );
    expect(screen).toContain('an event is its name, with JSON after it');
    expect(screen).toContain('"text.received" is no event of this machine');
    expect(screen).toContain('that is not payment.completed paymentId amountCents [currency] (paymentId: ');
    expect(screen).toContain('only the runtime makes');
    expect(screen).toMatch(/staff\.markedReady → .* \(nothing here takes it\)/);
    expect(await rows()).toEqual(before);
  });

  test('lets time pass while work of others goes on, and takes only answers that such work gives', async () => {
    const reader = shop().phone();
    await getsLink(reader, HOBBIT);
    await shop().rest();
    const { id } = await shop().order(reader);
    const screen = await told(
      `order:${id}`,
      1,
      '/done reservation {"reservationId":7}',
      '/refuse reservation maybe',
      '/done reservation {"reservationId":"r-1"}',
      '/wait 15s',
      '/fail link',
    );
    expect(screen).toContain('reserveStock does not answer so (reservationId: ');
    expect(screen).toMatch(/reserveStock refuses with .*sold_out/);
    expect(screen).toContain('order.linkDelayed to ');
    expect(screen).toContain('order.refused to ');
  });
});
