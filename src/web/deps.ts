// What the web needs of the rest of Marty, as interfaces: src/cli gives the real ones, tests give small ones in memory.
// Times go out as ISO 8601 strings, ids as the outside knows them (`customer:+1…`, `order:<uuid>`).
import type { Hono } from 'hono';
import type { AnyEventObject } from 'xstate';
import type { OrderState } from '../../schema/order.ts';
import type { NamedText } from '../channels/heard-before.ts';
import type { Receipt } from '../channels/receipts.ts';
import type { Authenticate, Staff } from './auth.ts';
import type { Metrics } from './metrics.ts';
import type { ActorDetail, ActorSnapshot, ActorSummary, CommandRecord, LiveTurn, TurnRecord } from './wire/actors.ts';
import type { AuditItem } from './wire/audit.ts';
import type { Page } from './wire/common.ts';
import type { MachineDetail, MachineStats, MachineSummary } from './wire/machines.ts';
import type { ProbeState } from './wire/probe.ts';
import type { Numbers } from './wire/numbers.ts';
import type { Canned, CannedBody, Conversation, Draft, Note } from './wire/conversation.ts';
import type { Breakers, Checks } from './wire/health.ts';
import type { InboxFilter, InboxItem, InboxPage } from './wire/inbox.ts';
import type { Transcript } from './wire/messages.ts';
import type { ImportLine, InventoryItem, PickList, StockAdjustment } from './wire/stock.ts';
import type { TroubleKind, TroublePage } from './wire/trouble.ts';
import type { BookDraft, BookItem, OrderItem, StockChange, StockCount } from './wire/shop.ts';

/** An actor by its natural id: machine `customer` with an E.164 number, machine `order` with a UUID. */
export type ActorAddress = { storeId: number; machine: string; id: string };

export type SendOptions = {
  /** The same key changes an actor at most once. */
  dedupeKey: string;
  /** Who speaks: `smobi`, `simulator`, `till`, `staff:<id>`. */
  source: string;
  correlationId: string;
};
/**
 * Resolves only once the event is committed. A `RuntimeError` `overloaded` or `stopped` means that nothing was stored:
 * the caller gets a 503.
 */
export type Send = (
  address: ActorAddress,
  event: AnyEventObject,
  options: SendOptions,
) => Promise<{ accepted: true; duplicate: boolean }>;

/** A reader rejects with this when it cannot read a cursor; the caller gets a 400. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

type PageQuery = { storeId: number; limit: number; cursor?: string | undefined };

export type ActorReader = {
  /** Newest activity first. `q` searches what staff search by. */
  list(query: PageQuery & ActorFilter): Promise<Page<ActorSummary>>;
  /** The actor's key; null where nobody was ever at that address. Never gives birth. */
  keyOf(address: ActorAddress): Promise<string | null>;
  /** Null where there is no such actor. */
  show(address: ActorAddress): Promise<ActorDetail | null>;
  /** Oldest first, after turn `after`. Null where there is no such actor. */
  history(
    address: ActorAddress,
    query: { after?: string | undefined; limit: number },
  ): Promise<Page<TurnRecord> | null>;
  /** Null where there is no such actor or turn. */
  snapshotAt(address: ActorAddress, seq: number): Promise<ActorSnapshot | null>;
  /** Whether the actor has taken an event in under this dedupe key. */
  hasTakenIn(address: ActorAddress, dedupeKey: string): Promise<boolean>;
};
export type ActorFilter = { machine?: string | undefined; state?: string | undefined; q?: string | undefined };

/** `wrong_status`: a command that is done cannot be retried, one that is over cannot be cancelled. */
export type CommandAnswer = 'done' | 'unknown' | 'wrong_status';
export type CommandDesk = {
  list(query: PageQuery & CommandFilter): Promise<Page<CommandRecord>>;
  retry(storeId: number, id: string): Promise<CommandAnswer>;
  cancel(storeId: number, id: string): Promise<CommandAnswer>;
};
export type CommandFilter = { status?: string | undefined; actor?: string | undefined; name?: string | undefined };

/** `phone` is E.164, or the customer's key. */
type TranscriptQuery = {
  storeId: number;
  phone: string;
  after?: string | undefined;
  /** `latest`, or the id of an item: the page that ends right before it. */
  before?: string | undefined;
  limit: number;
};
/** Oldest first, after the item whose id is `after`; an empty page for a phone that nobody knows. */
export type TranscriptReader = {
  read(query: TranscriptQuery): Promise<Transcript>;
};

