// What a brain may propose: one typed act per reply. An act is a proposal; only the customer's statechart decides what it does.
import { z } from 'zod';

/** A book's 13-digit number with a correct check digit, digits only. */
export const Isbn13 = z
  .string()
  .regex(/^97[89]\d{10}$/, 'an ISBN-13: 13 digits that begin with 978 or 979')
  .refine(hasCheckDigit, 'an ISBN-13 whose check digit is right');
export type Isbn13 = z.infer<typeof Isbn13>;

function hasCheckDigit(isbn13: string): boolean {
  const sum = [...isbn13].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/** The most copies of one title in one order. */
export const COPIES_MAX = 10;
export const Copies = z.number().int().min(1).max(COPIES_MAX);

/** Money in whole cents of the store's currency, never negative. */
export const Cents = z.number().int().nonnegative();

/** A United States postal address as the customer gave it, before it is checked. */
export const Address = z.object({
  name: z.string().min(1).max(120),
  line1: z.string().min(1).max(120),
  line2: z.string().max(120).optional(),
  city: z.string().min(1).max(80),
  state: z.string().min(2).max(40),
  zip: z.string().min(1).max(12),
});
export type Address = z.infer<typeof Address>;

/** A book as it was shown or quoted: `priceCents` each, `onHand` copies that could be sold at that moment. */
export const ShownBook = z.object({
  isbn13: Isbn13,
  title: z.string().min(1).max(300),
  authors: z.array(z.string().max(120)).max(12),
  priceCents: Cents,
  onHand: z.number().int().nonnegative(),
});
export type ShownBook = z.infer<typeof ShownBook>;

/** A book that exists and that the shop does not list: `source` is the book source, or `wholesaler`, that knows it. */
export const FoundBook = z.object({
  isbn13: Isbn13,
  title: z.string().min(1).max(300),
  authors: z.array(z.string().max(120)).max(12),
  source: z.string().min(1).max(40),
});
export type FoundBook = z.infer<typeof FoundBook>;

/**
 * How a book that is not on the shelf can be had. `url`: to bookshop.org through a redirect of ours; `special`: what it costs
 * to have it ordered in, and within how many days, or null where it cannot be.
 */
export const Elsewhere = z.object({
  isbn13: Isbn13,
  title: z.string().min(1).max(300),
  authors: z.array(z.string().max(120)).max(12),
  url: z.url(),
  /** The shop gets a share of what is bought there. */
  isAffiliate: z.boolean(),
  special: z.object({ priceCents: Cents, days: z.number().int().positive() }).nullable(),
});
export type Elsewhere = z.infer<typeof Elsewhere>;

/** What the customer did with their text, as the brain understood it. */
export const Act = z.discriminatedUnion('type', [
  z.object({ type: z.literal('customer.asked') }),
  z.object({ type: z.literal('customer.choseBook'), isbn13: Isbn13, copies: Copies }),
  z.object({ type: z.literal('customer.namedSeveral'), isbn13s: z.array(Isbn13).min(2).max(10) }),
  z.object({ type: z.literal('customer.agreed') }),
  z.object({ type: z.literal('customer.declined') }),
  z.object({ type: z.literal('customer.wantsShipping') }),
  z.object({ type: z.literal('customer.wantsPickup') }),
  z.object({ type: z.literal('customer.paysNow') }),
  z.object({ type: z.literal('customer.wantsHold') }),
  z.object({ type: z.literal('customer.gaveAddress'), address: Address }),
  /** However it can be had: it is not on the shelf. */
  z.object({ type: z.literal('customer.wantsElsewhere'), isbn13: Isbn13 }),
  /** To be told when it is back. */
  z.object({ type: z.literal('customer.wantsWaitlist'), isbn13: Isbn13 }),
  /** To have it ordered in. */
  z.object({ type: z.literal('customer.wantsSpecialOrder'), isbn13: Isbn13, copies: Copies }),
  z.object({ type: z.literal('customer.changedMind') }),
  z.object({ type: z.literal('customer.askedOrder') }),
  z.object({ type: z.literal('customer.wantsCancel') }),
  z.object({ type: z.literal('customer.wantsPerson') }),
  z.object({ type: z.literal('customer.optedOut') }),
]);
export type Act = z.infer<typeof Act>;

/** What was just asked of the customer, so that a bare "yes" can be understood. */
export const Stage = z.enum([
  'browsing',
  'recommending',
  'confirming.which',
  'confirming.sure',
  'fulfillment.method',
  'fulfillment.address',
  'fulfillment.readback',
  'fulfillment.payment',
  'payment.preparing',
  'payment.awaiting',
  'missing.offered',
  'missing.sure',
]);
export type Stage = z.infer<typeof Stage>;

/** What a brain is told besides the transcript, which it reads by `threadId`. */
export const ComposeInput = z.object({
  stage: Stage,
  offers: z.array(ShownBook),
  chosen: ShownBook.nullable(),
  /** Books that came from a book source in this conversation, newest first. */
  found: z.array(FoundBook).default([]),
  /** What was offered for a book that is not on the shelf, while that is talked of. */
  elsewhere: Elsewhere.nullable().default(null),
  /** The order that was talked of last, or null. */
  orderId: z.uuid().nullable(),
  threadId: z.uuid(),
  /** When the oldest text that waits for an answer came, in milliseconds since 1970 (UTC). */
  sinceMs: z.number().int(),
  /** When the conversation before this one ended, in milliseconds since 1970 (UTC); null in a customer's first one. */
  awaySinceMs: z.number().int().nullable().default(null),
  /** The command that has begun the answer to these texts, and was given up before it was done. */
  begun: z.uuid().nullable().default(null),
});
export type ComposeInput = z.infer<typeof ComposeInput>;

/**
 * A brain's answer: one act, talk to be said before the chart's own line, and the books that the talk showed.
 * `shown` holds every book of the shop's that the act names, `found` every other, so that the chart knows their titles.
 * `confidence` is 0 to 1.
 */
export const ReplyOutput = z.object({
  act: Act,
  bubbles: z.array(z.string().min(1)).max(6),
  shown: z.array(ShownBook).max(10),
  found: z.array(FoundBook).max(3).optional(),
  confidence: z.number().min(0).max(1),
  /** The command that began this answer: it goes on from there, and `bubbles` is what is left to say. */
  begun: z.uuid().optional(),
  by: z.enum(['claude', 'house']),
});
export type ReplyOutput = z.infer<typeof ReplyOutput>;
