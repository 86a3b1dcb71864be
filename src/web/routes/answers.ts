// How routes describe their answers for /openapi.json.
import type { z } from '@hono/zod-openapi';
import { Accepted, ProblemBody } from '../wire/common.ts';

/** One JSON answer. */
export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON request body that must be there. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemBody } },
});

/** What can go wrong at any endpoint. */
export const refusals = { 400: problem('Not readable'), 503: problem('Over its bound; nothing was stored') };
/** And at any that staff use. */
export const staffRefusals = {
  ...refusals,
  401: problem('Nobody we know'),
  403: problem('Not for that role, or that shop'),
  404: problem('Not there'),
};
export const conflict = { 409: problem('Does not fit the present state') };
export const unsigned = { 401: problem('Signature missing or wrong'), 403: problem('Address not on the list') };

/** 202: committed. */
export const accepted = { 202: json('Committed', Accepted) };

/** A token, or the cookie of a session. */
export const bearer = { security: [{ staffToken: [] }, { staffSession: [] }] };
export const tooOften = { 429: problem('Too often; Retry-After says when') };
