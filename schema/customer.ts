// The customer actor's context, events and speech: ids and small data only; no phone, no text, no address.
import { z } from 'zod';
import { Copies, Elsewhere, FoundBook, Isbn13, ShownBook, Stage } from './acts.ts';
import type { Act } from './acts.ts';
import { Fulfillment, OrderNews } from './order.ts';

/** The way a text came in; a reply leaves by the way that was used last. */
export const Channel = z.enum(['simulator', 'smobi', 'twilio', 'terminal']);
export type Channel = z.infer<typeof Channel>;

/** A whole text that is nothing but an opt-out, opt-in or help word, as the edge recognised it. */
export const Keyword = z.enum(['stop', 'start', 'help']).nullable();
export type Keyword = z.infer<typeof Keyword>;

/** A customer is born by their first text, without input. */
export const CustomerInput = z.object({ currency: z.string().length(3).optional() });
export type CustomerInput = z.infer<typeof CustomerInput>;

/** An order that is not over: what "cancel it" can mean. */
export const OpenOrder = z.object({
  orderId: z.uuid(),
  phase: z.enum(['opening', 'unpaid', 'held', 'paid']),
});
export type OpenOrder = z.infer<typeof OpenOrder>;

/** Bound of `heardAtMs`: as many as the largest limit counts. */
export const HEARD_MAX = 100;

/** What fills a line: text, cents, milliseconds since 1970 (UTC) or a count. */
export const LineValues = z.record(z.string(), z.union([z.string(), z.number()]));
export type LineValues = z.infer<typeof LineValues>;

/** News that nobody asked for just now: it is told by day, and not more of it than one can bear. */
export const Notice = z.object({
  /** What it is about, such as `order:<uuid>` or `book:<isbn13>`: only the newest notice about a thing is still true. */
  about: z.string().min(1).max(80),
  line: z.string().min(1),
  with: LineValues,
});
export type Notice = z.infer<typeof Notice>;

/** Bound of `notices`; the oldest is given up beyond it. One customer has never had as much going on in one night. */
export const NOTICES_MAX = 20;
/** So many notices may a customer get in any 24 hours; what is more waits. Answers and receipts are not counted. */
export const NOTICES_A_DAY_MAX = 5;

/**
 * Why a person should look at this customer. `asked`: they asked for one · `cancelAsked`: a paid order is to be called
 * off · `media`: a picture or a recording that Marty cannot read · `doubtfulOptOut`: opted out although it was not sure
 * that they meant it · `undelivered`: their carrier does not let our texts through · `unanswered`: a person took over, and
 * has not answered them.
 */
export const StaffReason = z.enum(['asked', 'cancelAsked', 'media', 'doubtfulOptOut', 'undelivered', 'unanswered']);
export type StaffReason = z.infer<typeof StaffReason>;

/** What the customer actor remembers between turns. */
export const CustomerContext = z.object({
  threadId: z.uuid(),
  stage: Stage,
  /** Books shown in this thread, newest first; at most `OFFERS_MAX`. */
  offers: z.array(ShownBook),
  /** Books of the world that were talked of in this thread, newest first; at most `FOUND_MAX`. */
  found: z.array(FoundBook),
  /** How the book that is not on the shelf can be had, while that is talked of. */
  elsewhere: Elsewhere.nullable(),
  /** The book that the customer means; `chosen` is what is known of it. */
  wanted: Isbn13.nullable(),
  chosen: ShownBook.nullable(),
  copies: Copies,
  /** Other books were shown since the customer was last asked whether they are sure. */
  distracted: z.boolean(),
  fulfillment: Fulfillment.nullable(),
  addressId: z.uuid().nullable(),
  /** The order that was talked of last. */
  orderId: z.uuid().nullable(),
  /** Newest last; at most `OPEN_ORDERS_MAX`. */
  openOrders: z.array(OpenOrder),
  currency: z.string().length(3),
  /** When the ear began to listen, in milliseconds since 1970 (UTC): a burst of texts is answered at the cap at the latest. */
  listeningSinceMs: z.number().int().nullable(),
  /** When the texts of the last hour came that were within the limits, oldest first; at most `HEARD_MAX`. */
  heardAtMs: z.array(z.number().int()).max(HEARD_MAX),
  welcomed: z.boolean(),
  optedOut: z.boolean(),
  /** Where the phone may be and where the shop is, as IANA zones; none: a pretend phone, whose owner never sleeps. Null: nobody has said. */
  zones: z.array(z.string().max(64)).max(6).nullable(),
  /** What is to be told when the time has come, oldest first; at most `NOTICES_MAX`. */
  notices: z.array(Notice).max(NOTICES_MAX),
  /** When the notices of the last 24 hours were told, oldest first; at most `NOTICES_A_DAY_MAX`. */
  noticedAtMs: z.array(z.number().int()).max(NOTICES_A_DAY_MAX),
  /** Why a person is wanted and since when (milliseconds since 1970, UTC); null while none is. */
  needsStaff: z.object({ reason: StaffReason, sinceMs: z.number().int() }).nullable(),
  /** When the conversation before this one ended, in milliseconds since 1970 (UTC); null in the first one. */
  awaySinceMs: z.number().int().nullable(),
  /** The command that has begun to answer what is being listened to; null while nothing of that answer was said. */
  begun: z.uuid().nullable(),
  staffId: z.string().nullable(),
});
export type CustomerContext = z.infer<typeof CustomerContext>;

/** Bound of `offers`: what a person can still mean by "the second one". */
export const OFFERS_MAX = 6;
/** Bound of `found`. */
export const FOUND_MAX = 3;
/** Bound of `openOrders`; the oldest is forgotten here, never in the order itself. */
export const OPEN_ORDERS_MAX = 8;

