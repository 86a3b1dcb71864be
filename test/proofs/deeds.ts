// What each piece of an order's work does to shelf and till, and what it may then answer. Pure; the real ones are in actors/.
import type { OrderState } from '../../schema/order.ts';
import { GOING_STATES, KEPT_STATES, SOLD_STATES } from '../../src/commerce/order-states.ts';
import type { Job, OrderAt } from './counter.ts';
import { freeCopies, heldBy, receive, release, reserve, sell, takeBack, withdraw } from './shelf.ts';
import type { Moved, Shelf } from './shelf.ts';
import { changed, closeLink, makeLink, payBack, TOTAL_CENTS, withdrawLink } from './till.ts';
import type { Till } from './till.ts';

export type Answer = { kind: 'done' | 'refused' | 'failed'; code: string; output: unknown };
export type Deed = { shelf: Shelf; till: Till; answer: Answer };

const DONE: Answer = { kind: 'done', code: '', output: {} };
const REJECTED: Answer = { kind: 'failed', code: 'rejected', output: null };
const refused = (code: string): Answer => ({ kind: 'refused', code, output: null });
const LINK = {
  linkId: 'link',
  url: 'https://pay.example/1',
  totalCents: TOTAL_CENTS,
  taxCents: 87,
  shippingCents: 0,
};

/** Every way in which the work may go that is not a breakdown. @param state where the order stands */
export function deedsOf({ src, key }: Job, { id, till }: OrderAt, shelf: Shelf, state: OrderState): Deed[] {
  switch (src) {
    case 'reserveStock':
      return [moved(reserve(shelf, id, key), till, { reservationId: key })];
    case 'receiveStock':
      return [moved(receive(shelf, id, key), till, { reservationId: key })];
    case 'sellStock':
      return [moved(sell(shelf, id, SOLD_STATES.includes(state)), till, {})];
    case 'releaseStock':
      return [{ shelf: KEPT_STATES.includes(state) ? shelf : release(shelf, id), till, answer: DONE }];
    case 'returnStock':
      return [{ shelf: takeBack(shelf, id), till, answer: DONE }];
    case 'createPaymentLink':
      return links(shelf, till, heldBy(shelf, id) || freeCopies(shelf) > 0);
    case 'cancelPaymentLink':
      return [{ shelf, till: closeLink(till), answer: { ...DONE, output: { paid: till.link === 'paid' } } }];
    case 'refundPayment':
      return [refunded(shelf, till, key)];
    default:
      throw new Error(`the model knows no work "${src}"`);
  }
}

/** What undoing it does, whether or not it was done. */
export function undone(
  { src, key }: Job,
  { id, till }: OrderAt,
  shelf: Shelf,
  state: OrderState,
): { shelf: Shelf; till: Till } {
  switch (src) {
    case 'reserveStock':
      return { shelf: withdraw(shelf, id, key), till };
    case 'sellStock':
      return { shelf: SOLD_STATES.includes(state) ? shelf : takeBack(shelf, id), till };
    case 'receiveStock':
      return { shelf: GOING_STATES.includes(state) ? shelf : release(shelf, id), till };
    case 'createPaymentLink':
      return { shelf, till: withdrawLink(till) };
    default:
      throw new Error(`"${src}" has no undo`);
  }
}

function moved({ shelf, answer }: Moved, till: Till, output: unknown): Deed {
  if (answer === 'done') return { shelf, till, answer: { ...DONE, output } };
  return { shelf, till, answer: answer === 'rejected' ? REJECTED : refused(answer) };
}

// Price and copies are read again before the till is asked for the first time.
function links(shelf: Shelf, till: Till, isCovered: boolean): Deed[] {
  const made = makeLink(till);
  if (!made) return [{ shelf, till, answer: REJECTED }];
  const done: Deed = { shelf, till: made, answer: { ...DONE, output: LINK } };
  if (till.link !== 'none') return [done];
  const refusals = ['price_changed', 'sold_out'].map((code) => ({ shelf, till, answer: refused(code) }));
  return isCovered ? [done, ...refusals] : refusals;
}

/** @param key of the payment, the amount, and by which refunds so much had gone back */
function refunded(shelf: Shelf, till: Till, key: string): Deed {
  const [paymentId = '', cents] = key.split(' ');
  const amountCents = Number(cents);
  const money = till.money.find((one) => one.id === paymentId);
  if (!money) return { shelf, till, answer: { kind: 'failed', code: 'unknown_payment', output: null } };
  const paid = payBack(money, key, amountCents);
  if (paid === null) return { shelf, till, answer: REJECTED };
  const output = { refundId: paid.refundId, status: 'pending', paymentId, amountCents };
  return { shelf, till: changed(till, paymentId, paid.money), answer: { ...DONE, output } };
}
