// What `deliver` sends, what it holds back, and what it does after a failure; against the real tables.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SendFailed } from '../../src/channels/channel.ts';
import { useDatabase } from '../harness/database.ts';
import { PHONE, PhoneLine, recordingChannel } from './phone-line.ts';

const database = useDatabase();
const MINUTE = 60_000;
const NOTHING = { sent: 0, dropped: 0, failed: 0, unknown: 0 };
let smobi: ReturnType<typeof recordingChannel>;
let line: PhoneLine;

beforeEach(() => {
  smobi = recordingChannel('smobi');
  line = new PhoneLine(database, [smobi.channel]);
});

const fails = (fate: 'final' | 'later' | 'unknown') => async () => Promise.reject(new SendFailed(fate, 'test'));

describe('G8 order', () => {
  test('bubbles leave in the order they were said, with a pause between them', async () => {
    await line.hear('hi');
    await line.say(
      { bubbles: ['one', 'two'], kind: 'talk', by: 'marty' },
      { bubbles: ['three'], kind: 'fact', by: 'marty' },
    );
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 3 });
    expect(smobi.texts()).toEqual(['one', 'two', 'three']);
    expect(line.pauses).toEqual(['one', 'two']);
    expect(await line.transcript()).toEqual([
      ['hi', 'received'],
      ['one', 'sent'],
      ['two', 'sent'],
      ['three', 'sent'],
    ]);
  });

  test('each bubble goes to the customer under a reference of its own', async () => {
    await line.hear('hi');
    await line.talk('one', 'two');
    await line.deliver();
    const [, one, two] = await line.rows();
    expect(smobi.sent.map(({ to, reference }) => ({ to, reference }))).toEqual([
      { to: PHONE, reference: `1-${one?.id}` },
      { to: PHONE, reference: `1-${two?.id}` },
    ]);
    expect([one?.providerId, two?.providerId]).toEqual(['p-1', 'p-2']);
  });

  test('a reply goes to the channel that the customer used last', async () => {
    const terminal = recordingChannel('terminal');
    line = new PhoneLine(database, [smobi.channel, terminal.channel]);
    await line.hear('hi');
    await line.hear('hi again', { channel: 'terminal' });
    await line.talk('hello');
    await line.deliver();
    expect([smobi.texts(), terminal.texts()]).toEqual([[], ['hello']]);
  });

  test('the right to send is given back when the queue is empty', async () => {
    await line.hear('hi');
    await line.talk('hello');
    await line.deliver();
    expect(await line.thread()).toMatchObject({ leaseOwner: null, leaseUntil: null });
  });
});

test('a later turn speaks later, also when its process has a slower clock', async () => {
  await line.hear('hi');
  await line.fact('one');
  line.nowMs -= 500;
  await line.hear('ok');
  await line.fact('two');
  await line.deliver();
  expect(smobi.texts()).toEqual(['one', 'two']);
});