export type CatalogueDesk = {
  search(storeId: number, query: string, limit: number): Promise<BookItem[]>;
  match(storeId: number, text: string): Promise<Array<{ isbn13: string; title: string; score: number }>>;
  put(storeId: number, isbn13: string, draft: BookDraft): Promise<{ created: boolean; book: BookItem }>;
};

/** `unknown_book`: no such title. `too_few`: less than nothing, or than what is promised, would be left. */
export type StockDesk = {
  change(
    storeId: number,
    isbn13: string,
    change: StockChange,
    staffId: string,
  ): Promise<StockCount | 'unknown_book' | 'too_few'>;
  list(query: PageQuery & { q: string; reservedOnly: boolean }): Promise<Page<InventoryItem>>;
  /** Changes of one count by hand, newest first. */
  adjustments(query: PageQuery & { isbn13: string }): Promise<Page<StockAdjustment>>;
  /** What waits to be taken off the shelves. */
  pickList(storeId: number): Promise<PickList>;
  /** Reads a CSV into the shop, line by line of what is to be told; null while another file is being read. */
  importCsv(storeId: number, csv: Uint8Array): AsyncIterable<ImportLine> | null;
};

export type TroubleDesk = {
  /** Newest first. */
  list(query: PageQuery & { kind?: TroubleKind | undefined }): Promise<TroublePage>;
  retry(storeId: number, kind: TroubleKind, id: string): Promise<CommandAnswer>;
  dismiss(storeId: number, kind: TroubleKind, id: string): Promise<CommandAnswer>;
  /** At most 1,000 in one call. */
  retryAll(storeId: number): Promise<{ retried: number; left: number }>;
};

export type OrderReader = {
  list(query: PageQuery & { state?: OrderState | undefined; q?: string | undefined }): Promise<Page<OrderItem>>;
  show(storeId: number, id: string): Promise<OrderItem | null>;
};

/** What a provider says about a bubble of one of these shops. Unknown references and moves backwards change nothing. */
export type ReceiptDesk = { record(receipt: Receipt, storeIds: readonly number[]): Promise<void> };

export type MachineReader = {
  list(storeId: number): Promise<MachineSummary[]>;
  show(storeId: number, id: string): Promise<MachineDetail | null>;
  stats(storeId: number, id: string, days: number): Promise<MachineStats | null>;
};

/** Days as the shop's own calendar has them; both are part of it. */
export type NumbersDesk = (storeId: number, from: string, to: string) => Promise<Numbers>;

/** A turn and its place in the stream; `gap`: more was missed than is told again, so whoever listens reads anew. */
export type LiveNews = { storeId: number; mark: string; turn: LiveTurn } | 'gap';
/** Every turn of a store as it commits, in whatever process, until `signal` fires. @param lastEventId the last mark that the listener has */
export type LiveFeed = (storeId: number, signal: AbortSignal, lastEventId?: string) => AsyncIterable<LiveNews>;

/** A login that was allowed; the token goes into a cookie and nowhere else. */
export type LoggedIn = { token: string; expiresAt: Date };
export type AccountDesk = {
  /** Null for a wrong address or password; `retryAfterS` when it was tried too often. */
  login(attempt: {
    email: string;
    password: string;
    /** The network address that it comes from. */
    address: string;
  }): Promise<LoggedIn | { retryAfterS: number } | null>;
  /** Null for a link that was used, is too old, or never was. */
  useLink(token: string): Promise<LoggedIn | null>;
  logout(token: string): Promise<void>;
  /** Who a session's token belongs to; null when it is over. */
  find(token: string): Promise<Staff | null>;
};

/** Something that staff did: ids only, no texts. */
export type Act = Omit<AuditItem, 'id' | 'at' | 'staff'> & { storeId: number; staffId: string; at: Date };
export type AuditDesk = {
  /** Once more where the first try's answer was lost may make two lines, of one correlation id. */
  keep(act: Act): Promise<void>;
  /** Newest first. */
  list(query: PageQuery & { staff?: string | undefined; act?: string | undefined }): Promise<Page<AuditItem>>;
};

