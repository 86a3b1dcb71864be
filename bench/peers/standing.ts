// What a customer's state comes to, for the check.
import type { CustomerContext } from '../turns/customer.ts';
import type { Standing } from '../turns/subject.ts';

export function standingOf(customer: number, { received, answered, pending }: CustomerContext): Standing {
  return { customer, received, answered, pending: pending.length };
}
