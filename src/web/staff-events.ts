// What staff may say to an actor. Checked against the machine's own schemas here, before anything is stored.
import type { z } from 'zod';
import { StaffToCustomer } from '../../schema/customer.ts';
import { OrderEvent } from '../../schema/order.ts';
import type { Staff } from './auth.ts';
import type { ActorAddress, WebDeps } from './deps.ts';
import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';

const schemas = new Map<string, z.ZodType<{ type: string }>>([
  ['customer', StaffToCustomer],
  ['order', OrderEvent],
]);

type Event = { type: string } & Record<string, unknown>;

/**
 * Sends one event in the name of a member of staff. Events of the runtime (`xstate.*`) and of others are refused;
 * an `Idempotency-Key` header makes a repeat harmless. 404 where there is no such actor.
 */
export async function sendAsStaff(deps: WebDeps, c: EdgeContext, address: ActorAddress, event: Event) {
  const staff = c.get('staff');
  const allowed = eventForStaff(address.machine, event, staff);
  if ((await deps.actors.keyOf(address)) === null) throw new Problem('not-found', 'there is no such actor');
  const { duplicate } = await deps.send(address, allowed, {
    dedupeKey: dedupeKeyOf(c) ?? `staff:${deps.newId()}`,
    source: `staff:${staff.id}`,
    correlationId: c.get('correlationId'),
  });
  return { status: 'accepted' as const, duplicate };
}

/** Whether this is a repeat, by its `Idempotency-Key`, of what the actor has taken: the first answer may have been lost. */
export async function isRepeat(deps: WebDeps, c: EdgeContext, address: ActorAddress): Promise<boolean> {
  const dedupeKey = dedupeKeyOf(c);
  return dedupeKey !== null && deps.actors.hasTakenIn(address, dedupeKey);
}

/** The event as its machine's schema reads it, signed with who sent it where the schema has room for that. */
export function eventForStaff(machine: string, event: Event, staff: Pick<Staff, 'id'>): Event {
  if (!event.type.startsWith('staff.')) throw new Problem('event-not-allowed', 'staff send events named staff.*');
  const schema = schemas.get(machine);
  if (schema === undefined) throw new Problem('not-found', 'there is no such machine');
  const parsed = schema.safeParse({ ...event, staffId: staff.id });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem('bad-request', `${machine} does not take that event from staff`, { errors });
}

function dedupeKeyOf(c: EdgeContext): string | null {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,100}$/.test(key))
    throw new Problem('bad-request', 'Idempotency-Key must be 1 to 100 characters');
  return `staff:${key}`;
}
