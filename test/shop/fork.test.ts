// A developer copies a customer as they stood after some turn and texts the copy: it answers, and the shop notices nothing.
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fork, talk } from '../../src/cli/commands/fork.ts';
import { book } from './books.ts';
import { agrees, isShown } from './journeys.ts';
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

async function forked(reader: Phone, at: number | undefined, ...lines: string[]): Promise<string> {
  const out: string[] = [];
  const one = await fork(
    shop().shop,
    `customer:${reader.number}`,
    at === undefined ? {} : { at: String(at) },
    (line) => void out.push(line),
  );
  const output = new PassThrough().on('data', (chunk: Buffer) => void out.push(chunk.toString()));
  await talk(one, { input: Readable.from(lines.map((line) => `${line}\n`)), output });
  return out.join('\n');
}

describe('a fork', () => {
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
    expect(screen).toContain('those only the runtime makes');
    await expect(fork(shop().shop, `customer:${reader.number}`, { at: '999' }, () => {})).rejects.toThrow(
      'has no turn 999',
    );
  });
});
