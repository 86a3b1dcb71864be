// Wire formats of what staff see and keep beside a conversation: the customer's file, notes, canned answers, a draft.
import { z } from '@hono/zod-openapi';
import { pageOf, StoreSlug, text, Timestamp } from './common.ts';
import { InboxItem } from './inbox.ts';
import { TEXT_MAX } from './messages.ts';
import { OrderItem } from './shop.ts';

const Author = z.object({ id: z.string(), name: z.string() });

export const Note = z.object({ id: z.uuid(), text: z.string(), at: Timestamp, by: Author }).openapi('Note');
export type Note = z.infer<typeof Note>;
export const NotePage = pageOf(Note);
/** `POST /api/conversations/{phone}/notes`. */
export const NoteBody = z
  .object({ text: text({ min: 1, max: 2000 }).openapi({ type: 'string', minLength: 1, maxLength: 2000 }) })
  .openapi('NoteBody');
export const NotePath = z.object({ noteId: z.uuid() });

/** `GET /api/conversations/{phone}`: the row of the inbox and what lies behind it. */
export const Conversation = InboxItem.extend({
  since: Timestamp.openapi({ description: 'when they first wrote' }),
  channel: z.string().nullable(),
  variant: z.string().openapi({ description: 'the A/B variant of Marty’s words' }),
  /** What Marty remembers of earlier conversations. */
  remembered: z.string().nullable(),
  /** The newest twenty. */
  orders: z.array(OrderItem),
  orderCount: z.int(),
  spentCents: z.int(),
  consents: z.array(
    z.object({
      at: Timestamp,
      change: z.enum(['granted', 'revoked']),
      source: z.string(),
      channel: z.string().nullable(),
    }),
  ),
  notes: z.array(Note),
  books: z.array(z.object({ isbn13: z.string(), title: z.string(), saidBy: z.string(), lastAt: Timestamp })),
  tokens: z.object({
    today: z.object({ input: z.int(), output: z.int() }),
    month: z.object({ input: z.int(), output: z.int() }),
  }),
}).openapi('Conversation');
export type Conversation = z.infer<typeof Conversation>;

/** `POST …/takeover`: until when a person has it, unless they speak again. */
export const TakenOver = z
  .object({ status: z.literal('accepted'), duplicate: z.boolean(), until: Timestamp.nullable() })
  .openapi('TakenOver');

/** `POST …/read`. */
export const ReadAnswer = z.object({ unread: z.literal(0) }).openapi('ReadAnswer');

/** `GET …/draft`: what Marty would say now. Nothing of it was said or kept. `text` is empty where he has nothing to say. */
export const Draft = z
  .object({ text: z.string(), by: z.enum(['claude', 'house']), act: z.string(), confidence: z.number() })
  .openapi('Draft');
export type Draft = z.infer<typeof Draft>;

/** A ready answer that staff share; `{name}` is the customer's first name. */
export const Canned = z
  .object({ id: z.uuid(), title: z.string(), text: z.string(), updatedAt: Timestamp })
  .openapi('Canned');
export type Canned = z.infer<typeof Canned>;
export const CannedPage = pageOf(Canned);
/** `PUT /api/canned/{id}`: the caller makes the id, so that a repeat changes nothing. */
export const CannedBody = z
  .object({
    title: text({ min: 1, max: 80 }).openapi({ type: 'string', minLength: 1, maxLength: 80 }),
    text: text({ min: 1, max: TEXT_MAX }).openapi({ type: 'string', minLength: 1, maxLength: TEXT_MAX }),
  })
  .openapi('CannedBody');
export type CannedBody = z.infer<typeof CannedBody>;
export const CannedPath = z.object({ id: z.uuid().toLowerCase() });
export const OneStore = z.object({ store: StoreSlug });
