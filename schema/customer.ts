// The customer actor's context, events and speech: ids and small data only; no phone, no text, no address.
import { z } from 'zod';
import { Copies, Isbn13, ShownBook, Stage } from './acts.ts';
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

/** What the customer actor remembers between turns. */
export const CustomerContext = z.object({
  threadId: z.uuid(),
  stage: Stage,
  /** Books shown in this thread, newest first; at most `OFFERS_MAX`. */
  offers: z.array(ShownBook),
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
  /** The customer asked for a person, and none has come yet. */
  needsStaff: z.boolean(),
  staffId: z.string().nullable(),
});
export type CustomerContext = z.infer<typeof CustomerContext>;

/** Bound of `offers`: what a person can still mean by "the second one". */
export const OFFERS_MAX = 6;
/** Bound of `openOrders`; the oldest is forgotten here, never in the order itself. */
export const OPEN_ORDERS_MAX = 8;

export const TextReceived = z.object({
  type: z.literal('text.received'),
  messageId: z.string().min(1).max(200),
  text: z.string().min(1).max(1600),
  channel: Channel,
  keyword: Keyword,
  /** The phone answered for its owner ("I'm driving"): kept, and never answered. */
  automatic: z.boolean().optional(),
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

/** Every event that may be sent to a customer's actor from outside of it; acts and `thread.lapsed` it raises itself. */
export const CustomerEvent = z.discriminatedUnion('type', [
  TextReceived,
  ConsentRevoked,
  ...StaffToCustomer.options,
  ...OrderNews.options,
]);
export type CustomerEvent = z.infer<typeof CustomerEvent>;

/** Events that the machine sees: those from outside and those that it raises. */
export type CustomerMachineEvent = CustomerEvent | Act | { type: 'thread.lapsed' };

/** Talk is dropped when the conversation has moved on; a fact always arrives. */
export const SpeechKind = z.enum(['talk', 'fact']);
export type SpeechKind = z.infer<typeof SpeechKind>;

/** Params of the transactional action `say`: a line of prompts/ by its key, or bubbles that are ready. */
export const Speech = z.union([
  z.object({
    line: z.string().min(1),
    with: z.record(z.string(), z.union([z.string(), z.number()])),
    kind: SpeechKind,
  }),
  z.object({ bubbles: z.array(z.string().min(1)).min(1), kind: SpeechKind, by: z.enum(['marty', 'staff']) }),
]);
export type Speech = z.infer<typeof Speech>;

/** Params of the transactional action `keepText`. */
export const KeptText = z.object({
  messageId: z.string(),
  text: z.string(),
  channel: Channel,
  threadId: z.uuid(),
});
export type KeptText = z.infer<typeof KeptText>;

/** Params of the transactional action `keepConsent`: the append-only record, and the flag that the sender's last gate reads. */
export const KeptConsent = z.object({
  change: z.enum(['granted', 'revoked']),
  /** `keyword`: STOP or START alone; `words`: the same said in other words; else as in `ConsentRevoked`. */
  source: z.enum(['keyword', 'words', 'carrier', 'record']),
  /** The text that said so; null when it is the customer's newest one, or none. */
  messageId: z.string().nullable(),
});
export type KeptConsent = z.infer<typeof KeptConsent>;
