// Marty's brain: reads the conversation, proposes one act and words. Claude where there is a key, a budget and an
// answer that stands on the catalogue; the house recommender for everything else, so that a reply always comes.
import type { ComposeInput, ReplyOutput } from '../../schema/acts.ts';
import { createAnswerCache, NO_CACHE } from './answer-cache.ts';
import type { AnswerCache } from './answer-cache.ts';
import { createBudget, UNCOUNTED } from './budget.ts';
import type { Budget } from './budget.ts';
import type { ClaudeClient, ClaudeOptions } from './claude/client.ts';
import type { Answer, converse } from './claude/converse.ts';
import { ClaudeFailure } from './claude/failure.ts';
import type { ClaudeFailureCode } from './claude/failure.ts';
import type { FaultKind } from './claude/grounding.ts';
import { houseReply, plainReply } from './house/house.ts';
import { heldAgainstShelf } from './house/part-of-title.ts';
import { speaksOf } from './library.ts';
import { look, withBegun } from './look.ts';
import type { Sight } from './look.ts';
import { createOpener } from './opener.ts';
import type { Opener, Telling } from './opener.ts';
import { noteShown } from './shop-facts.ts';
import type { Begun, Draft, Moment, Shelf, Situation, TranscriptLine, Whose } from './situation.ts';
import { createSummaries } from './summaries.ts';

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

export type BrainOptions = Omit<Sight, 'summaries'> & {
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

type Claude = { client: ClaudeClient; converse: typeof converse; config: ClaudeConfig };
type Parts = {
  options: BrainOptions;
  claude: Claude | null;
  budget: Budget;
  cache: AnswerCache;
};

export function createBrain(options: BrainOptions): Brain {
  const { db, vault, catalogue, now, config } = options;
  const claude = config.claude === null ? null : openClaude(options, config.claude);
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
    cache: options.rehearses ? NO_CACHE : createAnswerCache({ db, vault, shelf: catalogue, now }),
  };
  const sight = { ...options, summaries };
  return {
    reply: async (ask, signal, telling) => {
      const { shelf, situation, begunIn } = await look(sight, { ...ask, commandId: telling?.commandId }, signal);
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
      const { shelf, situation, begunIn } = await look(sight, ask, signal, said, moment);
      return situation && signed(await think(parts, shelf, situation, signal, null), begunIn);
    },
    summarise: (ask, signal) => summaries.write(ask, signal),
  };
}

/** By which command an answer was begun that goes on with this reply. */
export function signed(reply: ReplyOutput, begun: string | null): ReplyOutput {
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

// Anthropic's client takes a second to load: a shop without a key does without, and one with a key loads it while it opens.
function openClaude({ observe }: BrainOptions, config: ClaudeConfig): Claude {
  const loading = loadClaude(config);
  loading.catch(() => undefined); // whoever asks hears why
  const client: ClaudeClient = { ask: async (...request) => (await loading).client.ask(...request) };
  return {
    config,
    client: observe?.(client) ?? client,
    converse: async (...asked) => (await loading).converse(...asked),
  };
}

async function loadClaude(config: ClaudeConfig): Promise<Pick<Claude, 'client' | 'converse'>> {
  try {
    const [{ createClaudeClient }, { converse }] = await Promise.all([
      import('./claude/client.ts'),
      import('./claude/converse.ts'),
    ]);
    return { client: createClaudeClient(config), converse };
  } catch (error) {
    throw new ClaudeFailure('unavailable', { cause: error });
  }
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
  if (plain !== null && isClear(plain, situation))
    return { ...(await heldAgainstShelf(shelf, situation, plain)), by: 'house' };
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
  { claude, shelf, opener }: { claude: Claude; shelf: Shelf; opener: Opener | null },
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
  return claude.converse(conversing, situation, signal);
}

function fellBack(options: BrainOptions, code: FallbackCode): null {
  options.onFallback?.(code);
  return null;
}
