// The Smobi adapter against a server that speaks Smobi's format, and `deliver` through it when the line is bad.
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SendFailed } from '../../src/channels/channel.ts';
import type { SendRequest } from '../../src/channels/channel.ts';
import { smobiChannel } from '../../src/channels/smobi.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import type { SmobiFault } from '../fakes/smobi.ts';
import { useDatabase } from '../harness/database.ts';
import { PHONE, PhoneLine } from './phone-line.ts';

const database = useDatabase();
const FROM = '+12015550199';
let smobi: FakeSmobi;
beforeEach(async () => void (smobi = await new FakeSmobi().start()));
afterEach(() => smobi.stop());

const channel = (overrides = {}) =>
  smobiChannel({ apiUrl: `${smobi.url}/`, apiKey: smobi.key, from: FROM, timeoutMs: 30_000, ...overrides });
const request = (overrides: Partial<SendRequest> = {}): SendRequest => ({
  to: PHONE,
  from: null,
  text: 'hi',
  reference: '1-a',
  rich: false,
  suggestions: [],
  cards: [],
  signal: new AbortController().signal,
  ...overrides,
});
const failure = async (sending: Promise<unknown>) => {
  const error: unknown = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof SendFailed ? { fate: error.fate, code: error.code } : error;
};

describe('one bubble', () => {
  test('is posted in the contract’s format and answered with the provider’s id', async () => {
    expect(await channel().send(request())).toEqual({ providerId: 'smobi-1', status: 'sent' });
    expect(smobi.delivered).toEqual([{ from: FROM, to: PHONE, message: 'hi', message_type: 'sms', reference: '1-a' }]);
  });

  test('leaves from the shop’s own number where it has one', async () => {
    await channel().send(request({ from: '+12015550111' }));
    expect(smobi.delivered[0]?.from).toBe('+12015550111');
  });

  test('with answers to tap goes as RCS', async () => {
    await channel().send(request({ rich: true, suggestions: ['yes', 'no'] }));
    expect(smobi.delivered[0]).toMatchObject({ message_type: 'rcs', suggestions: ['yes', 'no'] });
  });

  test('posted twice under one reference reaches the phone once', async () => {
    const first = await channel().send(request());
    expect(await channel().send(request())).toEqual(first);
    expect(smobi.delivered).toHaveLength(1);
  });
});

describe('failures', () => {
  test.each<[SmobiFault, object]>([
    [429, { fate: 'later', code: 'http_429' }],
    [500, { fate: 'unknown', code: 'http_500' }],
    [503, { fate: 'unknown', code: 'http_503' }],
    [400, { fate: 'final', code: 'http_400' }],
    [404, { fate: 'final', code: 'http_404' }],
    [422, { fate: 'final', code: 'http_422' }],
    [302, { fate: 'final', code: 'http_302' }],
    ['hang', { fate: 'unknown', code: 'timeout' }],
    ['html', { fate: 'unknown', code: 'unreadable_answer' }],
  ])('%s is %o', async (fault, expected) => {
    smobi.faults = [fault];
    const timeoutMs = fault === 'hang' ? 300 : 30_000;
    expect(await failure(channel({ timeoutMs }).send(request()))).toEqual(expected);
  });

  test('a wrong key is final', async () => {
    expect(await failure(channel({ apiKey: 'wrong' }).send(request()))).toEqual({ fate: 'final', code: 'http_401' });
  });

  test('a cut connection is unknown', async () => {
    smobi.faults = ['lost_answer'];
    expect(await failure(channel().send(request()))).toMatchObject({ fate: 'unknown' });
  });

  test('a closed port took nothing', async () => {
    const apiUrl = `http://127.0.0.1:${await closedPort()}`;
    expect(await failure(channel({ apiUrl }).send(request()))).toEqual({ fate: 'later', code: 'ECONNREFUSED' });
  });

  test('a shutdown ends a send that hangs', async () => {
    smobi.faults = ['hang'];
    const shutdown = new AbortController();
    const sending = failure(channel().send(request({ signal: shutdown.signal })));
    shutdown.abort();
    expect(await sending).toMatchObject({ fate: 'unknown' });
  });

  test('no failure names the number, the text or the key', async () => {
    smobi.faults = [400, 'lost_answer', 'html'];
    for (let n = 0; n < 3; n += 1) {
      const error: unknown = await channel()
        .send(request({ text: 'secret words' }))
        .catch((reason: unknown) => reason);
      expect(`${error instanceof Error ? error.stack : ''}${JSON.stringify(error)}`).not.toMatch(
        /2015550|secret words|smobi-test-key/,
      );
    }
  });
});

test('a reply over a bad line arrives whole, in order, and each bubble once', async () => {
  const line = new PhoneLine(database, [channel({ timeoutMs: 2_000 })]); // one call hangs
  await line.hear('hi');
  await line.fact('one', 'two', 'three');
  smobi.faults = [429, 'lost_answer', 503, 'html', 'hang'];
  let attempt = 1;
  while (
    await line.deliver({ attempt }).then(
      () => false,
      () => true,
    )
  )
    attempt += 1;
  expect(smobi.delivered.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
  expect(attempt).toBe(6);
  expect((await line.rows()).map(({ status, providerId }) => [status, providerId]).slice(1)).toEqual([
    ['sent', 'smobi-1'],
    ['sent', 'smobi-2'],
    ['sent', 'smobi-3'],
  ]);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
