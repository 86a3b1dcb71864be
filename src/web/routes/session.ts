// Logging in and out. The session's token lives in one cookie that no script can read; every login makes a new one.
import { createRoute } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { addressList, callerAddress } from '../addresses.ts';
import { SESSION_COOKIE, stranger, whoAsks } from '../auth.ts';
import type { Staff } from '../auth.ts';
import type { LoggedIn, WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { refuseOtherOrigins } from '../origin.ts';
import { Problem } from '../problem.ts';
import { Login, SessionInfo } from '../wire/session.ts';
import { bearer, body, json, staffRefusals, tooOften } from './answers.ts';

const { 401: unknown, 403: refused, ...readable } = staffRefusals;
const done = { 204: { description: 'Done' } };

const logIn = createRoute({
  method: 'post',
  path: '/api/session',
  summary: 'Log in; the answer sets the cookie marty_session',
  request: { body: body(Login) },
  responses: { ...done, ...readable, 401: unknown, 403: refused, ...tooOften },
});
const showSession = createRoute({
  method: 'get',
  path: '/api/session',
  summary: 'Who is logged in',
  ...bearer,
  responses: { 200: json('They are', SessionInfo), 401: unknown },
});
const logOut = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Log out; the session is over',
  ...bearer,
  responses: { ...done, 403: refused },
});

export function sessionRoutes(deps: WebDeps) {
  const isTrustedProxy = addressList(deps.config.trustedProxies);
  const app = routes();
  app.openapi(logIn, async (c) => {
    refuseOtherOrigins(c);
    const attempt = { ...c.req.valid('json'), address: callerAddress(c, isTrustedProxy) };
    const answer = await deps.accounts.login(attempt);
    if (answer === null) throw new Problem('unauthenticated', 'that address and that password do not belong together');
    if ('retryAfterS' in answer) throw tooManyTries(answer.retryAfterS);
    await enter(deps, c, answer);
    return c.body(null, 204);
  });
  app.openapi(showSession, async (c) => {
    const staff = await whoAsks(deps, c);
    if (staff === null) throw stranger();
    return c.json(await infoOf(deps, staff), 200);
  });
  app.openapi(logOut, async (c) => {
    refuseOtherOrigins(c);
    const token = getCookie(c, SESSION_COOKIE);
    if (token !== undefined) await deps.accounts.logout(token);
    deleteCookie(c, SESSION_COOKIE, { path: '/' });
    return c.body(null, 204);
  });
  // A link from the terminal. Without a token the address is a page like any other.
  app.get('/console/login', async (c, next) => {
    const token = c.req.query('token');
    if (token === undefined) return next();
    const answer = await deps.accounts.useLink(token);
    if (answer === null) return c.redirect((await whoAsks(deps, c)) === null ? USED_LINK : '/console', 303);
    await enter(deps, c, answer);
    return c.redirect('/console', 303);
  });
  return app;
}

/** Where the page says so: whoever follows a link in a terminal wants to read a page. */
const USED_LINK = '/console/login?link=used';

// A token that somebody planted before the login must not be the one that is logged in.
async function enter(deps: WebDeps, c: EdgeContext, { token, expiresAt }: LoggedIn): Promise<void> {
  const before = getCookie(c, SESSION_COOKIE);
  if (before !== undefined) await deps.accounts.logout(before);
  setCookie(c, SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: deps.config.publicUrl.startsWith('https:'),
    maxAge: Math.max(1, Math.floor((expiresAt.getTime() - deps.now()) / 1000)),
  });
  await noteLogin(deps, c, token);
}

async function noteLogin(deps: WebDeps, c: EdgeContext, token: string): Promise<void> {
  const staff = await deps.accounts.find(token);
  const [store] = staff === null ? [] : await storesOf(deps, staff);
  if (staff === null || store === undefined) return;
  const what = { act: 'session.login', target: staff.id, status: 204, correlationId: c.get('correlationId') };
  await deps.audit.keep({ storeId: store.id, staffId: staff.id, ...what, at: new Date(deps.now()) });
}

async function infoOf(deps: WebDeps, staff: Staff): Promise<SessionInfo> {
  const { id, email, name, role, expiresAt } = staff;
  const stores = (await storesOf(deps, staff)).map(({ slug, name: title, timezone }) => ({
    slug,
    name: title,
    timezone,
  }));
  return { staff: { id, email, name, role }, stores, expiresAt };
}

async function storesOf({ stores }: WebDeps, staff: Staff) {
  return (await stores()).filter(({ id }) => staff.stores === 'all' || staff.stores.includes(id));
}

function tooManyTries(retryAfterS: number): Problem {
  const headers = { 'retry-after': String(retryAfterS) };
  return new Problem('too-many-requests', `too many tries; the next one counts in ${retryAfterS} seconds`, { headers });
}