describe('G10 G13 the last gate', () => {
  test('talk is dropped when the customer has written since', async () => {
    await line.hear('something with dragons');
    await line.talk('try eragon', 'or temeraire');
    await line.hear('no wait, robots');
    expect(await line.deliver()).toEqual({ ...NOTHING, dropped: 2 });
    expect(smobi.texts()).toEqual([]);
    expect((await line.rows()).map(({ reason }) => reason)).toEqual([null, 'stale', 'stale', null]);
  });

  test('talk that the customer overtakes in the middle of a reply is cut off there', async () => {
    await line.hear('something with dragons');
    await line.talk('try eragon', 'or temeraire');
    smobi.answer = async (request) => {
      await line.hear('got that one');
      return smobi.take(request);
    };
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1, dropped: 1 });
    expect(smobi.texts()).toEqual(['try eragon']);
  });

  test('talk of the turn that heard the text is fresh', async () => {
    await line.hear('hi');
    await line.talk('hello');
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
  });

  test('talk older than two minutes is dropped, two minutes are not too old', async () => {
    await line.hear('hi');
    await line.talk('hello');
    line.nowMs += 2 * 60 * 1000;
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
    await line.talk('still there');
    line.nowMs += 2 * 60 * 1000 + 1;
    expect(await line.deliver()).toEqual({ ...NOTHING, dropped: 1 });
  });

  test('a fact arrives however old and overtaken it is', async () => {
    await line.hear('pay now');
    await line.say({ line: 'order.reminder', with: { title: 'Dune', url: 'https://pay.example/1' }, kind: 'fact' });
    await line.hear('hello?');
    line.nowMs += 24 * 60 * 60 * 1000;
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 2 });
    expect(smobi.texts()[1]).toBe('https://pay.example/1');
  });

  test('an opted-out phone gets the confirmation of its STOP, the answer to HELP, and nothing else', async () => {
    await line.hear('STOP');
    await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
    await line.say(
      { line: 'consent.stopped', with: {}, kind: 'fact' },
      { bubbles: ['your order is ready'], kind: 'fact', by: 'staff' },
      { line: 'order.ready', with: { title: 'Dune' }, kind: 'fact' },
      { line: 'consent.help', with: {}, kind: 'fact' },
    );
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 2, dropped: 2 });
    expect((await line.rows()).map(({ line: key, reason }) => [key, reason])).toEqual([
      [null, null],
      ['consent.stopped', null],
      [null, 'opted_out'],
      ['order.ready', 'opted_out'],
      ['consent.help', null],
    ]);
  });

  test('a STOP in the middle of a reply holds back the rest, facts included', async () => {
    await line.hear('hi');
    await line.fact('one', 'two');
    smobi.answer = async (request) => {
      await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
      return smobi.take(request);
    };
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1, dropped: 1 });
  });

  test('after START everything leaves again', async () => {
    await line.hear('STOP');
    await line.consent({ change: 'revoked', source: 'keyword', messageId: null });
    await line.hear('START');
    await line.consent({ change: 'granted', source: 'keyword', messageId: null });
    await line.fact('back');
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
  });
});

