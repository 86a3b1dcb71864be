// A whole purchase, with an address, by Twilio, at Square and with Claude, each of which fails at first, at the finest level of the log
// and with everything exported: nothing that leaves the process by any of these ways says who the customer is, where they live, what
// they said, or which keys we hold.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startExport } from '../../../src/cli/telemetry/otlp.ts';
import { SQUARE_SIGNATURE } from '../../../src/commerce/square/webhook.ts';
import { startFakeAnthropic } from '../../fakes/anthropic.ts';
import type { FakeAnthropic } from '../../fakes/anthropic.ts';
import { startFakeCollector } from '../../fakes/otlp.ts';
import type { FakeCollector } from '../../fakes/otlp.ts';
import { FakeSquare } from '../../fakes/square.ts';
import { signSquareEvent } from '../../fakes/square/webhooks.ts';
import { FakeTwilio, webhook } from '../../fakes/twilio.ts';
import { book } from '../../shop/books.ts';
import { givesAddress } from '../../shop/journeys.ts';
import { SHOP_PHONE, SMOBI_SECRET, TOKEN, useShop } from '../../shop/kit.ts';
import { PAID } from '../../shop/lines.ts';
import { textsByTwilio, TwilioPhone } from '../../shop/twilio-phone.ts';

const CLAUDE_KEY = 'the-key-of-claude';
const square = new FakeSquare();
const twilio = new FakeTwilio();
let claude: FakeAnthropic;
let collector: FakeCollector;
const shop = useShop('quick', true, async () => {
  [claude, collector] = await Promise.all([startFakeAnthropic(), startFakeCollector()]);
  await Promise.all([square.start(), twilio.start()]);
  return {
    ANTHROPIC_API_KEY: CLAUDE_KEY,
    ANTHROPIC_BASE_URL: claude.url,
    SQUARE_ACCESS_TOKEN: square.accessToken,
    SQUARE_LOCATION_ID: square.locationId,
    SQUARE_BASE_URL: square.url,
    SQUARE_WEBHOOK_SIGNATURE_KEY: square.signatureKey,
  };
});
beforeAll(() => textsByTwilio(shop().shop, twilio));
afterAll(() => Promise.all([claude.close(), collector.close(), square.stop(), twilio.stop()]));

test('logs, metrics, traces and errors of a purchase hold nothing personal and no key', async () => {
  const { telemetry, secrets } = shop().shop;
  const endpoint = collector.url;
  const stop = startExport({ endpoint, variables: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } }, telemetry.registry);
  const reader = new TwilioPhone({ url: shop().url, phone: SHOP_PHONE }, '+12015551999', twilio);
  claude.answer({ fault: 'unauthorised' }, { fault: 'broken' }, { fault: 'refusal' }); // the house answers
  square.breakNext(/payment-links/, 500);
  twilio.faults = [503];
  await givesAddress(reader, book('The Dispossessed'));
  await reader.texts('yes');
  const link = await reader.hears(/^http\S+\/l\/link-\S+$/);
  square.pay(link.slice(link.lastIndexOf('/') + 1));
  await squareCalls();
  await reader.hears(PAID);
  await shop().rest();
  const errors = await troubles(reader.number);
  const numbers = await (await fetch(`${shop().url}/metrics`)).text();
  await stop();

  expect([claude.headers[0]?.authorization, twilio.faults]).toEqual([`Bearer ${CLAUDE_KEY}`, []]);
  expect(square.heard.filter((what) => what.endsWith('/payment-links')).length).toBeGreaterThan(1);

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
    claude: CLAUDE_KEY,
    square: square.accessToken,
    squareSignature: square.signatureKey,
    twilio: twilio.authToken,
    twilioBasic: Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64'),
    session: secrets.sessionSecret,
    key: secrets.piiKey.toString('base64'),
    database: new URL(shop().shop.config.database.url ?? '').password || 'postgres://',
  };
  const found = Object.entries(told).flatMap(([where, text]) =>
    Object.entries(secret).flatMap(([what, words]) => (text.includes(words) ? [`${what} in ${where}`] : [])),
  );
  expect(found).toEqual([]);
});

/** Square tells all that it has to tell. */
async function squareCalls(): Promise<void> {
  const url = `${shop().url}/webhook/square`;
  for (const { body } of square.outbox.splice(0)) {
    const headers = { [SQUARE_SIGNATURE]: signSquareEvent({ url, body, key: square.signatureKey }) };
    expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(200);
  }
}

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
    fetch(`${shop().url}/webhook/square`, {
      method: 'POST',
      headers: { ...json, [SQUARE_SIGNATURE]: 'no' },
      body: JSON.stringify({ buyer_phone: phone }),
    }),
    fetch(`${shop().url}/webhook/twilio`, webhook('no', 'no', { From: phone, To: SHOP_PHONE, Body: 'do you have' })),
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
