// The Twilio adapter against a server that speaks Twilio's format; its signature by the published example.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SendFailed } from '../../src/channels/channel.ts';
import type { SendRequest } from '../../src/channels/channel.ts';
import { twilioChannel } from '../../src/channels/twilio.ts';
import type { TwilioOptions } from '../../src/channels/twilio.ts';
import { TwilioText, twilioReceipt, verifyTwilioSignature } from '../../src/channels/twilio-inbound.ts';

type Seen = { path: string | undefined; authorization: string | undefined; form: Record<string, string> };
let server: Server;
let baseUrl = '';
let seen: Seen[] = [];
let answer: { status: number; body: string } = { status: 201, body: '{"sid":"SM1","status":"queued"}' };

beforeEach(async () => {
  seen = [];
  answer = { status: 201, body: '{"sid":"SM1","status":"queued"}' };
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(text));
      seen.push({ path: request.url, authorization: request.headers.authorization, form });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const channel = (overrides: Partial<TwilioOptions> = {}) =>
  twilioChannel({
    accountSid: 'AC1',
    authToken: 'token',
    sender: { from: '+12015550199' },
    baseUrl,
    statusCallback: 'https://marty.example/webhook/twilio/status',
    ...overrides,
  });
const request: SendRequest = {
  to: '+12015550123',
  from: null,
  text: 'hi',
  reference: '1-a',
  rich: false,
  suggestions: ['yes'],
  cards: [],
  signal: new AbortController().signal,
};

describe('one bubble', () => {
  test('is posted as Twilio’s form, with our reference on the receipt’s way back', async () => {
    expect(await channel().send(request)).toEqual({ providerId: 'SM1', status: 'sent' });
    expect(seen).toEqual([
      {
        path: '/2010-04-01/Accounts/AC1/Messages.json',
        authorization: `Basic ${Buffer.from('AC1:token').toString('base64')}`,
        form: {
          To: '+12015550123',
          From: '+12015550199',
          Body: 'hi',
          StatusCallback: 'https://marty.example/webhook/twilio/status?reference=1-a',
        },
      },
    ]);
  });

  test('through a messaging service names the service and no number', async () => {
    await channel({ sender: { messagingServiceSid: 'MG1' }, statusCallback: null }).send(request);
    expect(seen[0]?.form).toEqual({ To: '+12015550123', MessagingServiceSid: 'MG1', Body: 'hi' });
  });

  test('is never sent again when its fate is unknown', () => expect(channel().honoursReference).toBe(false));
});

test.each([
  [429, '{"code":20429}', { fate: 'later', code: 'twilio_20429' }],
  [400, '{"code":21611}', { fate: 'later', code: 'twilio_21611' }],
  [400, '{"code":21610}', { fate: 'final', code: 'twilio_21610' }],
  [401, '{"code":20003}', { fate: 'final', code: 'twilio_20003' }],
  [503, 'down', { fate: 'unknown', code: 'http_503' }],
  [201, 'down', { fate: 'unknown', code: 'unreadable_answer' }],
])('%i %s is %o', async (status, body, expected) => {
  answer = { status, body };
  const error: unknown = await channel()
    .send(request)
    .catch((reason: unknown) => reason);
  expect(error instanceof SendFailed && { fate: error.fate, code: error.code }).toEqual(expected);
});

describe('the signature', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const form = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675310',
    Digits: '1234',
    From: '+14158675310',
    To: '+18005551212',
  };
  const right = 'GvWf1cFY/Q7PnoempGyD5oXAezc=';

  test('of Twilio’s published example is right', () => {
    expect(verifyTwilioSignature('12345', url, form, right)).toBe(true);
  });

  test.each([
    ['another token', '1234', url, form, right],
    ['another address', '12345', `${url}3`, form, right],
    ['another field', '12345', url, { ...form, Digits: '1235' }, right],
    ['one field more', '12345', url, { ...form, More: '' }, right],
    ['no signature', '12345', url, form, undefined],
    ['half a signature', '12345', url, form, right.slice(0, 12)],
    ['no token set up', '', url, form, right],
  ])('with %s is wrong', (_what, token, address, fields, header) => {
    expect(verifyTwilioSignature(token, address, fields, header)).toBe(false);
  });
});

test('a text by RCS comes from the same number as one by SMS', () => {
  const form = { MessageSid: 'SM2', From: 'rcs:+12015550123', To: 'rcs:marty_agent', Body: 'hi', NumMedia: '0' };
  expect(TwilioText.parse(form)).toEqual({
    messageId: 'SM2',
    from: '+12015550123',
    to: 'marty_agent',
    text: 'hi',
    media: null,
    rich: true,
    keyword: null,
  });
});

test.each([
  ['queued', null],
  ['sending', null],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['undelivered', 'failed'],
  ['read', 'read'],
  ['constructor', null],
])('the status %s means %s', (MessageStatus, status) => {
  const receipt = status === null ? null : { providerId: 'SM3', reference: '1-a', status };
  expect(twilioReceipt({ MessageSid: 'SM3', MessageStatus }, '1-a')).toEqual(receipt);
});
