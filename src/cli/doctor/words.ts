// Who helps Marty to words and facts: Claude, asked to count the tokens of one word, which costs nothing, and the sources of books,
// asked for one that every one of them has.
import { APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { openAnthropic } from '../../brain/claude/client.ts';
import { hardcover } from '../../catalogue/sources/hardcover.ts';
import { openLibrary } from '../../catalogue/sources/open-library.ts';
import { SourceTrouble } from '../../catalogue/sources/source.ts';
import type { BookSource } from '../../catalogue/sources/source.ts';
import type { Config } from '../config/config.ts';
import { EXPIRY_NEAR_MS } from '../shop/tend-books.ts';
import { errorName } from '../../runtime/errors.ts';
import { look, off, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

/** Dune. */
const KNOWN_TO_ALL = '9780441172719';

export function claudeCheck({ claude }: Config): Check {
  if (claude === null) return { part: 'Claude', ask: async () => off('not set up: the house recommender answers') };
  const { model } = claude;
  const ask = async (signal: AbortSignal) => {
    try {
      const messages = [{ role: 'user' as const, content: 'hello' }];
      await openAnthropic(claude, 0).messages.countTokens({ model, messages }, { signal });
      return well(`${model} reads what we send`);
    } catch (error) {
      return claudeSaid(error, model);
    }
  };
  return { part: 'Claude', ask };
}

function claudeSaid(error: unknown, model: string): Said {
  if (!(error instanceof APIError) || error.status === undefined) {
    const code = error instanceof APIConnectionTimeoutError ? 'timeout' : errorName(error);
    return wrong(
      `nobody answers (${code})`,
      'look at status.anthropic.com and ANTHROPIC_BASE_URL; the house answers meanwhile',
    );
  }
  const { status } = error;
  if (status === 401 || status === 403)
    return wrong(`the key is refused (${status})`, 'make a new ANTHROPIC_API_KEY in the Claude Console');
  if (status === 404) return wrong(`there is no model ${model} for this key`, 'set ANTHROPIC_MODEL, or leave it out');
  if (status === 429)
    return look('says that we ask too often', "raise the account's limits, or lower CLAUDE_PER_MINUTE");
  return wrong(`answers ${status}`, 'look at status.anthropic.com; the house answers meanwhile');
}

/** @param now milliseconds since 1970 (UTC) */
export function bookChecks(config: Config, now: () => number): Check[] {
  return [
    sourceCheck('Hardcover', config.hardcover && hardcover(config.hardcover), now),
    sourceCheck('Open Library', config.openLibrary && openLibrary(config.openLibrary), now),
  ];
}

function sourceCheck(part: string, source: BookSource | null, now: () => number): Check {
  if (source === null) return { part, ask: async () => off('not set up: titles are looked up in our own lists') };
  const ask = async (signal: AbortSignal): Promise<Said> => {
    try {
      const books = await source.ask({ isbn13: KNOWN_TO_ALL }, signal);
      return expiryOf(source, now()) ?? well(books.length > 0 ? 'answers' : 'answers, though it does not know Dune');
    } catch (error) {
      return sourceSaid(error);
    }
  };
  return { part, ask };
}

function expiryOf({ expiresAt }: BookSource, nowMs: number): Said | null {
  if (expiresAt === null || expiresAt.getTime() - nowMs > EXPIRY_NEAR_MS) return null;
  const day = new Date(expiresAt.getTime() - 1).toISOString().slice(0, 10); // the last on which it works
  const mend = 'make a new token at hardcover.app, Account, API, and set HARDCOVER_API_KEY';
  return expiresAt.getTime() <= nowMs
    ? wrong(`the token has ended on ${day}`, mend)
    : look(`the token ends on ${day}`, mend);
}

function sourceSaid(error: unknown): Said {
  const code = error instanceof SourceTrouble ? error.code : errorName(error);
  if (code === 'unauthorised')
    return wrong('the key is refused', 'make a new token and set it; until then our own lists answer');
  if (code === 'limited') return look('says that we ask too often', 'wait a minute and ask again');
  if (code === 'malformed')
    return wrong('answers something else than was agreed', 'is its address the right one? It may have changed');
  return wrong(`does not answer (${code})`, 'look at its status page; our own lists answer meanwhile');
}
