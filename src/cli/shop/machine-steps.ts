// How stored statecharts of an older version become those of this build: what a step adds, with what it is to begin with.
// One function a machine and version; a snapshot of each older version is kept in test/golden.
import type { StateValue } from 'xstate';
import { z } from 'zod';
import { backCents, namelessOf, owedCents } from '../../../machines/till-refunds.ts';
import { Payment, TillRefund } from '../../../schema/order.ts';
import type { StoredSnapshot } from '../../runtime/snapshot.ts';

const Customer1 = z.looseObject({ needsStaff: z.boolean(), heardAtMs: z.array(z.number()) });
const Regions1 = z.object({
  conversation: z.custom<StateValue>(),
  ear: z.string(),
  consent: z.string(),
  attention: z.enum(['marty', 'staff']),
});

/** Version 2: notices wait for daylight, it is known why a person is needed, and books that are not on the shelf are talked of. */
export function customerTo2({ value, context, ...rest }: StoredSnapshot): StoredSnapshot {
  const { needsStaff, ...known } = Customer1.parse(context);
  const { attention, ...regions } = Regions1.parse(value);
  const marty = { marty: needsStaff ? 'needed' : 'alone' };
  return {
    ...rest,
    value: { ...regions, notices: 'none', attention: attention === 'staff' ? 'staff' : marty },
    context: {
      ...known,
      zones: null,
      notices: [],
      noticedAtMs: [],
      needsStaff: needsStaff ? { reason: 'asked', sinceMs: known.heardAtMs.at(-1) ?? 0 } : null,
      awaySinceMs: null,
      found: [],
      elsewhere: null,
    },
  };
}

/** Version 3: who takes over and says nothing does not end the wait; what version 2 remembers of it is all there is. */
export function customerTo3(stored: StoredSnapshot): StoredSnapshot {
  return stored;
}

/** Version 4: an answer may have been begun before it was known to its end. */
export function customerTo4({ context, ...rest }: StoredSnapshot): StoredSnapshot {
  return { ...rest, context: { ...context, begun: null } };
}

/** Version 5: what waits to be told may be a line that version 4 has no words for; its processes leave such a customer alone. */
export function customerTo5(stored: StoredSnapshot): StoredSnapshot {
  return stored;
}

/** Version 2: orders of books that have to be ordered in. */
export function orderTo2({ context, ...rest }: StoredSnapshot): StoredSnapshot {
  return { ...rest, context: { ...context, special: false } };
}

/** Version 3: money that somebody gave back at the till's own desk. */
export function orderTo3({ context, ...rest }: StoredSnapshot): StoredSnapshot {
  return { ...rest, context: { ...context, tillRefunds: [] } };
}

const Order3 = z.looseObject({
  state: z.string(),
  payment: Payment.nullable(),
  extraPayment: Payment.nullable(),
  tillRefunds: z.array(TillRefund),
});

/** Version 4: every payment and every refund stays known. Of a second payment version 3 kept what was left. */
export function orderTo4({ context, ...rest }: StoredSnapshot): StoredSnapshot {
  const { extraPayment: left, ...known } = Order3.parse(context);
  const { payment, state, tillRefunds } = known;
  const extraPayments = left === null ? [] : [{ ...left, amountCents: left.amountCents + backCents(known, left) }];
  const oursCents = state === 'refunded' ? owedCents({ payment, extraPayments, tillRefunds }) : 0;
  const ours =
    payment !== null && oursCents > 0
      ? [{ refundId: namelessOf(payment), paymentId: payment.paymentId, amountCents: oursCents }]
      : [];
  const added = { extraPayments, extraRefundAsked: false, tillRefunds: [...tillRefunds, ...ours] };
  return { ...rest, context: { ...known, ...added } };
}

/** Version 5: who calls an order off is told when that takes longer. One that is being called off meanwhile was told nothing. */
export function orderTo5({ context, ...rest }: StoredSnapshot): StoredSnapshot {
  return { ...rest, context: { ...context, cancelTold: false } };
}
