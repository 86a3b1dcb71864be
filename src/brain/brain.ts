// Marty's brain: reads the conversation, proposes one act and words. Claude where there is a key, a budget and an
// answer that stands on the catalogue; the house recommender for everything else, so that a reply always comes.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ComposeInput, ReplyOutput, ShownBook } from '../../schema/acts.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { shownBook } from '../catalogue/shown-book.ts';
import type { BookFinder } from '../catalogue/sources/book-finder.ts';
import { boughtTogether } from '../commerce/bought-together.ts';
import type { Waitlist } from '../commerce/waitlist/waitlist.ts';
import type { Vault } from '../runtime/vault.ts';
import { createAnswerCache, NO_CACHE } from './answer-cache.ts';
import type { AnswerCache } from './answer-cache.ts';
import { createBudget, UNCOUNTED } from './budget.ts';
import type { Budget } from './budget.ts';
import { createClaudeClient } from './claude/client.ts';
import type { ClaudeClient, ClaudeOptions } from './claude/client.ts';
import { converse } from './claude/converse.ts';
import type { Answer } from './claude/converse.ts';
import { ClaudeFailure } from './claude/failure.ts';
import type { ClaudeFailureCode } from './claude/failure.ts';
import type { FaultKind } from './claude/grounding.ts';
import { createOpener } from './opener.ts';
import type { Opener, Telling } from './opener.ts';
import { shortTitle } from './house/draft.ts';
import { houseReply, plainReply } from './house/house.ts';
import { seedOf } from './house/text.ts';
import { shelfFor } from './shelf.ts';
import { createOrderFacts, noteShown, shownLately, shownSince, storeFacts } from './shop-facts.ts';
import type { Begun, Draft, Moment, Shelf, Situation, TranscriptLine, Whose } from './situation.ts';
import { readLibrary, speaksOf } from './library.ts';
import { createSummaries } from './summaries.ts';
import type { Summaries } from './summaries.ts';
import { begunBy, createTranscript, splitUnread } from './transcript.ts';

/** Why the house recommender answered although there is a key. */
export type FallbackCode = ClaudeFailureCode | 'over_budget' | 'broken';

/**
 * `persona`: what Claude is told to be in a shop, given the shop's own, if it has one. `timeoutMs` bounds all requests of one reply (default 30 s); `dailyTokensMax` is per
 * customer and UTC day (default 200,000).
 */
export type ClaudeConfig = ClaudeOptions & {
  persona: (own: string | null) => string;
  timeoutMs?: number;
  dailyTokensMax?: number;
};

export type BrainOptions = {
  db: NodePgDatabase;
  vault: Vault;
  catalogue: Catalogue;
  /** Looks titles up beyond it. */
  finder: BookFinder;
  waitlist: Pick<Waitlist, 'asideFor'>;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** `claude` null: no key. */
  config: { claude: ClaudeConfig | null };
  /** For logs and metrics. */
  onFallback?: (code: FallbackCode) => void;
  /** What grounding found in an answer of Claude's that was not said. */
  onStopped?: (faults: readonly FaultKind[]) => void;
  /** Only drafts are asked for, of the past: nothing is kept for the customers of today, and nothing is charged to them. */
  rehearses?: boolean;
  /** Puts something around every request to Claude: who counts, times and traces. */
  observe?: (client: ClaudeClient) => ClaudeClient;
};

export type Brain = {
  /**
   * Answers whatever is unread. Throws the signal's reason when superseded, and what the database throws.
   * @param telling the command that asks: its first attempt may begin the answer before all of it is known
   */
  reply(ask: ComposeInput & Whose, signal: AbortSignal, telling?: Telling): Promise<ReplyOutput>;
  /**
   * What `reply` would say, without a trace of it in the conversation; null where nothing is unread. Costs as many tokens.
   * @param said stands in for the stored conversation, oldest first
   * @param moment when it is to be said; now if left out. Shelves and the standing of orders are today's in any case.
   */
  draft(
    ask: ComposeInput & Whose,
    signal: AbortSignal,
    said?: readonly TranscriptLine[],
    moment?: Moment,
  ): Promise<ReplyOutput | null>;
  /** Stores what to remember of a conversation that is over; once per thread. */
  summarise(ask: Whose & { threadId: string }, signal: AbortSignal): Promise<void>;
};

