// Bubbles through Twilio, which honours no reference: what is lost is looked up before it is repeated.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { twilioChannel } from '../../src/channels/twilio.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { useDatabase } from '../harness/database.ts';
import { PHONE, PhoneLine } from './phone-line.ts';

const database = useDatabase();
const LATER_MS = 11_000;
let twilio: FakeTwilio;
let line: PhoneLine;

beforeAll(async () => void (twilio = await new FakeTwilio().start()));
afterAll(() => twilio.stop());
beforeEach(async () => {
  twilio.delivered.length = 0;
  twilio.optedOut.clear();
  const { accountSid, authToken, url: baseUrl } = twilio;
  const channel = twilioChannel({
    accountSid,
    authToken,
    baseUrl,
    sender: { from: '+12015550100' },
    statusCallback: null,
  });
  line = new PhoneLine(database, [channel]);
  line.nowMs = Date.now(); // the fake dates what it lists by the real clock
  await line.hear('hi', { channel: 'twilio' });
});

const bodies = () => twilio.delivered.map(({ body }) => body);
/** Attempts of one command; those that broke down are passed over. */
async function attempts(count: number): Promise<void> {
  const commandId = randomUUID();
  for (let attempt = 1; attempt <= count; attempt += 1) {
    await line.deliver({ commandId, attempt }).catch(() => undefined);
    line.nowMs += LATER_MS;
  }
}

describe('a bubble whose answer was lost', () => {
  test('is found at Twilio and not sent again', async () => {
    twilio.faults = ['lost_answer'];
    await line.fact('your link');
    await attempts(2);
    expect(bodies()).toEqual(['your link']);
    expect((await line.rows())[1]).toMatchObject({ status: 'sent', providerId: 'SM0001' });
  });

  test('that Twilio does not have was never sent, and is', async () => {
    twilio.faults = ['lost_request'];
    await line.fact('your link');
    await attempts(2);
    expect([bodies(), await line.transcript()]).toEqual([
      ['your link'],
      [
        ['hi', 'received'],
        ['your link', 'sent'],
      ],
    ]);
  });

  test('is not sent again while Twilio may not have listed it yet', async () => {
    twilio.faults = ['lost_request'];
    await line.fact('your link');
    const commandId = randomUUID();
    await expect(line.deliver({ commandId })).rejects.toBeInstanceOf(Error);
    line.nowMs += 1_000;
    await expect(line.deliver({ commandId, attempt: 2 })).rejects.toBeInstanceOf(Error);
    expect([bodies(), (await line.rows())[1]?.status]).toEqual([[], 'sending']);
  });

  test('is not taken for an earlier bubble with the same words', async () => {
    await line.fact('ok');
    await attempts(1);
    twilio.faults = ['lost_request'];
    await line.fact('ok');
    await attempts(2);
    expect([bodies(), (await line.rows()).map(({ providerId }) => providerId).slice(1)]).toEqual([
      ['ok', 'ok'],
      ['SM0001', 'SM0002'],
    ]);
  });

  test('holds up those behind it, so that they leave in order', async () => {
    twilio.faults = ['lost_answer'];
    await line.fact('one', 'two');
    await attempts(2);
    expect(bodies()).toEqual(['one', 'two']);
  });
});

test.each([
  [30007, 'filtered'],
  [30006, 'landline'],
])('a carrier that answers %i is told of as %s, and the bubble says so', async (code, reason) => {
  twilio.faults = [{ code }];
  await line.fact('your link');
  await attempts(1);
  expect([(await line.rows())[1], line.refused]).toMatchObject([{ status: 'failed', reason }, [reason]]);
});

test('a phone that has said STOP to Twilio is told of, and the bubble is not tried again', async () => {
  twilio.optedOut.add(PHONE);
  await line.fact('your link');
  await attempts(1);
  expect((await line.rows())[1]).toMatchObject({ status: 'failed', reason: 'opted_out' });
  expect(line.refused).toEqual(['opted_out']);
});
