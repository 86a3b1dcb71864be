// Wire formats of the audit: what a member of staff did to what, when. Ids and names of acts only, never a text.
import { z } from '@hono/zod-openapi';
import { Cursor, limit, pageOf, StoreSlug, Timestamp } from './common.ts';

export const AuditItem = z
  .object({
    id: z.string(),
    at: Timestamp,
    staff: z.object({ id: z.string(), name: z.string() }),
    act: z.string().openapi({ example: 'conversation.takeover' }),
    /** An actor, an order, a book, a command: its id as the API names it, or the key of an actor. */
    target: z.string().nullable(),
    /** The answer's HTTP status: an act that was refused is kept too. */
    status: z.int(),
    correlationId: z.string(),
  })
  .openapi('AuditItem');
export type AuditItem = z.infer<typeof AuditItem>;
export const AuditPage = pageOf(AuditItem);

export const AuditQuery = z.object({
  staff: z.string().max(60).optional(),
  act: z.string().max(60).optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});
