// Money and stock of an order move only at the word of that order's own actor, whatever an input says.
import { Permanent } from '../src/runtime/define-actor.ts';

/** Throws `unauthorised` unless the asking actor is the order itself. */
export function mustBeOrder(orderId: string, actor: { machine: string; key: string }): void {
  if (actor.machine === 'order' && actor.key === orderId) return;
  throw new Permanent('unauthorised', 'only an order may move its own stock and money');
}
