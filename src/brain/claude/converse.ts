// One reply from Claude: a bounded exchange of requests and tool calls that ends in a grounded draft or in a
// ClaudeFailure. Nothing here says or does anything; it returns a proposal that was checked.
import type Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { FoundBook } from '../../../schema/acts.ts';
import type { Book } from '../../catalogue/catalogue.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import type { Begun, Draft, Shelf, Situation } from '../situation.ts';
import type { ClaudeClient, ClaudeRequest, Tokens } from './client.ts';
import { ClaudeFailure } from './failure.ts';
import { faultsOf, FOUND_MAX, namedBooks, SHOWN_MAX } from './grounding.ts';
import type { FaultKind } from './grounding.ts';
import { firstBubble, openingOf } from './opening.ts';
import type { Opening } from './opening.ts';
import { conversation, correction, saidAlready, systemBlocks } from './prompt.ts';
import { actOf, isbnsOf, Proposal } from './proposal.ts';
import { runTool, TOOLS } from './tools.ts';
import { inVoice } from './voice.ts';

/** `spend` is told the tokens of every request, also of those whose answer is not used. */
export type Conversing = {
  client: ClaudeClient;
  shelf: Shelf;
  persona: string;
  spend: (tokens: Tokens) => Promise<void>;
  /** Is told what was wrong with an answer that is not used. */
  onStopped?: (faults: readonly FaultKind[]) => void;
  /** Says how the answer begins before the rest of it is known, and answers whether it was said. Never rejects. */
  begin?: ((opening: Opening) => Promise<boolean>) | undefined;
};

/** `opening`: the first of the draft's bubbles, where it was said already. */
export type Answer = { draft: Draft; opening: string | null };

// Read here and not by the client, which takes an answer that was cut for a failure of the line.
const { type, schema } = zodOutputFormat(Proposal);
const FORMAT = { type, schema };

/** Requests that may call tools; the one after them must answer. */
const TOOL_ROUNDS_MAX = 4;
/** Answers per reply: the first, and one corrected. */
const ANSWERS_MAX = 2;
/** Room for thinking besides the few hundred tokens of a reply. */
const TOKENS_MAX = 2048;

/** `found`: books of the world, from a book source in this conversation. */
type Exchange = {
  messages: Anthropic.MessageParam[];
  known: Map<string, Book>;
  found: Map<string, FoundBook>;
  toolRounds: number;
  /** Comes to how the answer was begun; null while there was nothing to decide. */
  opening: Promise<string | null> | null;
};

/** Throws ClaudeFailure, or the signal's reason when it fires. */
export async function converse(conversing: Conversing, situation: Situation, signal: AbortSignal): Promise<Answer> {
  const offered = await conversing.shelf.get(situation.storeId, offeredIsbns(situation));
  const known = new Map(offered.map((book) => [book.isbn13, book]));
  const found = new Map(situation.found.map((book) => [book.isbn13, book]));
  const exchange: Exchange = { messages: conversation(situation), known, found, toolRounds: 0, opening: null };
  for (let answers = 0; answers < ANSWERS_MAX; answers += 1) {
    const text = await answerText(conversing, situation, exchange, signal);
    const proposal = readProposal(text);
    await learnListed(conversing.shelf, situation.storeId, proposal, known);
    const act = actOf(proposal);
    const faults = faultsOf(proposal, act, { known, found, situation });
    const opening = await exchange.opening;
    if (faults.length === 0 && act !== null) {
      const isBegun = opening !== null || situation.begun !== null;
      const draft = draftOf(proposal, act, exchange, isBegun);
      return { draft: begunWith(opening, { ...draft, bubbles: unsaid(draft.bubbles, situation.begun) }), opening };
    }
    conversing.onStopped?.([...new Set(faults.map(({ kind }) => kind))]);
    exchange.messages.push(
      { role: 'assistant', content: text },
      correction(
        faults.map(({ words }) => words),
        opening,
      ),
    );
  }
  throw new ClaudeFailure('ungrounded');
}

function offeredIsbns({ offers, chosen }: Situation): string[] {
  return [...new Set([...offers, ...(chosen === null ? [] : [chosen])].map((book) => book.isbn13))];
}

/** Asks until Claude answers in words; every tool call on the way is run. */
async function answerText(
  conversing: Conversing,
  situation: Situation,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const mayLookUp = exchange.toolRounds < TOOL_ROUNDS_MAX;
    const { message, tokens } = await conversing.client.ask(
      request(conversing.persona, exchange, mayLookUp),
      signal,
      listener(conversing, situation, exchange),
    );
    await conversing.spend(tokens);
    if (message.stop_reason !== 'tool_use') return finalText(message);
    if (!mayLookUp) throw new ClaudeFailure('endless');
    exchange.toolRounds += 1;
    await answerTools(conversing.shelf, situation, exchange, message);
  }
}

