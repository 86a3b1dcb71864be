// Every write of staff leaves a line in the audit, whatever route took it and however it ended: no route can forget.
import { setTimeout as pause } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Act, WebDeps } from './deps.ts';
import type { Edge, EdgeContext } from './edge.ts';
import { storeForStaff } from './stores.ts';
import { PhoneOrKey } from './wire/common.ts';
import { errorName } from '../runtime/errors.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const STEPS_MAX = 80;
/** What an id of ours can be; anything else that stood in the path may be a number, or what Postgres does not take. */
const ID = /^(?:(?:\w{1,40}:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|97[89]\d{10}|\d{1,9}|[a-z][a-z0-9-]{0,40})$/;

/** A database that does not answer is asked again after each of these, some two minutes in all (ms). */
const LATER_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000];

/** After the guard: who asks is known. The line is written before the answer leaves, unless the database does not answer. */
export function audited(deps: WebDeps): MiddlewareHandler<Edge> {
  return async (c, next) => {
    await next();
    if (READS.has(c.req.method)) return;
    const storeId = await storeOf(deps, c);
    if (storeId === null) return;
    const { id: staffId } = c.get('staff');
    // What was done is done: an error here must not make anybody do it again.
    const [act, target] = [actOf(c), await targetOf(deps, c, storeId).catch(() => null)];
    const at = new Date(deps.now());
    const line = { storeId, staffId, act, target, status: c.res.status, correlationId: c.get('correlationId'), at };
    await deps.audit.keep(line).catch(() => void keepLater(deps, line));
  };
}

async function keepLater({ audit, log }: WebDeps, line: Act): Promise<void> {
  let last: unknown;
  for (const ms of LATER_MS) {
    await pause(ms, undefined, { ref: false });
    const isKept = await audit.keep(line).then(
      () => true,
      (error: unknown) => void (last = error),
    );
    if (isKept) return;
  }
  log.error({ ...line, error: errorName(last) }, 'an act of staff could not be written down');
}

// A shop that is not theirs is no shop to them; what they tried is written down in their own.
async function storeOf(deps: WebDeps, c: EdgeContext): Promise<number | null> {
  const staff = c.get('staff');
  const named = await storeForStaff(deps, staff, c.req.query('store')).catch(() => null);
  const store = named ?? (await storeForStaff(deps, staff, undefined).catch(() => null));
  return store?.id ?? null;
}

/** `POST /api/orders/{id}/ready` is `orders.ready`; another method than POST is the last word. */
function actOf(c: EdgeContext): string {
  const path = matchedRoutes(c).findLast(({ method, path: one }) => method !== 'ALL' && !one.endsWith('*'))?.path ?? '';
  const words = path.split('/').filter((part) => part !== '' && part !== 'api' && !part.startsWith(':'));
  const method = c.req.method === 'POST' ? [] : [c.req.method.toLowerCase()];
  return [...words, ...method].join('.').slice(0, STEPS_MAX) || 'unknown';
}

// Ids only: of a customer it is the key, never the number that the path may have named.
async function targetOf(deps: WebDeps, c: EdgeContext, storeId: number): Promise<string | null> {
  const { phone, id, isbn13 } = c.req.param();
  const [, number] = /^customer:(.+)$/.exec(phone === undefined ? (id ?? '') : `customer:${phone}`) ?? [];
  if (number === undefined) return ID.exec(id ?? isbn13 ?? '')?.[0] ?? null;
  const customer = PhoneOrKey.safeParse(number);
  const key = customer.success ? await deps.actors.keyOf({ storeId, machine: 'customer', id: customer.data }) : null;
  return key && `customer:${key}`;
}
