// Wire formats of texts: what comes in from a provider or the simulator, and the transcript that goes out.
import { z } from '@hono/zod-openapi';
import { Cursor, limit, OutsideId, pageOf, Phone, StoreSlug, text, Timestamp } from './common.ts';

/** The longest text that is taken, in characters. */
export const TEXT_MAX = 1600;
const Body = text({ min: 1, max: TEXT_MAX }).openapi({ type: 'string', minLength: 1, maxLength: TEXT_MAX });
const Instant = z.iso.datetime({ offset: true, local: true }).openapi({ example: '2026-11-22T19:00:00Z' });

/** `POST /webhook/sms`. */
export const SmobiText = z
  .object({
    message_id: OutsideId,
    from: Phone,
    to: Phone,
    message: Body,
    message_type: z.enum(['sms', 'rcs']),
    timestamp: Instant,
  })
  .openapi('SmobiText');
export type SmobiText = z.infer<typeof SmobiText>;

/** `POST /webhook/sms/status`. */
export const SmobiReceipt = z
  .object({
    message_id: OutsideId,
    reference: OutsideId,
    status: z.enum(['sent', 'delivered', 'read', 'failed']),
    error: text({ min: 0, max: 500 }).openapi({ type: 'string' }).optional(),
    timestamp: Instant,
  })
  .openapi('SmobiReceipt');
export type SmobiReceipt = z.infer<typeof SmobiReceipt>;

/** `POST /api/simulator/messages`. */
export const SimulatorText = z
  .object({ from: Phone, text: Body, messageId: OutsideId.optional() })
  .openapi('SimulatorText');

export const SimulatorAccepted = z
  .object({ status: z.literal('accepted'), messageId: z.string(), duplicate: z.boolean() })
  .openapi('SimulatorAccepted');

/** A book on a card: what is on it, and what its answer says when it is tapped. */
export const BookCard = z
  .object({
    isbn13: z.string(),
    title: z.string(),
    subtitle: z.string(),
    take: z.object({ label: z.string(), reply: z.string() }),
  })
  .openapi('BookCard');

/** A text or bubble as its own phone sees it. */
export const SaidItem = z.object({
  id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  text: z.string(),
  at: Timestamp,
  by: z.enum(['customer', 'marty', 'staff']),
  status: z.enum(['received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'dropped']),
  /** Answers to tap: a label is what it says. */
  suggestions: z.array(z.string()).optional(),
  /** The books that it shows, on phones that have cards. */
  cards: z.array(BookCard).optional(),
});
export type SaidItem = z.infer<typeof SaidItem>;

/** The same as staff see it. */
export const TranscriptItem = SaidItem.extend({
  /** The turn that heard or said it: its place on the time-travel slider. */
  seq: z.int(),
  /** Why it was dropped or failed. */
  reason: z.string().nullable(),
  channel: z.string().nullable(),
}).openapi('TranscriptItem');
export type TranscriptItem = z.infer<typeof TranscriptItem>;

export const Transcript = pageOf(TranscriptItem).openapi('Transcript');
export type Transcript = z.infer<typeof Transcript>;

/** A transcript, the shop's name, and whether Marty is at it: reading, thinking, or with a bubble on its way. */
export const SimulatorTranscript = pageOf(SaidItem)
  .extend({ composing: z.boolean(), shop: z.string() })
  .openapi('SimulatorTranscript');
export type SimulatorTranscript = z.infer<typeof SimulatorTranscript>;

/**
 * `after` is the id of the last item seen, or a `nextCursor`: both are the same. `before=latest` gives the newest page
 * (oldest first all the same), and its `nextCursor` goes back as `before` for the page above it.
 */
export const TranscriptQuery = z.object({
  after: Cursor.optional(),
  before: Cursor.optional(),
  limit: limit({ default: 100, max: 500 }),
  store: StoreSlug,
});
export const SimulatorQuery = TranscriptQuery.extend({ phone: Phone });

/** `POST /api/conversations/{phone}/messages`: a person's words, sent in place of Marty's. */
export const StaffText = z.object({ text: Body }).openapi('StaffText');
