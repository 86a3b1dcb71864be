// `marty chat`: a phone in the terminal, before the real server.
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { chat } from '../../src/cli/chat.ts';
import { serve } from './serve.ts';
import { customer, openShop, READER } from './shop.ts';
import type { Shop } from './shop.ts';

function sit(url: string, phone = READER, isTTY = false) {
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY })];
  let seen = '';
  output.on('data', (chunk) => (seen += String(chunk)));
  const over = chat({ url, phone, input, output, lookMs: 10 });
  const sees = (words: string) => vi.waitFor(() => expect(seen).toContain(words), { timeout: 20_000 });
  return { type: (words: string) => input.write(`${words}\n`), sees, seen: () => seen, over };
}

function say(shop: Shop, text: string, status: 'sent' | 'queued' | 'dropped' = 'sent'): void {
  const id = `t${shop.transcript.length}`;
  const at = '2026-11-22T19:00:00.000Z';
  shop.transcript.push({
    id,
    direction: 'outbound',
    text,
    at,
    by: 'marty',
    status,
    seq: 1,
    reason: null,
    channel: null,
  });
}

describe('marty chat', () => {
  test('sends what is typed and shows what arrives, each bubble once', async () => {
    const shop = openShop();
    const { url } = await serve(shop);
    const terminal = sit(url);
    await terminal.sees(`You are ${READER}`);
    terminal.type('got any dune?');
    await vi.waitFor(
      () => expect(shop.sent.map(({ event }) => event)).toMatchObject([{ text: 'got any dune?' }]),
      20_000,
    );
    say(shop, 'never sent', 'dropped');
    say(shop, 'one copy, $10.99');
    await terminal.sees('marty › one copy, $10.99');
    say(shop, 'want it?');
    await terminal.sees('marty › want it?');
    terminal.type('/quit');
    await terminal.over;
    expect(terminal.seen().match(/one copy/g)).toHaveLength(1);
    expect(terminal.seen()).not.toContain('never sent');
  });

  test('shows a bubble that was on its way only once it has arrived', async () => {
    const shop = openShop();
    say(shop, 'slow one', 'queued');
    const { url } = await serve(shop);
    const terminal = sit(url, READER, true);
    await terminal.sees('marty is typing');
    expect(terminal.seen()).not.toContain('slow one');
    Object.assign(shop.transcript[0] ?? {}, { status: 'delivered' });
    await terminal.sees('marty › slow one');
    terminal.type('/quit');
    await terminal.over;
  });

  test('recalls the end of the last talk', async () => {
    const shop = openShop();
    shop.actors.set(`customer:${READER}`, customer());
    say(shop, 'see you');
    const { url } = await serve(shop);
    const terminal = sit(url);
    await terminal.sees('marty › see you');
    terminal.type('/quit');
    await terminal.over;
  });

  test('says how to start a server when there is none', async () => {
    await expect(sit('http://127.0.0.1:9').over).rejects.toThrow(
      'No Marty answers at http://127.0.0.1:9. Start one with: npm start',
    );
  });

  test('says so when the simulator is off, and when the number is none', async () => {
    const shop = openShop();
    shop.deps.config.simulator = false;
    const { url } = await serve(shop);
    await expect(sit(url).over).rejects.toThrow('set ENABLE_SIMULATOR=1');
    await expect(sit(url, 'my phone').over).rejects.toThrow('"my phone" is not a phone number, such as +12015550199.');
  });
});
