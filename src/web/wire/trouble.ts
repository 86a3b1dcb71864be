// Wire formats of trouble: what could not be done or stepped, why, and since when. Nothing leaves the list by itself.
import { z } from '@hono/zod-openapi';
import { Cursor, limit, pageOf, StoreSlug, Timestamp } from './common.ts';

/** `command`: a dead letter; `event`: set aside, not stepped; `actor`: its snapshot cannot be read by this build. */
export const TroubleKind = z.enum(['command', 'event', 'actor']).openapi('TroubleKind');
export type TroubleKind = z.infer<typeof TroubleKind>;

export const TroubleItem = z
  .object({
    /** `command:<uuid>`, `event:<position>` or `actor:<key>`. */
    id: z.string(),
    kind: TroubleKind,
    /** The actor as the API names it. */
    actor: z.string(),
    key: z.uuid(),
    /** The command's name, the event's type, or the machine. */
    name: z.string(),
    code: z.string().openapi({ description: 'the class of what went wrong', example: 'rejected' }),
    message: z.string().openapi({ description: 'a sentence of ids and codes, without anything personal' }),
    since: Timestamp,
    attempts: z.int().nullable(),
    can: z.array(z.enum(['retry', 'dismiss'])),
  })
  .openapi('TroubleItem');
export type TroubleItem = z.infer<typeof TroubleItem>;
export const TroublePage = pageOf(TroubleItem)
  .extend({ counts: z.object({ command: z.int(), event: z.int(), actor: z.int() }) })
  .openapi('Trouble');
export type TroublePage = z.infer<typeof TroublePage>;

export const TroubleQuery = z.object({
  kind: TroubleKind.optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 200 }),
  store: StoreSlug,
});
export const TroublePath = z.object({
  id: z.string().regex(/^(?:command:[0-9a-f-]{36}|event:\d{1,15}|actor:[0-9a-f-]{36})$/, 'must be an id of the list'),
});
/** `POST /api/trouble/retry`: everything that can be retried, at most 1,000 in one call. */
export const RetriedAll = z.object({ retried: z.int(), left: z.int() }).openapi('RetriedAll');
