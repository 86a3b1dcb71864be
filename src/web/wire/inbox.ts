// Wire formats of the inbox: one row a conversation, what it waits for, and what was said last.
import { z } from '@hono/zod-openapi';
import { Cursor, limit, pageOf, StoreSlug, text, Timestamp } from './common.ts';
import { TranscriptItem } from './messages.ts';

/**
 * Why a conversation waits for a person. `asked`: they asked for one; `unanswered`: a person has taken over and they
 * have written since, also where that person has left; `undelivered`: a bubble failed or nobody knows whether it arrived; `order`: one of their orders
 * raises a concern; `aside`: an event of theirs could not be stepped.
 */
export const WaitReason = z.enum(['asked', 'unanswered', 'undelivered', 'order', 'aside']).openapi('WaitReason');
export type WaitReason = z.infer<typeof WaitReason>;

/** Who has a conversation, and when Marty takes it back by himself. */
export const Keeper = z.object({ id: z.string(), name: z.string(), until: Timestamp.nullable() }).openapi('Keeper');
export type Keeper = z.infer<typeof Keeper>;

export const LastText = TranscriptItem.pick({ text: true, at: true, by: true, direction: true, status: true }).openapi(
  'LastText',
);

export const InboxItem = z
  .object({
    id: z.string().openapi({ example: 'customer:+12015550123' }),
    /** The actor's key: what page addresses and `{phone}` paths may carry in place of the number. */
    key: z.uuid(),
    phone: z.string(),
    name: z.string().nullable(),
    /** The state of the conversation in a word or two: `browsing`, `payment.awaiting`. */
    state: z.string(),
    status: z.string().openapi({ description: '`active`, or `aside` where this build cannot read the actor' }),
    attention: z.enum(['marty', 'wanted', 'staff']),
    keeper: Keeper.nullable(),
    /** The reasons, each with a code that says more and its instant, longest waiting first; empty where Marty gets on alone. */
    waits: z.array(
      z.object({ reason: WaitReason, why: z.string().nullable(), since: Timestamp, orderId: z.string().nullable() }),
    ),
    last: LastText.nullable(),
    lastAt: Timestamp,
    unread: z.int().openapi({ description: 'texts that came since staff last read the conversation' }),
    /** Orders that are not over. */
    openOrders: z.int(),
    optedOut: z.boolean(),
  })
  .openapi('InboxItem');
export type InboxItem = z.infer<typeof InboxItem>;
export const InboxPage = pageOf(InboxItem)
  .extend({ counts: z.object({ waiting: z.int(), unread: z.int(), staff: z.int() }) })
  .openapi('Inbox');
export type InboxPage = z.infer<typeof InboxPage>;

/** `staff`: a person has it; `mine`: the caller has it. */
export const InboxFilter = z.enum(['waiting', 'unread', 'all', 'staff', 'mine']);
export type InboxFilter = z.infer<typeof InboxFilter>;

/**
 * `q`: a phone (whole, or its last four digits or more), the beginning of a word of the name or of a note, or a book
 * (title, author or ISBN) that came up or was ordered. `state`: a state's name, or its path. `filter=waiting` is sorted longest waiting first, the others newest
 * text first.
 */
export const InboxQuery = z.object({
  filter: InboxFilter.default('all'),
  q: text({ min: 1, max: 120 }).openapi({ type: 'string' }).optional(),
  state: z
    .string()
    .regex(/^[A-Za-z][\w.]{0,119}$/, 'must be a state’s name, such as payment or payment.awaiting')
    .optional(),
  cursor: Cursor.optional(),
  limit: limit({ default: 50, max: 100 }),
  store: StoreSlug,
});
