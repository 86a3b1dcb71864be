// A developer watches the shop in Stately's inspector: its own server, its own receiver, and not a word of a customer's.
import { createWebSocketReceiver } from '@statelyai/inspect';
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { createInspectorServer } from '@statelyai/inspect/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { customerMachine } from '../../machines/customer.ts';
import { inspect, runInspect } from '../../src/cli/commands/inspect.ts';
import { startInspection } from '../../src/cli/inspect/inspection.ts';
import { freePort } from '../harness/free-port.ts';
import { book } from './books.ts';
import { givesAddress, HOME } from './journeys.ts';
import { useShop, WAIT } from './kit.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');

let url = '';
let received: StatelyInspectionEvent[] = [];
let server = { stop: () => {} };
beforeAll(async () => {
  const port = await freePort();
  url = `ws://localhost:${port}`;
  server = createInspectorServer({ port, autoOpen: false });
  createWebSocketReceiver({ server: url }).subscribe((message) => void received.push(message));
});
afterAll(() => server.stop());

/** How long a replay would have waited before each turn (ms); nobody waits here. */
let pausesMs: number[] = [];

type Options = { actors?: string[]; replay?: boolean; speed?: number };

async function watching(options: Options, work: () => Promise<void>): Promise<void> {
  received = [];
  pausesMs = [];
  const pause = async (ms: number) => void pausesMs.push(ms);
  const [inspection, over] = [startInspection(url), new AbortController()];
  const how = { actors: [], speed: 1, say: () => {}, pause, ...options };
  const done = inspect(shop().shop, inspection, how, over.signal);
  try {
    await work();
  } finally {
    over.abort();
    await done;
    inspection.stop();
  }
}

const events = (name: RegExp) =>
  received
    .filter((message) => message.type === '@xstate.event')
    .map(({ event }) => event.type)
    .filter((type) => name.test(type));

describe('the inspector', () => {
  test('opens nothing for an actor or a store that is not there, and its process ends', async () => {
    const said = vi.spyOn(console, 'log');
    const flags = { speed: '1', port: String(await freePort()), open: false };
    const run = (more: object) => shop().atTerminal(() => runInspect({ ...flags, ...more }));
    await expect(run({ actor: ['customer:+12015550199'] })).rejects.toThrow('There is no actor');
    await expect(run({ store: 'nowhere' })).rejects.toThrow('There is no store "nowhere"');
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });

  test('shows the chart and every turn as it commits, and nothing that a customer wrote', async () => {
    const reader = shop().phone();
    await watching({}, async () => {
      await givesAddress(reader, HOBBIT);
      await vi.waitFor(() => expect(events(/done\.actor\.address$/)).toHaveLength(1), WAIT);
    });
    const [actor] = received.filter((message) => message.type === '@xstate.actor');
    expect(actor?.name).toMatch(/^customer …[0-9a-f]{6}$/);
    expect(JSON.parse(actor?.definition ?? '')).toEqual(JSON.parse(JSON.stringify(customerMachine.config)));
    expect(events(/text\.received/)).toHaveLength(5);
    const snapshots = received.filter((message) => message.type === '@xstate.snapshot');
    expect(JSON.stringify(snapshots.map(({ snapshot }) => snapshot))).toContain('"fulfillment":"checkingAddress"');
    const all = JSON.stringify(received);
    for (const secret of [reader.number, reader.number.slice(1), HOME, 'Lovelace', '12 Main St', HOBBIT.named]) {
      expect(all).not.toContain(secret);
    }
  });

  test('shows chosen actors as they stand, and the turns of no others', async () => {
    const [chosen, other] = [shop().phone(), shop().phone()];
    await chosen.asks('hello', /./);
    await watching({ actors: [`customer:${chosen.number}`] }, async () => {
      await vi.waitFor(() => expect(received.map(({ type }) => type)).toContain('@xstate.actor'), WAIT);
      await other.asks('hello', /./);
      await chosen.asks('do you have dune?', /Dune/);
      await vi.waitFor(() => expect(events(/text\.received/)).toHaveLength(1), WAIT);
    });
    expect(new Set(received.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  test('plays the stored history of one actor, four times as fast where that is wanted', async () => {
    const reader = shop().phone();
    await givesAddress(reader, HOBBIT);
    await shop().rest();
    const replay = async (speed: number) => {
      await watching({ actors: [`customer:${reader.number}`], replay: true, speed }, async () => {
        await vi.waitFor(() => expect(events(/done\.actor\.address$/)).toHaveLength(1), WAIT);
      });
      return pausesMs;
    };
    const [asItWas, faster] = [await replay(1), await replay(4)];
    expect(Math.max(...asItWas)).toBeGreaterThan(0);
    expect(faster).toEqual(asItWas.map((ms) => ms / 4));
    expect(new Set(received.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(events(/^xstate\.init$|^text\.received$/).slice(0, 2)).toEqual(['xstate.init', 'text.received']);
  });
});
