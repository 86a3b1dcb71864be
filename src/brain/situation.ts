// Everything that one reply is made from, read once before anybody thinks.
import type { ComposeInput, ReplyOutput, ShownBook } from '../../schema/acts.ts';
import type { MessageStatus } from '../../schema/messages.ts';
import type { StoreHours } from '../../schema/stores.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Finding } from '../catalogue/sources/book-finder.ts';

/** The part of the catalogue that a conversation reads; what is set aside for this customer counts as on hand. */
export type Shelf = Pick<Catalogue, 'search' | 'match' | 'resolve' | 'get' | 'recommend'> & {
  /** Looks a title up beyond the shelves, in bounded time. Throws nothing but that the reply was superseded. */
  beyond(storeId: number, words: string): Promise<Finding>;
};

/** One customer; `dataKey` is the wrapped key that opens what is theirs. */
export type Whose = { storeId: number; actorKey: string; dataKey: Buffer };

/** One message of a conversation, in clear. A `fact` is news and answers nothing; talk does. */
export type TranscriptLine = {
  /** How an answer began whose rest was not known yet: the command that was at work on it, and what became of this bubble. */
  begun?: { command: string; status: MessageStatus };
  /** The turn that heard or said it; left out where there was none. */
  seq?: number;
  id: string;
  by: 'customer' | 'marty' | 'staff';
  kind: 'talk' | 'fact';
  text: string;
  at: Date;
};

/** A customer's messages, decrypted. */
export type Transcript = {
  /** The newest `limit` messages, oldest first; with `beforeTurn` of those that earlier turns heard or said. */
  recent(whose: Whose, limit: number, beforeTurn?: number): Promise<TranscriptLine[]>;
};

/** An order as its customer may hear of it. */
export type OrderFact = {
  orderId: string;
  /** How it stands, fit to follow "your order is". */
  status: string;
  titles: string[];
  isbn13s: string[];
  totalCents: number;
  tracking: string | null;
};
export type OrderFacts = {
  /** The customer's newest orders first, at most 5; with `before` of those that had been placed by then. */
  recent(storeId: number, actorKey: string, before?: Date): Promise<OrderFact[]>;
};

/** A time in the past that a reply is thought out for again, and what this customer had been shown by then. */
export type Moment = {
  /** Milliseconds since 1970 (UTC). */
  nowMs: number;
  /** Given the newest text that waits for an answer: `Situation.seenIsbns`. */
  seenBefore: (textMs: number) => Promise<string[]>;
};

/** A book in a customer's own shelf. */
type OwnBook = { isbn13: string; title: string };
/**
 * What a customer has from the shop, by text or from the counter. `owned`: newest first, also what is paid and on its way;
 * `lastBought`: the newest that they have in hand; `askAbout`: the same while nobody has asked them how they liked it.
 */
export type Library = { owned: string[]; lastBought: OwnBook | null; askAbout: OwnBook | null };

/**
 * What needs no model to be answered. `place` is the street address as it is told; `phone` is for calling, E.164; `persona`: what
 * Claude is told to be here, where that is not what he is everywhere.
 */
export type StoreFacts = {
  name: string;
  timezone: string;
  hours: StoreHours;
  phone: string | null;
  place: string | null;
  persona: string | null;
  shippingCents: number;
  taxRatePpm: number;
};

/** How Marty has begun to answer; `isbn13s`: the books that it shows; `overtaken`: a text came after it. */
export type Begun = { text: string; isbn13s: string[]; overtaken: boolean };

export type Situation = Omit<ComposeInput, 'sinceMs' | 'begun'> & {
  storeId: number;
  actorKey: string;
  /** The customer's texts that nobody has answered, oldest first; at least one. */
  unread: string[];
  /** What of the answer to them was said already. */
  begun: Begun | null;
  /** What came before them, oldest first. */
  history: TranscriptLine[];
  /** The offers that Marty spoke of last, in the order in which he named them; all offers when he named none. */
  table: ShownBook[];
  /** What was shown to this customer in the last weeks and is not to be recommended again. */
  seenIsbns: string[];
  orders: OrderFact[];
  library: Library;
  /** What to remember of earlier conversations. */
  summary: string | null;
  store: StoreFacts;
  /** Chooses among wordings. */
  seed: number;
  /** Milliseconds since 1970 (UTC). */
  now: number;
};

/** A reply before anybody has signed it. */
export type Draft = Omit<ReplyOutput, 'by'>;