describe('G8 after a failure', () => {
  test('what the provider will never take is failed, and the next bubble leaves', async () => {
    await line.hear('hi');
    await line.fact('one', 'two');
    smobi.answer = async (request) => (request.text === 'one' ? fails('final')() : smobi.take(request));
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1, failed: 1 });
    expect(await line.transcript()).toEqual([
      ['hi', 'received'],
      ['one', 'failed'],
      ['two', 'sent'],
    ]);
  });

  test('a transient failure fails the run, and the retry sends with the same reference', async () => {
    await line.hear('hi');
    await line.fact('one', 'two');
    const tried: string[] = [];
    smobi.answer = async ({ reference }) => (tried.push(reference), fails('unknown')());
    await expect(line.deliver({ commandId: COMMAND })).rejects.toThrow(SendFailed);
    expect((await line.thread())?.leaseOwner).toBe(null);
    smobi.answer = async (request) => smobi.take(request);
    expect(await line.deliver({ commandId: COMMAND, attempt: 2 })).toEqual({ ...NOTHING, sent: 2 });
    expect(smobi.sent[0]?.reference).toBe(tried[0]);
    expect(smobi.texts()).toEqual(['one', 'two']);
  });

  test('a bubble that a dead process left in sending is sent again where the reference is honoured', async () => {
    await line.hear('hi');
    await line.fact('one');
    await line.dieWhileSending();
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
  });

  test('where the reference is not honoured it is marked unknown, and never sent twice', async () => {
    const plain = recordingChannel('smobi', false);
    line = new PhoneLine(database, [plain.channel]);
    await line.hear('hi');
    await line.fact('one');
    await line.dieWhileSending();
    await line.fact('two');
    expect(await line.deliver()).toEqual({ ...NOTHING, unknown: 1, sent: 1 });
    expect(plain.texts()).toEqual(['two']);
  });

  test('a timeout without an honoured reference is unknown at once; a busy provider is asked again', async () => {
    const plain = recordingChannel('smobi', false);
    line = new PhoneLine(database, [plain.channel]);
    await line.hear('hi');
    await line.fact('one', 'two');
    plain.answer = async (request) => fails(request.text === 'one' ? 'unknown' : 'later')();
    await expect(line.deliver()).rejects.toThrow(SendFailed);
    expect((await line.transcript()).slice(1)).toEqual([
      ['one', 'unknown'],
      ['two', 'queued'],
    ]);
    plain.answer = async (request) => plain.take(request);
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
  });

  test('a bubble in sending that the gate now stops is unknown: it may have left', async () => {
    await line.hear('hi');
    await line.talk('one');
    await line.dieWhileSending();
    await line.hear('hello?');
    expect(await line.deliver()).toEqual({ ...NOTHING, unknown: 1 });
    expect(smobi.texts()).toEqual([]);
  });

  test('the last attempt gives talk to an unreachable phone up and tries the rest', async () => {
    await line.hear('hi');
    await line.talk('one', 'two');
    smobi.answer = async (request) => (request.text === 'one' ? fails('later')() : smobi.take(request));
    expect(await line.deliver({ attempt: 8 })).toEqual({ ...NOTHING, failed: 1, sent: 1 });
    expect((await line.rows())[1]?.reason).toBe('unreachable');
  });

  test.each(['later', 'unknown'] as const)(
    'a fact (%s) waits for its provider beyond the last attempt, and what was said after it waits behind it',
    async (fate) => {
      await line.hear('hi');
      await line.fact('one', 'two');
      smobi.answer = fails(fate);
      await expect(line.deliver({ attempt: 8 })).rejects.toMatchObject({ name: 'NotYet', atMs: line.nowMs + MINUTE });
      line.nowMs += 10 * 60 * MINUTE;
      await expect(line.deliver({ attempt: 9 })).rejects.toMatchObject({
        name: 'NotYet',
        atMs: line.nowMs + 15 * MINUTE,
      });
      expect((await line.thread())?.leaseOwner).toBe(null);
      smobi.answer = async (request) => smobi.take(request);
      line.nowMs += 15 * MINUTE;
      expect(await line.deliver({ attempt: 10 })).toEqual({ ...NOTHING, sent: 2 });
      expect(smobi.texts()).toEqual(['one', 'two']);
    },
  );

  test('a fact is given up when its provider was away for more than a day', async () => {
    await line.hear('hi');
    await line.fact('one');
    smobi.answer = fails('later');
    line.nowMs += 24 * 60 * MINUTE + 1;
    expect(await line.deliver({ attempt: 8 })).toEqual({ ...NOTHING, failed: 1 });
    expect((await line.rows())[1]?.reason).toBe('unreachable');
  });

  test('a text that cannot be opened is failed and holds up nobody', async () => {
    await line.hear('hi');
    await line.fact('one');
    await database.pool.query(
      `update messages set body_sealed = '\\x00' where actor_key = $1 and direction = 'outbound'`,
      [line.actorKey],
    );
    await line.fact('two');
    expect(await line.deliver()).toEqual({ ...NOTHING, failed: 1, sent: 1 });
  });

  test('an aborted run stops before the next bubble and gives its right back', async () => {
    await line.hear('hi');
    await line.fact('one', 'two');
    const shutdown = new AbortController();
    smobi.answer = async (request) => (shutdown.abort(new Error('shutting down')), smobi.take(request));
    await expect(line.deliver({ signal: shutdown.signal })).rejects.toThrow('shutting down');
    expect((await line.transcript()).slice(1)).toEqual([
      ['one', 'sent'],
      ['two', 'queued'],
    ]);
    expect((await line.thread())?.leaseOwner).toBe(null);
  });
});

describe('a run that is called off while it waits for its provider’s limits', () => {
  test('has sent nothing, and the bubble stays in the queue, also where no reference would tell', async () => {
    const terminal = recordingChannel('smobi', false);
    const over = new AbortController();
    terminal.channel.room = async () => (over.abort(new Error('called off')), 0);
    terminal.answer = async (request) => (request.signal.throwIfAborted(), terminal.take(request)); // as fetch does
    line = new PhoneLine(database, [terminal.channel]);
    await line.hear('hi');
    await line.fact('one');
    await expect(line.deliver({ signal: over.signal })).rejects.toThrow('called off');
    expect((await line.transcript()).slice(1)).toEqual([['one', 'queued']]);
  });
});