const HISTORY_MAX = 10;
const TRANSCRIPT_MAX = 24;
const TIMEOUT_MS = 30_000;
const DAILY_TOKENS_MAX = 200_000;
/** A longer text may hold more than the one thing that a pattern saw in it. */
const CLEAR_WORDS_MAX = 10;
const CLEAR_CONFIDENCE = 0.9;
/** What there is to say where nothing waits for an answer. */
export const NOTHING_UNREAD: ReplyOutput = {
  act: { type: 'customer.asked' },
  bubbles: [],
  shown: [],
  confidence: 0,
  by: 'house',
};

type Parts = {
  options: BrainOptions;
  claude: { client: ClaudeClient; config: ClaudeConfig } | null;
  budget: Budget;
  cache: AnswerCache;
  summaries: Summaries;
};

export function createBrain(options: BrainOptions): Brain {
  const { db, vault, catalogue, now, config } = options;
  const claude = config.claude === null ? null : { client: openClaude(options, config.claude), config: config.claude };
  const budget = options.rehearses
    ? UNCOUNTED
    : createBudget(db, config.claude?.dailyTokensMax ?? DAILY_TOKENS_MAX, now);
  const summaries = createSummaries({
    db,
    vault,
    budget,
    client: claude?.client ?? null,
    now,
    timeoutMs: config.claude?.timeoutMs ?? TIMEOUT_MS,
  });
  const parts: Parts = {
    options,
    claude,
    budget,
    summaries,
    cache: options.rehearses ? NO_CACHE : createAnswerCache({ db, vault, shelf: catalogue, now }),
  };
  return {
    reply: async (ask, signal, telling) => {
      const { shelf, situation, begunIn } = await look(parts, { ...ask, commandId: telling?.commandId }, signal);
      if (situation === null) return signed(NOTHING_UNREAD, begunIn);
      const note = (isbn13s: string[]) =>
        noteShown(db, { storeId: ask.storeId, actorKey: ask.actorKey }, isbn13s, now());
      const isFirst = telling?.attempt === 1 && begunIn === null;
      const opener = isFirst
        ? createOpener(telling, ({ text, shown }) => note(spokenOf({ bubbles: [text], shown }, situation)))
        : null;
      const reply = await think(parts, shelf, situation, signal, opener);
      signal.throwIfAborted();
      const begun = (await opener?.begun()) ?? null;
      await note(spokenOf(reply, situation).filter((isbn13) => !begun?.isbn13s.includes(isbn13)));
      return signed(reply, begun === null ? begunIn : (telling?.commandId ?? null));
    },
    draft: async (ask, signal, said, moment) => {
      const { shelf, situation } = await look(parts, ask, signal, said, moment);
      return situation && think(parts, shelf, situation, signal, null);
    },
    summarise: (ask, signal) => summaries.write(ask, signal),
  };
}

/** By which command an answer was begun that goes on with this reply. */
function signed(reply: ReplyOutput, begun: string | null): ReplyOutput {
  return begun === null ? reply : { ...reply, begun };
}

/** The books that it shows, and the one that it asks how they liked. */
function spokenOf(
  { shown, bubbles }: Pick<ReplyOutput, 'shown' | 'bubbles'>,
  { library: { askAbout } }: Situation,
): string[] {
  const asked = askAbout !== null && speaksOf(bubbles, askAbout) ? [askAbout.isbn13] : [];
  return [...new Set([...shown.map((book) => book.isbn13), ...asked])];
}

function openClaude({ observe }: BrainOptions, config: ClaudeConfig): ClaudeClient {
  const client = createClaudeClient(config);
  return observe?.(client) ?? client;
}

/** `commandId`: of the command that asks, which may have begun to answer in an attempt before this one. */
type Asking = ComposeInput & Whose & { commandId?: string | undefined };

function commandsOf({ begun, commandId }: Asking): string[] {
  return [begun, commandId].flatMap((id) => id ?? []);
}