/** What came with a text besides words. */
export const MediaKind = z.enum(['picture', 'voice', 'file']);
export type MediaKind = z.infer<typeof MediaKind>;

export const TextReceived = z.object({
  type: z.literal('text.received'),
  messageId: z.string().min(1).max(200),
  text: z.string().min(1).max(1600),
  channel: Channel,
  keyword: Keyword,
  /** The phone answered for its owner ("I'm driving"): kept, and never answered. */
  automatic: z.boolean().optional(),
  /** A picture or a recording came along, which nobody fetches. `alone`: and no words, `text` only stands for it. */
  media: z.object({ kind: MediaKind, alone: z.boolean() }).optional(),
  /** The phone shows cards and answers to tap (RCS, or a pretend phone). */
  rich: z.boolean().optional(),
  /** Where the phone may be and where the shop is, as IANA zones, the phone's own last. */
  zones: z.array(z.string().max(64)).max(6).optional(),
});
export type TextReceived = z.infer<typeof TextReceived>;

/** What staff may send to a customer's actor. */
export const StaffToCustomer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('staff.tookOver'), staffId: z.string().min(1) }),
  z.object({ type: z.literal('staff.handedBack') }),
  z.object({ type: z.literal('staff.said'), text: z.string().min(1).max(1600), staffId: z.string().min(1).optional() }),
]);
export type StaffToCustomer = z.infer<typeof StaffToCustomer>;

/**
 * They want no texts, as somebody else knows. `carrier`: it refuses ours, its owner said STOP where we did not hear it;
 * `record`: they had opted out before they were forgotten.
 */
export const ConsentRevoked = z.object({ type: z.literal('consent.revoked'), source: z.enum(['carrier', 'record']) });
export type ConsentRevoked = z.infer<typeof ConsentRevoked>;

/** Their carrier turned a text of ours away, and would turn away the next: `filtered` as spam, `landline`: no phone that takes texts. */
export const CarrierRefused = z.object({
  type: z.literal('carrier.refused'),
  reason: z.enum(['filtered', 'landline']),
});
export type CarrierRefused = z.infer<typeof CarrierRefused>;

/** A book that they wait for is back: one copy is theirs until `until`, in milliseconds since 1970 (UTC). */
export const BookBack = z.object({ type: z.literal('book.back'), book: ShownBook, until: z.number().int() });
export type BookBack = z.infer<typeof BookBack>;

/** The copy is set aside for them no longer. */
export const BookGone = z.object({ type: z.literal('book.gone'), isbn13: Isbn13 });
export type BookGone = z.infer<typeof BookGone>;

/** Every event that may be sent to a customer's actor from outside of it; acts and `thread.lapsed` it raises itself. */
export const CustomerEvent = z.discriminatedUnion('type', [
  TextReceived,
  ConsentRevoked,
  CarrierRefused,
  BookBack,
  BookGone,
  ...StaffToCustomer.options,
  ...OrderNews.options,
]);
export type CustomerEvent = z.infer<typeof CustomerEvent>;

/**
 * The first bubble of an answer whose rest is not known yet, told by the command `id` that is at work on it; `shown` and `found` are
 * the books that this bubble names. It is talk and moves nothing: the act comes with the whole answer.
 */
export const ReplyBegun = z.object({
  type: z.literal('reply.begun'),
  id: z.uuid(),
  text: z.string().min(1),
  shown: z.array(ShownBook).max(10),
  found: z.array(FoundBook).max(3),
});
export type ReplyBegun = z.infer<typeof ReplyBegun>;

/** Events that the machine sees: those from outside and those that it raises. */
export type CustomerMachineEvent = CustomerEvent | ReplyBegun | Act | DoubtfulOptOut | { type: 'thread.lapsed' };

/** The brain was not sure that they meant it: it counts all the same, and a person looks. */
export type DoubtfulOptOut = { type: 'customer.optedOut'; doubtful: true };

/** Talk is dropped when the conversation has moved on; a fact always arrives. */
export const SpeechKind = z.enum(['talk', 'fact']);
export type SpeechKind = z.infer<typeof SpeechKind>;

/** Params of the transactional action `say`: a line of prompts/ by its key, or bubbles that are ready. */
export const Speech = z.union([
  z.object({
    line: z.string().min(1),
    with: LineValues,
    kind: SpeechKind,
    /** We begin: it leaves only while its reader is awake. */
    started: z.boolean().optional(),
  }),
  z.object({
    bubbles: z.array(z.string().min(1)).min(1),
    kind: SpeechKind,
    by: z.enum(['marty', 'staff']),
    /** The books that these bubbles show; a phone that can shows them as cards. */
    shown: z.array(ShownBook).max(10).optional(),
    /** The command that begins an answer with this; the rest follows, and with it the cards and the answers to tap. */
    begun: z.uuid().optional(),
  }),
]);
export type Speech = z.infer<typeof Speech>;

/** Params of the transactional action `keepText`. */
export const KeptText = z.object({
  messageId: z.string(),
  text: z.string(),
  channel: Channel,
  threadId: z.uuid(),
  rich: z.boolean().optional(),
});
export type KeptText = z.infer<typeof KeptText>;

/** Params of the transactional action `keepConsent`: the append-only record, and the flag that the sender's last gate reads. */
export const KeptConsent = z.object({
  change: z.enum(['granted', 'revoked']),
  /** `keyword`: STOP or START, alone or in plain words; `words`: what Claude took for a STOP, or a YES that begins anew; else as in `ConsentRevoked`. */
  source: z.enum(['keyword', 'words', 'carrier', 'record']),
  /** The text that said so; null when it is the customer's newest one, or none. */
  messageId: z.string().nullable(),
});
export type KeptConsent = z.infer<typeof KeptConsent>;