/** Hears how an answer begins, once a reply; undefined where nothing may be said before the whole of it is known. */
function listener(
  { begin }: Conversing,
  situation: Situation,
  exchange: Exchange,
): ((text: string) => void) | undefined {
  if (begin === undefined || exchange.opening !== null) return undefined;
  return (text) => {
    const bubble = exchange.opening === null ? firstBubble(text) : null;
    if (bubble === null) return;
    const { known, found } = exchange;
    const opening = openingOf(bubble, { known, found, situation });
    exchange.opening = opening === null ? Promise.resolve(null) : said(begin, opening);
  };
}

async function said(begin: NonNullable<Conversing['begin']>, opening: Opening): Promise<string | null> {
  return (await begin(opening)) ? opening.text : null;
}

function request(persona: string, { messages }: Exchange, mayLookUp: boolean): ClaudeRequest {
  return {
    max_tokens: TOKENS_MAX,
    tools: TOOLS,
    tool_choice: { type: mayLookUp ? 'auto' : 'none' },
    system: systemBlocks(persona),
    messages,
    output_config: { format: FORMAT },
  };
}

async function answerTools(
  shelf: Shelf,
  { storeId, seenIsbns, library }: Situation,
  exchange: Exchange,
  message: Anthropic.Message,
): Promise<void> {
  const calls = message.content.filter((block) => block.type === 'tool_use');
  const answers = await Promise.all(
    calls.map((call) => runTool(shelf, storeId, [...seenIsbns, ...library.owned], call)),
  );
  for (const book of answers.flatMap(({ books }) => books)) exchange.known.set(book.isbn13, book);
  for (const book of answers.flatMap(({ found }) => found)) exchange.found.set(book.isbn13, book);
  const results = calls.map((call, index): Anthropic.ToolResultBlockParam => {
    const answer = answers[index];
    return {
      type: 'tool_result',
      tool_use_id: call.id,
      content: answer?.content ?? '',
      is_error: answer?.isError ?? true,
    };
  });
  const opening = await exchange.opening;
  const content = opening === null ? results : [...results, saidAlready(opening)];
  exchange.messages.push({ role: 'assistant', content: message.content }, { role: 'user', content });
}

function finalText(message: Anthropic.Message): string {
  switch (message.stop_reason) {
    case 'end_turn':
    case 'stop_sequence':
      return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    case 'refusal':
      throw new ClaudeFailure('refused');
    case 'max_tokens':
    case 'model_context_window_exceeded':
      throw new ClaudeFailure('cut');
    default:
      throw new ClaudeFailure('unreadable');
  }
}

function readProposal(text: string): Proposal {
  try {
    return Proposal.parse(JSON.parse(text));
  } catch (error) {
    throw new ClaudeFailure('unreadable', { cause: error });
  }
}

/** An ISBN that Claude remembers from earlier in the talk is known when the catalogue has it. */
async function learnListed(
  shelf: Shelf,
  storeId: number,
  { books, isbn13, isbn13s }: Proposal,
  known: Map<string, Book>,
): Promise<void> {
  const wanted = [...books, ...isbn13s, ...(isbn13 === null ? [] : [isbn13])].filter(
    (each) => !known.has(each) && /^\d{13}$/.test(each),
  );
  if (wanted.length === 0) return;
  for (const book of await shelf.get(storeId, wanted)) known.set(book.isbn13, book);
}

// An answer that was begun otherwise, and put right, goes on from what was said.
function begunWith(opening: string | null, draft: Draft): Draft {
  if (opening === null || draft.bubbles[0] === opening) return draft;
  return { ...draft, bubbles: [opening, ...draft.bubbles] };
}

// Claude is told what he has said, and may say it again all the same. Whoever texted meanwhile is not met with silence for it.
function unsaid(bubbles: string[], begun: Begun | null): string[] {
  if (begun === null || bubbles[0] !== begun.text) return bubbles;
  const rest = bubbles.slice(1);
  return begun.overtaken && rest.length === 0 ? bubbles : rest;
}

/** @param isBegun something of the answer was said already, and may have been enough */
function draftOf(proposal: Proposal, act: Draft['act'], { known, found }: Exchange, isBegun: boolean): Draft {
  const acted = isbnsOf(act);
  const actedBooks = acted.flatMap((isbn13) => known.get(isbn13) ?? []);
  const shown = [...new Set([...actedBooks, ...namedBooks(proposal, known)])].slice(0, SHOWN_MAX).map(shownBook);
  const actedFound = acted.flatMap((isbn13) => (known.has(isbn13) ? [] : (found.get(isbn13) ?? [])));
  const ofTheWorld = [...new Set([...actedFound, ...namedBooks(proposal, found)])].slice(0, FOUND_MAX);
  const bubbles = inVoice(proposal.bubbles);
  if (act.type === 'customer.asked' && bubbles.length === 0 && !isBegun) throw new ClaudeFailure('unreadable');
  const confidence = Math.min(1, Math.max(0, proposal.confidence));
  return { act, bubbles, shown, ...(ofTheWorld.length > 0 && { found: ofTheWorld }), confidence };
}