/** The shelf as this customer sees it, what they have said, and which command has begun to answer. */
async function look(
  parts: Parts,
  ask: Asking,
  signal: AbortSignal,
  said?: readonly TranscriptLine[],
  moment?: Moment,
): Promise<{ shelf: Shelf; situation: Situation | null; begunIn: string | null }> {
  const { catalogue, finder, waitlist, db, vault } = parts.options;
  const aside = moment === undefined ? await waitlist.asideFor(ask.storeId, ask.actorKey) : [];
  const asideIsbns = aside.map(({ isbn13 }) => isbn13);
  const companions = (storeId: number, isbn13: string) => boughtTogether(db, storeId, isbn13);
  const shelf = shelfFor({ catalogue, finder, asideIsbns, companions, signal });
  const lines = said ?? (await createTranscript(db, vault).recent(ask, TRANSCRIPT_MAX));
  const situation = await readSituation(parts, await withAside(shelf, ask, asideIsbns), lines, moment);
  return { shelf, situation, begunIn: begunBy(lines, [], commandsOf(ask))?.line.begun?.command ?? ask.begun };
}

/** What is set aside for them lies on the table, however long ago they were told. */
async function withAside<Ask extends ComposeInput & Whose>(shelf: Shelf, ask: Ask, isbn13s: string[]): Promise<Ask> {
  const missing = isbn13s.filter((isbn13) => !ask.offers.some((offer) => offer.isbn13 === isbn13));
  if (missing.length === 0) return ask;
  const books = await shelf.get(ask.storeId, missing);
  return { ...ask, offers: [...ask.offers, ...books.map(shownBook)] };
}

/** Null when there is nothing to answer. */
async function readSituation(
  parts: Parts,
  ask: Asking,
  lines: readonly TranscriptLine[],
  moment?: Moment,
): Promise<Situation | null> {
  const { db, vault, now } = parts.options;
  const { stage, offers, chosen, found, elsewhere, orderId, threadId, awaySinceMs, storeId, actorKey } = ask;
  const { unread, history } = splitUnread(lines, ask.sinceMs);
  const newest = unread.at(-1);
  if (newest === undefined) return null;
  const newestMs = newest.at.getTime();
  const begunWith = begunBy(lines, unread, commandsOf(ask));
  const lost = begunWith?.lost ? begunWith.line : null;
  const heard = history.filter((line) => line !== lost);
  const [orders, library, store, seenIsbns, summary, begun] = await Promise.all([
    createOrderFacts(db).recent(storeId, actorKey, moment && new Date(moment.nowMs)),
    readLibrary(db, vault, ask, newestMs),
    storeFacts(db, storeId),
    moment?.seenBefore(newestMs) ?? shownLately(db, storeId, actorKey, newestMs),
    parts.summaries.read(ask, moment?.nowMs),
    begunWith === null || begunWith.lost ? null : readBegun(db, ask, begunWith, newestMs),
  ]);
  const asked = { stage, offers, chosen, found, elsewhere, orderId, threadId, awaySinceMs, storeId, actorKey };
  const said = { unread: unread.map((line) => line.text), begun, history: heard.slice(-HISTORY_MAX) };
  const table = onTheTable(offers, heard);
  return {
    ...asked,
    ...said,
    table,
    orders,
    library,
    store,
    seenIsbns: begun === null ? seenIsbns : withBegun(seenIsbns, begun),
    summary,
    seed: seedOf(newest.id),
    now: moment?.nowMs ?? now(),
  };
}

async function readBegun(
  db: NodePgDatabase,
  { storeId, actorKey }: Whose,
  { line: { text }, overtaken }: NonNullable<ReturnType<typeof begunBy>>,
  newestMs: number,
): Promise<Begun> {
  return { text, overtaken, isbn13s: overtaken ? [] : await shownSince(db, storeId, actorKey, newestMs) };
}

/** What an answer has begun with is not recommended again in the same breath. */
function withBegun(seenIsbns: readonly string[], { isbn13s }: Begun): string[] {
  return [...new Set([...isbn13s, ...seenIsbns])];
}

