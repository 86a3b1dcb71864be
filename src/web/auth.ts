// Who may use the staff API. One middleware stands before all of it, whatever the way to prove who one is.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { AccountDesk } from './deps.ts';
import type { Edge, EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';
import { refuseOtherOrigins } from './origin.ts';
import type { Role } from './wire/session.ts';

/** `email` and `expiresAt` are null for a token, which is nobody's and does not end. */
export type Staff = {
  id: string;
  name: string;
  email: string | null;
  role: Role;
  stores: 'all' | readonly number[];
  by: 'session' | 'token';
  expiresAt: string | null;
};

/** Null for a request that proves nothing. */
export type Authenticate = (request: Request) => Promise<Staff | null>;

export const SESSION_COOKIE = 'marty_session';

/** The machine's way in: `Authorization: Bearer $STAFF_API_TOKEN`. Without a token nobody comes in this way. */
export function byBearerToken(token: string | null): Authenticate {
  const machine: Staff = {
    id: 'api-token',
    name: 'API token',
    email: null,
    role: 'admin',
    stores: 'all',
    by: 'token',
    expiresAt: null,
  };
  return (request) => {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const right = token !== null && given !== undefined && sameSecret(given, token);
    return Promise.resolve(right ? machine : null);
  };
}

type Ways = { authenticate: Authenticate; accounts: AccountDesk };

/** By token where the request names one, else by its session cookie. */
export async function whoAsks({ authenticate, accounts }: Ways, c: EdgeContext): Promise<Staff | null> {
  if (c.req.header('authorization') !== undefined) return authenticate(c.req.raw);
  const cookie = getCookie(c, SESSION_COOKIE);
  return cookie === undefined ? null : accounts.find(cookie);
}

/** 401 for a stranger; 403 for a browser that was sent here by another site to change something. */
export function staffOnly(ways: Ways): MiddlewareHandler<Edge> {
  return async (c, next) => {
    const staff = await whoAsks(ways, c);
    if (staff === null) throw stranger();
    if (staff.by === 'session') refuseOtherOrigins(c);
    c.set('staff', staff);
    await next();
  };
}

/** 403 for whoever is no admin. */
export function adminOnly(c: EdgeContext): void {
  if (c.get('staff').role !== 'admin') throw new Problem('forbidden', 'this needs the role admin');
}

export function stranger(): Problem {
  const headers = { 'www-authenticate': 'Bearer realm="marty"' };
  return new Problem('unauthenticated', 'send a staff session cookie or Authorization: Bearer <token>', { headers });
}

/** In constant time, whatever the lengths. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