describe('while a bubble waits for its provider’s limits', () => {
  const STOP = { change: 'revoked', source: 'keyword', messageId: null } as const;

  test.each([
    ['a STOP holds it back', () => line.consent(STOP), 'opted_out'],
    ['a text overtakes it', () => line.hear('no wait, robots').then(() => undefined), 'stale'],
  ])('%s', async (_what, happens, reason) => {
    smobi.channel.room = async () => (await happens(), 1);
    line = new PhoneLine(database, [smobi.channel]);
    await line.hear('something with dragons');
    await line.talk('try eragon');
    expect(await line.deliver()).toEqual({ ...NOTHING, dropped: 1 });
    expect(smobi.texts()).toEqual([]);
    expect((await line.rows()).map((row) => row.reason)).toContain(reason);
  });
});

describe('after a restore, what the provider says it had sent', () => {
  const HOUR = 60 * MINUTE;
  const RECEIPT = { line: 'order.paid.pickup', with: { title: 'Dune', totalCents: 1899 }, kind: 'fact' } as const;
  const had = { providerId: 'p-lost', status: 'delivered' } as const;
  let find: () => Promise<typeof had>;
  let restoredMs: number;

  beforeEach(async () => {
    find = () => Promise.resolve(had);
    smobi = recordingChannel('smobi', false);
    line = new PhoneLine(database, [{ ...smobi.channel, find: () => find() }]);
    restoredMs = line.nowMs;
    await line.comeBack(restoredMs - HOUR, restoredMs);
    line.nowMs += MINUTE;
    await line.hear('hi');
  });
  afterEach(() => database.pool.query('DELETE FROM restores'));

  const orders = (placedMs: number) =>
    database.pool.query(
      `INSERT INTO orders (store_id, id, customer_key, state, fulfillment, currency, total_cents, tax_cents, shipping_cents, payment_status, created_at, updated_at)
       VALUES (1, $1, $2, 'paid', 'pickup', 'USD', 1899, 0, 0, 'paid', $3, $3)`,
      [randomUUID(), line.actorKey, new Date(placedMs)],
    );

  test('is not said again where it is news of an order from before the backup', async () => {
    await orders(restoredMs - 2 * HOUR);
    await line.say(RECEIPT);
    await line.deliver();
    expect([smobi.texts(), (await line.rows()).at(-1)?.providerId]).toEqual([[], 'p-lost']);
  });

  test('does not swallow the receipt of an order that was placed since, in the same words', async () => {
    await orders(restoredMs - 2 * HOUR);
    await orders(line.nowMs);
    await line.say(RECEIPT);
    await line.deliver();
    expect(smobi.texts()[0]).toContain('Dune');
  });

  test('cannot be asked for just now: the bubble stays in the queue, also after the last attempt', async () => {
    await orders(restoredMs - 2 * HOUR);
    await line.say(RECEIPT);
    find = () => Promise.reject(new TypeError('no network'));
    await expect(line.deliver()).rejects.toMatchObject({ name: 'SendFailed', fate: 'later', code: 'not_looked_up' });
    expect(new Set((await line.rows()).slice(1).map(({ status }) => status))).toEqual(new Set(['queued']));
    await expect(line.deliver({ attempt: 8 })).rejects.toMatchObject({ name: 'NotYet' });
    expect(new Set((await line.rows()).slice(1).map(({ status }) => status))).toEqual(new Set(['queued']));
  });
});

