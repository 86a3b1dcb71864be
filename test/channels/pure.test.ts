// The small deciders of a conversation, without a database: gate, ids, pauses, channels.
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Channels, pauseMs, typingPause } from '../../src/channels/channels.ts';
import { gate } from '../../src/channels/gate.ts';
import { messageId } from '../../src/channels/message-id.ts';
import { simulatorChannel } from '../../src/channels/simulator.ts';

describe('the last gate', () => {
  const at = new Date(1_000_000);
  const talk = { kind: 'talk', seq: 5, exempt: false, at, started: false, status: 'queued' } as const;
  const fact = { ...talk, kind: 'fact' } as const;
  test.each([
    [{ optedOut: false, heardSeq: 5 }, talk, 0, 'send'],
    [{ optedOut: false, heardSeq: 6 }, talk, 0, 'stale'],
    [{ optedOut: false, heardSeq: 5 }, talk, 120_001, 'stale'],
    [{ optedOut: false, heardSeq: 6 }, fact, 999_999, 'send'],
    [{ optedOut: true, heardSeq: 5 }, fact, 0, 'opted_out'],
    [{ optedOut: true, heardSeq: 5 }, { ...fact, exempt: true }, 0, 'send'],
    [{ optedOut: false, heardSeq: 5 }, { ...fact, started: true }, 59_999, 'asleep'],
    [{ optedOut: false, heardSeq: 5 }, { ...fact, started: true }, 60_000, 'send'],
    [{ optedOut: false, heardSeq: 5 }, { ...fact, started: true, status: 'sending' }, 0, 'send'],
    [{ optedOut: true, heardSeq: 5 }, { ...fact, started: true }, 0, 'opted_out'],
  ] as const)('%o and %o after %i ms: %s', (thread, bubble, laterMs, verdict) => {
    expect(gate(thread, bubble, at.getTime() + laterMs, at.getTime() + 60_000)).toBe(verdict);
  });
});

describe('message ids', () => {
  const effect = (at: number, seq: number, id = 'e') => ({ id, at: new Date(at), seq });

  test('are UUIDs of version 7 that carry the time', () => {
    const id = messageId(effect(0x0199_0a0b_0c0d, 3), 2);
    expect(id).toMatch(/^01990a0b-0c0d-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('sort by time, then turn, then place', () => {
    const moment = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 41 }),
      fc.integer({ min: 0, max: 2 ** 20 - 1 }),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(moment, moment, fc.uuid(), fc.uuid(), (a, b, x, y) => {
        const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
        if (order === 0) return;
        expect(messageId(effect(a[0], a[1], x), a[2]) < messageId(effect(b[0], b[1], y), b[2])).toBe(order < 0);
      }),
      { seed: 4 },
    );
  });

  test('are the same for the same effect, and differ between effects', () => {
    expect(messageId(effect(1, 1), 0)).toBe(messageId(effect(1, 1), 0));
    expect(messageId(effect(1, 1, 'a'), 0)).not.toBe(messageId(effect(1, 1, 'b'), 0));
  });

  test('a turn that would say more than 255 bubbles is refused', () => {
    expect(() => messageId(effect(1, 1), 256)).toThrow(RangeError);
  });
});

describe('channels', () => {
  const simulator = simulatorChannel('simulator');
  const terminal = simulatorChannel('terminal');
  const channels = new Channels([simulator, terminal], typingPause);

  test('the one used last answers; the first answers for those that are gone or unknown', () => {
    expect([channels.pick(1, 'terminal'), channels.pick(1, 'smobi'), channels.pick(1, null)]).toEqual([
      terminal,
      simulator,
      simulator,
    ]);
  });

  test('what a shop has of its own goes before what all shops share, and is nobody else’s', () => {
    const mine = { ...terminal };
    const some = new Channels([simulator, terminal], typingPause, undefined, undefined, (storeId) =>
      storeId === 2 ? [mine] : [],
    );
    expect(some.pick(2, 'terminal')).toBe(mine);
    expect(some.pick(1, 'terminal')).toBe(terminal);
    expect(some.pick(2, 'simulator')).toBe(simulator);
    expect(some.pick(2, 'gone')).toBe(mine);
    expect(some.pick(1, 'gone')).toBe(simulator);
  });

  test('a simulated phone has its bubble at once', async () => {
    const { signal } = new AbortController();
    const request = {
      to: '+12015550123',
      from: null,
      text: 'hi',
      reference: '1-a',
      rich: true,
      suggestions: [],
      cards: [],
      signal,
    };
    expect(await simulator.send(request)).toEqual({ providerId: 'simulator-1-a', status: 'delivered' });
  });

  test('a pause lasts 0.6 to 1.5 seconds, by length', () => {
    expect([pauseMs(''), pauseMs('x'.repeat(50)), pauseMs('x'.repeat(150))]).toEqual([600, 1100, 1500]);
  });

  test('a pause ends when the process shuts down, not later', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const shutdown = new AbortController();
    const pause = typingPause('x'.repeat(150), shutdown.signal);
    shutdown.abort();
    await pause;
    await typingPause('x', shutdown.signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a pause ends by itself', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const pause = typingPause('', new AbortController().signal);
    await vi.advanceTimersByTimeAsync(600);
    await pause;
    expect(vi.getTimerCount()).toBe(0);
  });
});
