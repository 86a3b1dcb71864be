// The conversation with one customer: its thread, every text in and every bubble out, and what was said about consent.
// Text is sealed with the customer's own key; `consents` is append-only and outlives a forgotten customer.
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';

/** What a message can be; a bubble only ever moves to the right of where it stands, or to one of the last three. */
export const MESSAGE_STATUSES = [
  'received',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'dropped',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** Why a bubble never went out, or was given up. */
export type MessageReason =
  | 'opted_out'
  | 'stale'
  | 'rejected'
  | 'unreachable'
  | 'undelivered'
  /** The carrier took it for spam; the same words will not get through. */
  | 'filtered'
  /** No phone that takes texts. */
  | 'landline';

/** A book on a card: what phones that can show beside the bubble that speaks of it. */
export type Card = {
  isbn13: string;
  title: string;
  /** Who wrote it and what it costs. */
  subtitle: string;
  /** The answer to tap: what is written on it, and what it says when it is tapped. */
  take: { label: string; reply: string };
};

/** One row a customer; locked only for the moment in which the right to send changes hands. */
export const threads = pgTable(
  'threads',
  {
    storeId: integer('store_id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    /** The channel of the customer's last text: replies go there. Null until the first text. */
    channel: text('channel'),
    /** That text came from a phone that shows cards and answers to tap. */
    rich: boolean('rich').notNull().default(false),
    /** The conversation under way: a new one begins after three hours of silence. */
    threadId: uuid('thread_id'),
    /** The number of the turn that heard the customer's last text: talk said by an earlier turn is stale. */
    heardSeq: bigint('heard_seq', { mode: 'number' }).notNull().default(0),
    heardAt: instant('heard_at'),
    /** The last gate: while true, only bubbles marked `exempt` leave. */
    optedOut: boolean('opted_out').notNull().default(false),
    /** Who may send to this phone now: a command's id and attempt. */
    leaseOwner: text('lease_owner'),
    leaseUntil: instant('lease_until'),
    /** Texts that came since staff last read the conversation, and when that was. */
    unread: integer('unread').notNull().default(0),
    readAt: instant('read_at'),
  },
  (thread) => [
    primaryKey({ columns: [thread.storeId, thread.actorKey] }),
    // Read backwards, newest text first.
    index('threads_heard').on(thread.storeId, thread.heardAt, thread.actorKey),
    index('threads_unread')
      .on(thread.storeId, thread.heardAt, thread.actorKey)
      .where(sql`${thread.unread} > 0`),
  ],
);

/**
 * Texts and bubbles. Partitioned by RANGE(id): a UUIDv7 that sorts by time, then turn, then place in the turn,
 * so ordering by id is the order of the conversation.
 */
export const messages = pgTable(
  'messages',
  {
    storeId: integer('store_id').notNull(),
    id: uuid('id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    threadId: uuid('thread_id'),
    direction: text('direction', { enum: ['inbound', 'outbound'] }).notNull(),
    by: text('by', { enum: ['customer', 'marty', 'staff'] }).notNull(),
    /** `talk` is dropped when the conversation has moved on; a `fact` always arrives. */
    kind: text('kind', { enum: ['talk', 'fact'] }).notNull(),
    bodySealed: bytes('body_sealed').notNull(),
    channel: text('channel'),
    status: text('status', { enum: MESSAGE_STATUSES }).notNull(),
    reason: text('reason').$type<MessageReason>(),
    /** The turn that heard or said it; for talk, the fence that `threads.heard_seq` must not have passed. */
    seq: bigint('seq', { mode: 'number' }).notNull(),
    /** The place among the bubbles of one turn, from 0. */
    position: smallint('position').notNull().default(0),
    /** True for what the law lets an opted-out phone have: the confirmation of STOP, the answer to HELP. */
    exempt: boolean('exempt').notNull().default(false),
    /** We began it: it leaves only while its reader is awake. */
    started: boolean('started').notNull().default(false),
    /** Until then it waits for its reader to wake; null for what need not wait. */
    notBefore: instant('not_before'),
    /** The command that began an answer with it, before the rest of that answer was known; null for everything else. */
    begun: uuid('begun'),
    /** Which line, in which A/B variant; null for free talk. */
    line: text('line'),
    variant: text('variant'),
    /** Tappable answers on channels that have them. */
    suggestions: jsonb('suggestions').$type<string[]>(),
    /** The books that it shows, on channels that have cards; the text says the same. */
    cards: jsonb('cards').$type<Card[]>(),
    segments: smallint('segments').notNull().default(1),
    /** The provider's own id of the message. */
    providerId: text('provider_id'),
    at: instant('at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (message) => [
    primaryKey({ columns: [message.storeId, message.id] }),
    index('messages_transcript').on(message.storeId, message.actorKey, message.id),
    index('messages_unsent')
      .on(message.storeId, message.actorKey, message.id)
      .where(sql`${message.status} in ('queued', 'sending')`),
    index('messages_undelivered')
      .on(message.storeId, message.actorKey, message.id)
      .where(sql`${message.status} in ('failed', 'unknown')`),
    index('messages_provider_id')
      .on(message.providerId)
      .where(sql`${message.providerId} is not null`),
  ],
);
export type Message = typeof messages.$inferSelect;

/**
 * Every change of consent, with the customer's exact words and what they were told. Kept five years; the database itself
 * refuses to change or delete a row.
 */
export const consents = pgTable(
  'consents',
  {
    storeId: integer('store_id').notNull(),
    id: uuid('id').notNull(),
    actorKey: uuid('actor_key').notNull(),
    change: text('change', { enum: ['granted', 'revoked'] }).notNull(),
    /** How we learnt of it: STOP or START alone, the same said in other words, from the carrier, or from our own record. */
    source: text('source', { enum: ['keyword', 'words', 'carrier', 'record'] }).notNull(),
    /** The customer's exact words. */
    wordsSealed: bytes('words_sealed'),
    /** The provider's id of the text that said so. */
    messageId: text('message_id'),
    channel: text('channel'),
    /** The line and variant that answered it, such as `consent.stopped/a`. */
    told: text('told'),
    at: instant('at').notNull(),
  },
  (consent) => [
    primaryKey({ columns: [consent.storeId, consent.id] }),
    index('consents_by_actor').on(consent.storeId, consent.actorKey, consent.at),
  ],
);