describe('G8 two at once', () => {
  test('the second ends at once, and what was said meanwhile is sent by the first', async () => {
    await line.hear('hi');
    await line.fact('one');
    const seconds: unknown[] = [];
    smobi.answer = async (request) => {
      if (request.text === 'one') {
        await line.fact('two');
        seconds.push(await line.deliver());
      }
      return smobi.take(request);
    };
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 2 });
    expect(seconds).toEqual([NOTHING]);
    expect(smobi.texts()).toEqual(['one', 'two']);
  });

  test('a later attempt takes over from the dead one of the same command, a stranger waits for the lease', async () => {
    await line.hear('hi');
    await line.fact('one');
    await database.pool.query(`update threads set lease_owner = $1, lease_until = $2 where actor_key = $3`, [
      `${COMMAND}/1`,
      new Date(line.nowMs + 1000),
      line.actorKey,
    ]);
    expect(await line.deliver()).toEqual(NOTHING);
    expect(await line.deliver({ commandId: COMMAND, attempt: 2 })).toEqual({ ...NOTHING, sent: 1 });
  });

  test('a lease whose time is over holds up nobody', async () => {
    await line.hear('hi');
    await line.fact('one');
    await database.pool.query(`update threads set lease_owner = 'dead/1', lease_until = $1 where actor_key = $2`, [
      new Date(line.nowMs),
      line.actorKey,
    ]);
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
  });

  test('a sender that lost its right sends nothing more', async () => {
    await line.hear('hi');
    await line.fact('one', 'two');
    smobi.answer = async (request) => {
      await database.pool.query(`update threads set lease_owner = 'other/1' where actor_key = $1`, [line.actorKey]);
      return smobi.take(request);
    };
    expect(await line.deliver()).toEqual({ ...NOTHING, sent: 1 });
    expect((await line.thread())?.leaseOwner).toBe('other/1');
  });

  test('forty bubbles, each with a deliver of its own racing the others: all leave once, in order', async () => {
    await line.hear('hi');
    const runs: Array<Promise<unknown>> = [];
    for (let n = 0; n < 40; n += 1) {
      line.seq += 1;
      await line.fact(`bubble ${n}`);
      runs.push(line.deliver());
    }
    await Promise.all(runs);
    expect(smobi.texts()).toEqual(Array.from({ length: 40 }, (_, n) => `bubble ${n}`));
    expect(await line.deliver()).toEqual(NOTHING);
  });
});

const COMMAND = randomUUID();

describe('G8 G10 a sender that stood still', () => {
  const STOP = { change: 'revoked', source: 'keyword', messageId: null } as const;
  let twilio: ReturnType<typeof recordingChannel>;
  const commandId = randomUUID();
  const successor = () => line.deliver({ commandId, attempt: 2 });
  const once = (deed: () => Promise<unknown>) => {
    let isDone = false;
    return async () => {
      if (!isDone) {
        isDone = true;
        await deed();
      }
      return null;
    };
  };

  beforeEach(async () => {
    twilio = recordingChannel('twilio', false);
    line = new PhoneLine(database, [twilio.channel]);
    await line.hear('hi', { channel: 'twilio' });
    await line.fact('one');
  });

  test('sends nothing that its successor has sent meanwhile', async () => {
    const stall = once(successor);
    twilio.channel.room = async () => (await stall(), 0);
    await line.deliver({ commandId });
    expect(twilio.texts()).toEqual(['one']);
  });

  test('does not put back into the queue what its successor has sent', async () => {
    twilio.channel.find = async () => null;
    twilio.answer = async (request) => {
      twilio.answer = async (again) => twilio.take(again);
      line.nowMs += 11_000;
      await successor();
      throw new SendFailed('later', `busy with ${request.to}`);
    };
    await line.deliver({ commandId }).catch(() => undefined);
    await line.deliver();
    expect(twilio.texts()).toEqual(['one']);
  });

  test('hears a STOP that came while it waited for its turn with the provider', async () => {
    const stop = once(() => line.consent(STOP));
    twilio.channel.room = async () => (await stop(), 0);
    await line.deliver();
    expect(twilio.texts()).toEqual([]);
    expect(await line.transcript()).toContainEqual(['one', 'dropped']);
  });

  test('hears a STOP that came while it looked up what an earlier attempt had sent', async () => {
    twilio.channel.find = async () => null;
    twilio.answer = fails('unknown');
    await line.deliver({ commandId }).catch(() => undefined);
    twilio.answer = async (request) => twilio.take(request);
    line.nowMs += 11_000;
    twilio.channel.find = once(() => line.consent(STOP));
    await line.deliver({ commandId, attempt: 2 });
    expect(twilio.texts()).toEqual([]);
  });
});
