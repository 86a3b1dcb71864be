// A whole purchase, with an address, at the finest level of the log and with everything exported: nothing that leaves the
// process by any of these ways says who the customer is, where they live, what they said, or which keys we hold.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startExport } from '../../../src/cli/telemetry/otlp.ts';
import { startFakeCollector } from '../../fakes/otlp.ts';
import type { FakeCollector } from '../../fakes/otlp.ts';
import { book } from '../../shop/books.ts';
import { givesAddress } from '../../shop/journeys.ts';
import { SMOBI_SECRET, TOKEN, useShop } from '../../shop/kit.ts';
import { PAID } from '../../shop/lines.ts';

const shop = useShop();
let collector: FakeCollector;
beforeAll(async () => {
  collector = await startFakeCollector();
});
afterAll(() => collector.close());

test('logs, metrics, traces and errors of a purchase hold nothing personal and no key', async () => {
  const { telemetry, secrets } = shop().shop;
  const endpoint = collector.url;
  const stop = startExport({ endpoint, variables: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } }, telemetry.registry);
  const reader = shop().phone();
  await givesAddress(reader, book('The Dispossessed'));
  await reader.texts('yes');
  await shop().pays(reader, await reader.hearsLink());
  await reader.hears(PAID);
  await shop().rest();
  const errors = await troubles(reader.number);
  const numbers = await (await fetch(`${shop().url}/metrics`)).text();
  await stop();

  const told = { logs: shop().log.lines.join('\n'), numbers, exported: collector.bodies.join('\n'), errors };
  const sizes = Object.values(told).map((text) => text.length > 200);
  expect(sizes).toEqual([true, true, true, true]);
  expect(told.logs).toContain('"event":"text.received"');
  expect(told.exported).toContain('command createPaymentLink');
  const forms = new Map(collector.metrics.map(({ name, sum, gauge, histogram }) => [name, { sum, gauge, histogram }]));
  expect(forms.get('marty_turns_total')?.sum?.dataPoints.length).toBeGreaterThan(10);
  expect(forms.get('marty_orders')?.gauge?.dataPoints).toMatchObject([{ attributes: { state: 'paid' }, asDouble: 1 }]);
  expect(forms.get('marty_turn_seconds')?.histogram?.dataPoints[0]?.count).toBeGreaterThan(10);
  const secret = {
    phone: reader.number.slice(1),
    name: 'Lovelace',
    street: '12 Main',
    text: 'do you have',
    answer: 'shall i',
    token: TOKEN,
    smobi: SMOBI_SECRET,
    session: secrets.sessionSecret,
    key: secrets.piiKey.toString('base64'),
    database: new URL(shop().shop.config.database.url ?? '').password || 'postgres://',
  };
  const found = Object.entries(told).flatMap(([where, text]) =>
    Object.entries(secret).flatMap(([what, words]) => (text.includes(words) ? [`${what} in ${where}`] : [])),
  );
  expect(found).toEqual([]);
});

/** Requests that are refused, with personal data wherever there is room for it. */
async function troubles(phone: string): Promise<string> {
  const json = { 'content-type': 'application/json' };
  const answers = await Promise.all([
    fetch(`${shop().url}/api/conversations/${encodeURIComponent(phone)}/messages`),
    fetch(`${shop().url}/api/actors/${encodeURIComponent(`customer:${phone}`)}`, {
      headers: { authorization: 'Bearer no' },
    }),
    fetch(`${shop().url}/api/simulator/messages`, {
      method: 'POST',
      headers: { ...json, 'x-correlation-id': phone },
      body: JSON.stringify({ from: phone, text: 'do you have'.repeat(200) }),
    }),
    fetch(`${shop().url}/webhook/sms`, { method: 'POST', headers: json, body: JSON.stringify({ from: phone }) }),
    fetch(`${shop().url}/${encodeURIComponent(phone)}`),
    shop().staff('GET', `/api/orders/${encodeURIComponent(phone)}`),
    shop().staff('GET', `/api/actors?cursor=${encodeURIComponent(phone)}`),
  ]);
  const told = await Promise.all(
    answers.map(async (answer) => `${JSON.stringify([...answer.headers])} ${await answer.text()}`),
  );
  expect(answers.every(({ status }) => status >= 400 && status < 500)).toBe(true);
  return told.join('\n');
}
