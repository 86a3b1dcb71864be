// Who may use the staff API. One middleware stands before all of it, whatever the way to prove who one is.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Edge } from './edge.ts';
import { Problem } from './problem.ts';

/** `viewer` reads; `clerk` also writes; `owner` everything. */
export type Role = 'viewer' | 'clerk' | 'owner';
export type Staff = { id: string; role: Role; stores: 'all' | readonly number[] };

/** Null for a request that proves nothing. */
export type Authenticate = (request: Request) => Promise<Staff | null>;

const ranks = { viewer: 0, clerk: 1, owner: 2 } as const satisfies Record<Role, number>;

/** The machine's way in: `Authorization: Bearer $STAFF_API_TOKEN`. Without a token nobody comes in this way. */
export function byBearerToken(token: string | null): Authenticate {
  return (request) => {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const right = token !== null && given !== undefined && sameSecret(given, token);
    return Promise.resolve(right ? { id: 'api-token', role: 'owner', stores: 'all' } : null);
  };
}

/** 401 for a stranger, 403 for staff whose role does not reach: reading needs `viewer`, anything else `clerk`. */
export function staffOnly(authenticate: Authenticate): MiddlewareHandler<Edge> {
  return async (c, next) => {
    const staff = await authenticate(c.req.raw);
    if (staff === null) throw stranger();
    const needed = c.req.method === 'GET' || c.req.method === 'HEAD' ? 'viewer' : 'clerk';
    if (ranks[staff.role] < ranks[needed]) throw new Problem('forbidden', `this needs the role ${needed}`);
    c.set('staff', staff);
    await next();
  };
}

function stranger(): Problem {
  const headers = { 'www-authenticate': 'Bearer realm="marty"' };
  return new Problem('unauthenticated', 'send a staff session cookie or Authorization: Bearer <token>', { headers });
}

/** In constant time, whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
