// One trace from a provider's webhook to the answer, through the rows that carry it: over two lives of the shop, each with
// an SDK of its own, read from what a collector was sent.
import { createHmac } from 'node:crypto';
import { context, propagation, trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExport, watchedQueue } from '../../../src/cli/telemetry/otlp.ts';
import { createPostgresCarrier } from '../../../src/runtime/carrier.ts';
import type { Database } from '../../../src/runtime/database.ts';
import { startFakeCollector } from '../../fakes/otlp.ts';
import type { FakeCollector, KeptSpan } from '../../fakes/otlp.ts';
import { useDatabase } from '../../harness/database.ts';
import { commands, prepare, startRuntime, stopped, to } from '../../runtime/kit.ts';
import { book } from '../../shop/books.ts';
import { getsLink, picksUp } from '../../shop/journeys.ts';
import { SHOP_PHONE, SMOBI_SECRET, useShop } from '../../shop/kit.ts';

const shop = useShop();
const HOBBIT = book('The Hobbit');
const OUTSIDE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
let collector: FakeCollector;
let stop: () => Promise<void> = () => Promise.resolve();

function live(): void {
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  stop = startExport({ endpoint: collector.url, variables }, new Registry());
}

/** What a process does when it ends; the next one starts with nothing registered. */
async function dies(): Promise<void> {
  await stop();
  for (const api of [trace, context, propagation]) api.disable();
}

beforeAll(async () => {
  collector = await startFakeCollector();
});
afterAll(async () => {
  await dies();
  await collector.close();
});

async function textsThroughSmobi(from: string, message: string): Promise<void> {
  const body = JSON.stringify({
    message_id: crypto.randomUUID(),
    from,
    to: SHOP_PHONE,
    message,
    message_type: 'sms',
    timestamp: new Date().toISOString(),
  });
  const signature = createHmac('sha256', SMOBI_SECRET).update(body).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-smobi-signature': `sha256=${signature}`,
    traceparent: `00-${OUTSIDE.traceId}-${OUTSIDE.spanId}-01`,
  };
  expect((await fetch(`${shop().url}/webhook/sms`, { method: 'POST', headers, body })).status).toBe(200);
}

/** The names from a span up to the root of its trace. */
function wayTo(span: KeptSpan): string[] {
  const above = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(above ? wayTo(above) : []), nameOf(span)];
}

function nameOf({ name, attributes }: KeptSpan): string {
  const type = attributes['marty.type']?.replace(/^(xstate\.(?:after|done\.actor)\.\w+).*/, '$1');
  return type ? `${name}: ${type}` : name;
}

describe('the span of a command', () => {
  const own = useDatabase();

  test('is linked to the queue’s own, which carried it', async () => {
    await prepare(own.pool);
    live();
    const carrierOn = (database: Database) => createPostgresCarrier(database, () => undefined, watchedQueue());
    const started = startRuntime(own.url, { carrierOn });
    await started.runtime.send(to('p1'), { type: 'parcel.weigh', grams: 5 });
    const key = await started.runtime.find(to('p1'));
    await expect.poll(async () => (await commands(own.pool, key))[0], { timeout: 20_000 }).toMatch(/done$/);
    await stopped(started); // the queue's span ends with its parcel
    await dies();
    const [link, ...others] = collector.spans.find(({ name }) => name === 'command weigh')?.links ?? [];
    expect(others).toEqual([]);
    const carried = collector.spans.find(({ spanId }) => spanId === link?.spanId);
    expect(carried?.attributes['bullmq.queue.name'] ?? carried?.name).toMatch(/commands/);
  });
});

describe('a trace', () => {
  test('goes from the webhook over a restart into the answer', async () => {
    const reader = shop().phone();
    const before = shop().thoughts.composed;
    live();
    shop().thoughts.hold();
    await textsThroughSmobi(reader.number, 'do you have the hobbit?');
    await shop().thoughts.haveBeen(before + 1);
    await shop().close(); // does not wait for a thought that takes too long: it is given back
    shop().thoughts.release();
    await dies();
    live();
    await shop().open();
    await reader.hears(/Hobbit/);
    await shop().rest();
    await dies();

    const spans = collector.spans.filter(({ traceId }) => traceId === OUTSIDE.traceId);
    const last = spans.findLast(({ name }) => name === 'command deliver'); // the first sends the notice
    if (!last) throw new Error('no bubble was sent in this trace');
    expect(wayTo(last)).toEqual([
      'POST /webhook/sms',
      'turn customer: text.received',
      'turn customer: xstate.after.settle',
      'command composeReply',
      'turn customer: xstate.done.actor.reply',
      'command deliver',
    ]);
    expect(spans.find(({ name }) => name === 'POST /webhook/sms')?.parentSpanId).toBe(OUTSIDE.spanId);
    const composed = spans.filter(({ name }) => name === 'command composeReply');
    expect(composed.map(({ attributes }) => attributes['marty.attempt']).sort()).toEqual(['1', '2']);
    expect(new Set(composed.map(({ instance }) => instance)).size).toBe(2);
  });

  test('reaches the order, its commands, the till, and comes back to the customer', async () => {
    const reader = shop().phone();
    await picksUp(reader, HOBBIT);
    collector.spans.length = 0;
    live();
    await reader.texts('pay now');
    await reader.hearsLink();
    await shop().rest();
    await dies();

    const call = collector.spans.find(({ name }) => name === 'till createLink');
    if (!call) throw new Error('nobody asked the till');
    const way = wayTo(call);
    expect(way[0]).toBe('POST /api/simulator/messages');
    expect(way.slice(-5)).toEqual([
      'turn order: xstate.init',
      'command reserveStock',
      'turn order: xstate.done.actor.reservation',
      'command createPaymentLink',
      'till createLink',
    ]);
    const told = collector.spans.filter(
      ({ traceId, attributes }) => traceId === call.traceId && attributes['marty.type'] === 'order.linkReady',
    );
    expect(told.map(({ name }) => name)).toEqual(['turn customer']);
    const correlations = new Set(
      collector.spans
        .filter(({ traceId }) => traceId === call.traceId)
        .map((span) => span.attributes['marty.correlationId']),
    );
    correlations.delete(undefined);
    expect(correlations.size).toBe(1);
  });

  test('is not begun where nothing is exported: rows carry none', async () => {
    await shop().pool.query('UPDATE commands SET trace = NULL');
    const reader = shop().phone();
    await getsLink(reader, HOBBIT);
    await shop().rest();
    const { rows } = await shop().pool.query('SELECT name FROM commands WHERE trace IS NOT NULL');
    expect(rows).toEqual([]);
  });
});