/** The offers that Marty's last words named, in that order: what "the second one" counts. */
export function onTheTable(offers: readonly ShownBook[], history: readonly TranscriptLine[]): ShownBook[] {
  const since = history.findLastIndex((line) => line.by === 'customer') + 1;
  const said = history
    .slice(since)
    .map((line) => line.text)
    .join('\n')
    .toLowerCase();
  const placed = offers
    .map((book) => ({ book, place: said.indexOf(shortTitle(book.title).toLowerCase()) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place);
  return placed.length === 0 ? [...offers] : placed.map(({ book }) => book);
}

/** @param opener says how the answer begins before all of it is known; null where it must be known first */
async function think(
  parts: Parts,
  shelf: Shelf,
  situation: Situation,
  signal: AbortSignal,
  opener: Opener | null,
): Promise<ReplyOutput> {
  const draft = parts.claude === null ? null : await beyondTheHouse(parts, shelf, situation, signal, opener);
  if (draft !== null) return draft;
  const begun = (await opener?.begun()) ?? situation.begun;
  if (begun === null) return { ...(await houseReply(shelf, situation)), by: 'house' };
  const seenIsbns = withBegun(situation.seenIsbns, begun);
  return { ...(await goOn(shelf, { ...situation, begun, seenIsbns }, begun)), by: 'house' };
}

/** An answer that has begun with a book may end there; otherwise the house goes on with it. */
function goOn(shelf: Shelf, situation: Situation, { overtaken, isbn13s }: Begun): Draft | Promise<Draft> {
  if (overtaken || isbn13s.length === 0) return houseReply(shelf, situation);
  return { act: { type: 'customer.asked' }, bubbles: [], shown: [], confidence: CLEAR_CONFIDENCE };
}

/** What a pattern sees without a doubt is not asked of Claude. Null: the house answers after all. */
async function beyondTheHouse(
  parts: Parts,
  shelf: Shelf,
  situation: Situation,
  signal: AbortSignal,
  opener: Opener | null,
): Promise<ReplyOutput | null> {
  const plain = plainReply(situation);
  if (plain !== null && isClear(plain, situation)) return { ...plain, by: 'house' };
  const draft = await askClaude(parts, shelf, situation, signal, opener);
  return draft === null ? null : { ...draft, by: 'claude' };
}

function isClear({ act, confidence }: Draft, { unread }: Situation): boolean {
  if (act.type === 'customer.optedOut') return true;
  return confidence >= CLEAR_CONFIDENCE && unread.join(' ').split(/\s+/).length <= CLEAR_WORDS_MAX;
}

/** Null when there is no Claude, no budget, or no answer of his that may be used. */
async function askClaude(
  parts: Parts,
  shelf: Shelf,
  situation: Situation,
  signal: AbortSignal,
  opener: Opener | null,
): Promise<Draft | null> {
  const { claude, cache, budget, options } = parts;
  if (claude === null) return null;
  const known = await cache.find(situation);
  if (known !== null) return known;
  if (!(await budget.hasLeft(situation.storeId, situation.actorKey))) return fellBack(options, 'over_budget');
  const timeout = AbortSignal.timeout(claude.config.timeoutMs ?? TIMEOUT_MS);
  try {
    const answered = await answer(parts, { claude, shelf, opener }, situation, AbortSignal.any([signal, timeout]));
    const { draft, opening } = answered;
    await cache.keep(situation, draft);
    return opening === null ? draft : { ...draft, bubbles: draft.bubbles.slice(1) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClaudeFailure) return fellBack(options, error.code);
    return fellBack(options, timeout.aborted ? 'timeout' : 'broken');
  }
}

function answer(
  { options, budget }: Parts,
  { claude, shelf, opener }: { claude: NonNullable<Parts['claude']>; shelf: Shelf; opener: Opener | null },
  situation: Situation,
  signal: AbortSignal,
): Promise<Answer> {
  const { storeId, actorKey } = situation;
  const conversing = {
    client: claude.client,
    shelf,
    persona: claude.config.persona(situation.store.persona),
    spend: (tokens: Parameters<Budget['spend']>[2]) => budget.spend(storeId, actorKey, tokens),
    onStopped: (faults: readonly FaultKind[]) => options.onStopped?.(faults),
    begin: opener?.begin,
  };
  return converse(conversing, situation, signal);
}

function fellBack(options: BrainOptions, code: FallbackCode): null {
  options.onFallback?.(code);
  return null;
}
