// Actors as older builds stored them: this build brings every one of them up to its own version and can step it on.
// A snapshot here was written by the build of its version and is never written anew.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import customer1 from './customer-1.json' with { type: 'json' };
import customer3 from './customer-3.json' with { type: 'json' };
import customer4 from './customer-4.json' with { type: 'json' };
import order2 from './order-2.json' with { type: 'json' };
import order3 from './order-3.json' with { type: 'json' };
import order4 from './order-4.json' with { type: 'json' };
import { machines } from '../../src/cli/shop/machines.ts';
import { migrate } from '../../src/runtime/actor-turn.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import { misfit } from '../../src/runtime/replay.ts';
import { StoredSnapshot } from '../../src/runtime/snapshot.ts';
import { restore } from '../../src/runtime/persist.ts';
import { step } from '../../src/runtime/stepper.ts';
import { text } from '../machines/customer-story.ts';
import { idOf, NOON, SELF } from '../machines/given.ts';
import { BACK, ORDER_ID } from '../machines/order-story.ts';

const machineOf = (id: string) => {
  const found = machines.find(({ machine }) => machine.id === id);
  if (!found) throw new Error(`this build has no machine "${id}"`);
  return found;
};
const storedBy = (snapshots: Record<string, unknown>) => Object.entries(snapshots);
const turn = { at: NOON, self: SELF, id: (n: number) => idOf(9, n), commandId: (n: number) => idOf(9, 0x800 + n) };
const SECOND_BACK = { refundId: 'back-1', paymentId: 'pay-2', amountCents: 1386 };

/** What the build of one version stored, by name; null where nobody kept anything of it. */
type Corpus = { id: string; version: number; snapshots: Record<string, unknown> | null };

/** Of each machine, one of each version below its present one. */
function corporaOf(all: ReadonlyArray<Pick<DurableMachine, 'machine' | 'version'>>): Corpus[] {
  return all.flatMap(({ machine: { id }, version }) =>
    Array.from({ length: version - 1 }, (_, n) => ({ id, version: n + 1, snapshots: corpus(`${id}-${n + 1}.json`) })),
  );
}

