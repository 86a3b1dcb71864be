// What surrounds every route: correlation id, security headers, a bound on bodies, and one place where errors become problems.
import { isUtf8 } from 'node:buffer';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { matchedRoutes } from 'hono/route';
import { isTransient } from '../runtime/database.ts';
import { errorName, RuntimeError } from '../runtime/errors.ts';
import { BadCursor } from './deps.ts';
import type { WebDeps } from './deps.ts';
import type { Edge, EdgeContext } from './edge.ts';
import { kindOfStatus, Problem } from './problem.ts';

const BODY_BYTES_MAX = 64 * 1024;
/** The one route that takes files. */
const FILES = '/api/books/import';
const FILE_BYTES_MAX = 32 * 1024 * 1024;
/** In seconds. */
const RETRY_LATER = { 'retry-after': '2' };
const NOT_STORED = 'nothing was stored; try again shortly';
const HEADER = 'x-correlation-id';
// Without a letter it may be a phone number, and the id is logged.
const SANE = /^(?=.*[A-Za-z])[A-Za-z0-9._:-]{1,128}$/;

/** Takes over the caller's correlation id when it is a sane one, and tells it on every response. */
export function correlate(newId: () => string): MiddlewareHandler<Edge> {
  return async (c, next) => {
    const given = c.req.header(HEADER) ?? '';
    const correlationId = SANE.test(given) ? given : newId();
    c.set('correlationId', correlationId);
    await next();
    c.res.headers.set(HEADER, correlationId);
  };
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** No inline script, no foreign origin. A route that sets a header of its own keeps it. */
export function secure(publicUrl: string): MiddlewareHandler<Edge> {
  const https = publicUrl.startsWith('https:');
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    if (https) c.res.headers.set('strict-transport-security', 'max-age=31536000');
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}

/** A NUL in an address names nothing that we have, and Postgres takes it in no text: one check here, not one a parameter. */
export const plainAddress: MiddlewareHandler<Edge> = async (c, next) => {
  if (c.req.url.includes('%00')) throw new Problem('bad-request', 'the address holds a NUL character');
  await next();
};

/** 413 over 64 KiB, for a file over 32 MiB; a JSON body that is not UTF-8 is refused, since nobody can know what it said. */
export function boundedBody(): MiddlewareHandler<Edge>[] {
  const limitTo = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        throw new Problem('too-large', `a body may have ${maxSize} bytes`);
      },
    });
  const [small, large] = [limitTo(BODY_BYTES_MAX), limitTo(FILE_BYTES_MAX)];
  const limit: MiddlewareHandler<Edge> = (c, next) => (c.req.path === FILES ? large(c, next) : small(c, next));
  const utf8: MiddlewareHandler<Edge> = async (c, next) => {
    const isRead = c.req.method !== 'GET' && c.req.method !== 'HEAD';
    if (isRead && !isUtf8(await c.req.arrayBuffer())) throw new Problem('bad-request', 'the body is not UTF-8');
    await next();
  };
  return [limit, utf8];
}

/** 405 with `Allow` where the address exists but not for that method. */
export function otherMethods(app: Hono<Edge>): MiddlewareHandler {
  return methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const allow = methods.join(', ');
      const id: unknown = c.get('correlationId');
      return new Problem('method-not-allowed', `use ${allow}`, { headers: { allow } }).toResponse(String(id));
    },
  });
}

/** Counts and times every request under its route's pattern. */
export function measured({ metrics, now }: WebDeps): MiddlewareHandler<Edge> {
  return async (c, next) => {
    const began = now();
    await next();
    metrics.request(knownMethod(c.req.method), routeOf(c), c.res.status, (now() - began) / 1000);
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A method that anybody may make up must not become a label. */
export function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'OTHER';
}

/** The pattern of the route that answered, such as `/api/actors/:id`; never the path, which may name a phone. */
export function routeOf(c: Context): string {
  return matchedRoutes(c).findLast(({ method, path }) => method !== 'ALL' && !path.endsWith('*'))?.path ?? 'unmatched';
}

/** Turns whatever a route threw into a problem, and logs what was not foreseen. */
export function answerError(log: WebDeps['log']): (error: Error, c: EdgeContext) => Response {
  return (error, c) => {
    const correlationId = c.get('correlationId');
    const problem = problemOf(error);
    if (problem.kind === 'unavailable')
      log.warn({ correlationId, error: errorName(error) }, 'the database does not answer');
    if (problem.kind === 'internal') {
      log.error(
        { correlationId, method: c.req.method, error: errorName(error), stack: framesOf(error) },
        'request failed',
      );
    }
    return problem.toResponse(correlationId);
  };
}

function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadCursor) return new Problem('bad-request', 'that cursor is not one of ours');
  if (error instanceof RuntimeError) return runtimeProblem(error);
  if (error instanceof HTTPException) return thrownProblem(error);
  if (isOutOfReach(error)) return new Problem('unavailable', NOT_STORED, { headers: RETRY_LATER });
  return unforeseen(error);
}

/** What Hono and mounted parts throw. */
function thrownProblem({ status, message }: HTTPException): Problem {
  const headers = status === 503 ? RETRY_LATER : {};
  return new Problem(kindOfStatus(status), message || 'not readable', { headers });
}

function runtimeProblem(error: RuntimeError): Problem {
  const { code } = error;
  if (code === 'overloaded' || code === 'stopped') {
    return new Problem('overloaded', NOT_STORED, { headers: RETRY_LATER });
  }
  if (code === 'not_born') return new Problem('not-found', 'there is no such actor');
  if (code === 'forbidden_event') return new Problem('event-not-allowed', 'only the runtime makes that event');
  return unforeseen(error);
}

/** Drizzle wraps what the driver threw. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof Error && (isTransient(error) || isOutOfReach(error.cause));
}

function unforeseen(cause: Error): Problem {
  return new Problem('internal', 'it has been logged under the correlation id', { cause });
}

// An error's message may quote a row, so only where it was thrown is logged.
function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