export type InboxRequest = PageQuery & {
  filter: InboxFilter;
  q?: string | undefined;
  state?: string | undefined;
  /** Who asks: for the conversations that they have themselves. */
  staffId: string;
};
export type InboxDesk = {
  list(request: InboxRequest): Promise<InboxPage>;
  /** One customer's row, by actor key; null for somebody who never wrote. */
  find(storeId: number, key: string): Promise<InboxItem | null>;
  /** False for somebody who never wrote. */
  markRead(storeId: number, key: string): Promise<boolean>;
};

/** All by actor key. */
export type ConversationDesk = {
  /** Null for somebody who never wrote. */
  show(storeId: number, key: string): Promise<Conversation | null>;
  /** Until when a person has it; null while Marty does. */
  keptUntil(storeId: number, key: string): Promise<string | null>;
  /** Null for nobody. */
  draft(storeId: number, key: string): Promise<Draft | null>;
  notes: NotesDesk;
};
export type NotesDesk = {
  /** Newest first. */
  list(storeId: number, key: string): Promise<Note[]>;
  /** Null for somebody who was forgotten. */
  add(note: { storeId: number; key: string; staff: Pick<Staff, 'id' | 'name'>; text: string }): Promise<Note | null>;
  /** False where there is no such note of this customer. */
  remove(storeId: number, key: string, id: string): Promise<boolean>;
};
export type CannedDesk = {
  list(storeId: number): Promise<Canned[]>;
  /** Null where the shop has as many as it can have. */
  put(storeId: number, id: string, body: CannedBody, staffId: string): Promise<Canned | null>;
  remove(storeId: number, id: string): Promise<boolean>;
};

/** The synthetic customer of `marty probe`, in one shop. */
export type ProbeDesk = {
  look(storeId: number): Promise<ProbeState>;
  /** Nothing of it stays. @returns how it was served */
  forget(storeId: number): Promise<ProbeState>;
};

/** The store's slug is what `?store=` names; `phone` is E.164, or null. */
export type WebStore = { id: number; slug: string; name: string; phone: string | null; timezone: string };

export type WebLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type WebConfig = {
  version: string;
  publicUrl: string;
  /** Marks every page as a demo. */
  isDemo: boolean;
  /** Whether the phone simulator, its API and its page, is on. */
  simulator: boolean;
  corsOrigins: string[];
  /** Null turns `/webhook/sms` away, but for shops that have a secret of their own: nothing can be verified. */
  smobiWebhookSecret: string | null;
  /** Signs Twilio's webhooks; null turns them away. */
  twilioAuthToken: string | null;
  /** Addresses or CIDR blocks; empty lets every address knock. */
  smobiIpAllowlist: string[];
  /** Reverse proxies whose last `x-forwarded-for` entry is believed; empty believes none. */
  trustedProxies: string[];
  /** The folder that Vite built the pages into. */
  consoleDir: string;
};

export type WebDeps = {
  config: WebConfig;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  newId: () => string;
  log: WebLog;
  metrics: Metrics;
  /** By token. */
  authenticate: Authenticate;
  accounts: AccountDesk;
  audit: AuditDesk;
  /** By id, at least one: the first is where nothing else names a store. */
  stores: () => Promise<WebStore[]>;
  /** The secrets that single shops have of their own, by store, as things stand. */
  ownSecrets: () => Record<'smobi' | 'twilio', ReadonlyMap<number, string>>;
  send: Send;
  /** Whether a text is kept already; for providers whose requests can be signed once and sent at any time. */
  hasHeard: (text: NamedText) => Promise<boolean>;
  actors: ActorReader;
  commands: CommandDesk;
  inbox: InboxDesk;
  conversations: ConversationDesk;
  canned: CannedDesk;
  transcript: TranscriptReader;
  catalogue: CatalogueDesk;
  stock: StockDesk;
  trouble: TroubleDesk;
  orders: OrderReader;
  receipts: ReceiptDesk;
  probe: ProbeDesk;
  machines: MachineReader;
  numbers: NumbersDesk;
  live: LiveFeed;
  /** Never rejects; each check has its own short timeout. */
  health: () => Promise<Checks>;
  /** Of each outside service that has one; empty when they are not known. Never rejects. */
  breakers: () => Promise<Breakers>;
  /** Routes of other parts on the same server, with whole paths: the local till's pay page and its webhook. */
  mounts: Hono[];
};
