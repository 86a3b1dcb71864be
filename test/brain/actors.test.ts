import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { composeReply } from '../../actors/compose-reply.ts';
import { summariseThread } from '../../actors/summarise-thread.ts';
import type { ReplyOutput } from '../../schema/acts.ts';
import { openCounter } from '../commerce/counter.ts';
import { asked, dataKey, run, servicesOf } from '../commerce/running.ts';
import { useDatabase } from '../harness/database.ts';
import { brainOf, Customer, openShop } from './shop.ts';

const database = useDatabase();
let storeId = 0;
beforeAll(async () => {
  storeId = await openShop(database.db, 'brain-actors');
});

const QUIET: ReplyOutput = { act: { type: 'customer.asked' }, bubbles: [], shown: [], confidence: 0, by: 'house' };

describe('composeReply and summariseThread', () => {
  test('what the chart knows and whose talk it is reach the brain, and its reply is the output', async () => {
    const heard: unknown[] = [];
    const reply = (ask: unknown) => {
      heard.push(ask);
      return Promise.resolve(QUIET);
    };
    const brain = { ...brainOf(database.db), reply };
    const input = {
      stage: 'browsing' as const,
      offers: [],
      chosen: null,
      found: [],
      elsewhere: null,
      orderId: null,
      threadId: randomUUID(),
      sinceMs: 0,
      awaySinceMs: null,
      begun: null,
    };
    const who = asked(storeId, 'customer', randomUUID());
    expect(await run(composeReply, input, servicesOf(openCounter(database.db), { brain }), who)).toEqual(QUIET);
    expect(heard).toEqual([{ ...input, storeId, actorKey: who.key, dataKey }]);
  });

  test('a breakdown of the database is transient', async () => {
    const brain = { ...brainOf(database.db), reply: () => Promise.reject(new Error('connection lost')) };
    const input = {
      stage: 'browsing' as const,
      offers: [],
      chosen: null,
      found: [],
      elsewhere: null,
      orderId: null,
      threadId: randomUUID(),
      sinceMs: 0,
      awaySinceMs: null,
      begun: null,
    };
    const services = servicesOf(openCounter(database.db), { brain });
    expect(await run(composeReply, input, services, asked(storeId, 'customer', randomUUID()))).toBe('transient');
  });

  test('a silent thread is summarised, also when it is done twice or nothing was said', async () => {
    const customer = new Customer(database.db, storeId);
    const services = servicesOf(openCounter(database.db), { brain: brainOf(database.db) });
    const who = asked(storeId, 'customer', customer.actorKey);
    const input = { threadId: customer.threadId };
    expect(await run(summariseThread, input, services, who)).toEqual({});
    expect(await run(summariseThread, input, services, who)).toEqual({});
  });
});