function corpus(name: string): Corpus['snapshots'] {
  const file = new URL(name, import.meta.url);
  return existsSync(file) ? z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

/** Versions that were sold, and of which there is not one snapshot here. */
function forgotten(all: Parameters<typeof corporaOf>[0]): string[] {
  return corporaOf(all)
    .filter(({ snapshots }) => Object.keys(snapshots ?? {}).length === 0)
    .map(({ id, version }) => `${id} ${version}`);
}

const STORED = corporaOf(machines).flatMap(({ id, version, snapshots }) =>
  storedBy(snapshots ?? {}).map(([name, stored]) => ({ id, version, name, stored })),
);

/** An order of version 3 in this build. @param known what its context says besides */
function version3(name: 'paid.sold' | 'refunded', known: object = {}) {
  const order = machineOf('order');
  const stored = StoredSnapshot.parse(order3[name]);
  const context = { ...stored.context, ...known };
  return { context, live: restore(order, migrate(order, { ...stored, context }, 3)) };
}

describe('G12 an actor that an older version stored', () => {
  test('is kept here for each version below the present one', () => {
    expect(forgotten(machines)).toEqual([]);
  });

  test('is missed here as soon as a machine goes up without it', () => {
    const next = machines.map(({ machine, version }) => ({ machine, version: version + 1 }));
    expect(forgotten(next)).toEqual(machines.map(({ machine, version }) => `${machine.id} ${version}`));
  });

  test.each(STORED)('is at home in this build: $id of version $version, $name', ({ id, version, stored }) => {
    expect(misfit(machineOf(id), stored, version)).toBeNull();
  });
});

describe('G12 an actor that version 1 stored', () => {
  test('or version 3, as a customer whose answer is being composed hears it out', () => {
    const customer = machineOf('customer');
    const stored = customer3.understanding;
    const live = restore(customer, migrate(customer, StoredSnapshot.parse(stored), 3));
    const output = { act: { type: 'customer.asked' }, bubbles: ['hey'], shown: [], confidence: 1, by: 'claude' };
    const done = { type: 'xstate.done.actor.reply', output, actorId: 'reply' };
    const { live: after, effects } = step(customer, live, done, turn);
    expect(effects).toContainEqual(
      expect.objectContaining({ name: 'say', params: { bubbles: ['hey'], kind: 'talk', by: 'marty' } }),
    );
    expect(customer.context.safeParse(after.snapshot.context).error).toBeUndefined();
  });

  test.each(storedBy(customer1))('as a customer (%s) hears the next text', (_name, stored) => {
    const customer = machineOf('customer');
    const live = restore(customer, migrate(customer, StoredSnapshot.parse(stored), 1));
    const { live: after, effects } = step(customer, live, text('hi again'), turn);
    expect(effects.filter((effect) => effect.kind === 'action' && effect.name === 'keepText')).toHaveLength(1);
    expect(customer.context.safeParse(after.snapshot.context).error).toBeUndefined();
  });

  test('or version 4, as a customer hears what waited to be told', () => {
    const customer = machineOf('customer');
    const stored = StoredSnapshot.parse(customer4['a notice waits for the morning']);
    const live = restore(customer, migrate(customer, stored, 4));
    const morning = { ...turn, at: NOON + 24 * 60 * 60 * 1000 };
    const isTime = { type: 'xstate.after.noticeWindow.customer.notices.waiting' };
    const { effects } = step(customer, live, isTime, morning);
    expect(effects).toContainEqual(
      expect.objectContaining({ name: 'say', params: expect.objectContaining({ line: 'order.cancelDelayed' }) }),
    );
  });

  test('or version 2, as an order that is paid hears of a refund at the till', () => {
    const order = machineOf('order');
    const live = restore(order, migrate(order, StoredSnapshot.parse(order2['paid.sold']), 2));
    const { live: after } = step(order, live, BACK, turn);
    expect(after.snapshot.value).toBe('refunded');
    expect(order.context.safeParse(after.snapshot.context).error).toBeUndefined();
  });

  test('or version 3, as an order that was paid twice gives back what is left of the second payment', () => {
    const order = machineOf('order');
    const stored = order3['paid twice, and a part of the second is back'];
    const live = restore(order, migrate(order, StoredSnapshot.parse(stored), 3));
    const { effects } = step(order, live, { type: 'staff.refunded' }, turn);
    const input = { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 886 };
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'invoke', childId: 'extraRefund', input }));
  });

  test('or version 3, as an order of which a second payment went back at the till does not take it for one that just came', () => {
    const { live, context } = version3('paid.sold', { tillRefunds: [SECOND_BACK] });
    const again = { type: 'payment.completed', paymentId: 'pay-2', amountCents: 1386, currency: 'USD' };
    const told = step(machineOf('order'), live, again, turn).live.snapshot.context;
    expect([context['concern'], Object(told).concern]).toEqual([null, null]);
  });

  test('or version 3, as an order that we gave the rest of a second payment back for owes that rest when the bank would not', () => {
    const { live } = version3('paid.sold', { tillRefunds: [{ ...SECOND_BACK, amountCents: 500 }] });
    const failed = { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-2', amountCents: 886 };
    const owed = step(machineOf('order'), live, failed, turn).live;
    const input = { orderId: ORDER_ID, paymentId: 'pay-2', amountCents: 886 };
    expect(step(machineOf('order'), owed, { type: 'staff.refunded' }, turn).effects).toContainEqual(
      expect.objectContaining({ kind: 'invoke', childId: 'extraRefund', input }),
    );
  });

  test('or version 3, as an order whose money went back takes no other failure for that of its own refund', () => {
    const order = machineOf('order');
    const failed = { type: 'refund.failed', paymentId: 'pay-1', amountCents: 1386 };
    for (const other of [
      { type: 'refund.failed', paymentId: 'pay-2', amountCents: 1386 },
      { type: 'till.refundFailed', refundId: 'back-9', paymentId: 'pay-1', amountCents: 500 },
    ]) {
      const { live } = step(order, version3('refunded').live, other, turn);
      expect(live.snapshot.value).toBe('refunded');
      expect(step(order, live, failed, turn).live.snapshot.value).toEqual({ refundPending: 'failed' });
    }
  });

  test('or version 3, as an order whose money went back hears that the bank would not', () => {
    const order = machineOf('order');
    const live = restore(order, migrate(order, StoredSnapshot.parse(order3.refunded), 3));
    const failed = { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-1', amountCents: 1386 };
    expect(step(order, live, failed, turn).live.snapshot.value).toEqual({ refundPending: 'failed' });
  });

  test('or version 3, as an order whose money went back counts that no second time when the till names it', () => {
    const order = machineOf('order');
    const { live, effects } = step(order, version3('refunded').live, { ...BACK, refundId: 'ours-1' }, turn);
    expect([live.snapshot.value, effects]).toEqual(['refunded', []]);
    const failed = { type: 'refund.failed', refundId: 'ours-1', paymentId: 'pay-1', amountCents: 1386 };
    expect(step(order, live, failed, turn).live.snapshot.value).toEqual({ refundPending: 'failed' });
  });

  test.each([
    'called off while the link is being made',
    'called off, and the link is being closed',
    'called off, and paid before the link was closed',
    'called off, and the copies go back',
  ] as const)('or version 4, as an order (%s) answers who says so once more', (name) => {
    const order = machineOf('order');
    const live = restore(order, migrate(order, StoredSnapshot.parse(order4[name]), 4));
    const { effects } = step(order, live, { type: 'order.cancelRequested' }, turn);
    const event = { type: 'order.cancelDelayed', orderId: ORDER_ID, title: 'Dune' };
    expect(effects).toEqual([expect.objectContaining({ kind: 'send', event })]);
  });

  test('keeps what it knew: only what version 2 adds is new', () => {
    const before = StoredSnapshot.parse(customer1['payment.awaiting']);
    const { context, value } = migrate(machineOf('customer'), before, 1);
    const { needsStaff: _flag, ...known } = before.context;
    expect(context).toMatchObject(known);
    expect(z.object({ conversation: z.unknown(), ear: z.unknown() }).parse(value)).toEqual(
      z.object({ conversation: z.unknown(), ear: z.unknown() }).parse(before.value),
    );
  });

  test('remembers that a person was asked for, or answers', () => {
    const attention = (name: keyof typeof customer1) => {
      const migrated = migrate(machineOf('customer'), StoredSnapshot.parse(customer1[name]), 1);
      return z.object({ attention: z.unknown() }).parse(migrated.value).attention;
    };
    expect(attention('a person was asked for')).toEqual({ marty: 'needed' });
    expect(attention('a person answers')).toBe('staff');
  });
});
