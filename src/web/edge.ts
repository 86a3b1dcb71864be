// What every request carries through the routes, and how a sub-app is made so that all of them answer errors alike.
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Staff } from './auth.ts';
import { Problem } from './problem.ts';
import type { SignedFor } from './signed-for.ts';

/** `signedFor`: on the webhooks of carriers only. */
export type Edge = { Variables: { correlationId: string; staff: Staff; signedFor: SignedFor } };
export type EdgeContext = Context<Edge>;

/** A set of routes; input that does not fit a route's schemas becomes a `bad-request` problem that names each place. */
export function routes(): OpenAPIHono<Edge> {
  return new OpenAPIHono<Edge>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const first = errors[0];
      const where = first?.path ? `${first.path} ` : '';
      throw new Problem('bad-request', `${where}${first?.message ?? 'does not fit'}`, { errors });
    },
  });
}
