// All that one reply is made from, read at once: the shelf as this customer sees it, what was said, and what the shop knows of them.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ComposeInput } from '../../schema/acts.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { shownBook } from '../catalogue/shown-book.ts';
import type { BookFinder } from '../catalogue/sources/book-finder.ts';
import { boughtTogether } from '../commerce/bought-together.ts';
import type { Waitlist } from '../commerce/waitlist/waitlist.ts';
import type { Vault } from '../runtime/vault.ts';
import { seedOf } from './house/text.ts';
import { readLibrary } from './library.ts';
import { shelfFor } from './shelf.ts';
import { createOrderFacts, shownLately, shownSince, storeFacts } from './shop-facts.ts';
import type { Begun, Moment, Shelf, Situation, TranscriptLine, Whose } from './situation.ts';
import type { Summaries } from './summaries.ts';
import { onTheTable } from './table.ts';
import { begunBy, createTranscript, splitUnread } from './transcript.ts';
import type { BegunLine } from './transcript.ts';

/** Where it is read from. */
export type Sight = {
  db: NodePgDatabase;
  vault: Vault;
  catalogue: Catalogue;
  /** Looks titles up beyond it. */
  finder: BookFinder;
  waitlist: Pick<Waitlist, 'asideFor'>;
  summaries: Summaries;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
};

const HISTORY_MAX = 10;
const TRANSCRIPT_MAX = 24;

/** `commandId`: of the command that asks, which may have begun to answer in an attempt before this one. */
type Asking = ComposeInput & Whose & { commandId?: string | undefined };

function commandsOf({ begun, commandId }: Asking): string[] {
  return [begun, commandId].flatMap((id) => id ?? []);
}

/** The shelf as this customer sees it, what they have said, and which command has begun to answer. */
export async function look(
  sight: Sight,
  ask: Asking,
  signal: AbortSignal,
  said?: readonly TranscriptLine[],
  moment?: Moment,
): Promise<{ shelf: Shelf; situation: Situation | null; begunIn: string | null }> {
  const { catalogue, finder, waitlist, db, vault } = sight;
  const aside = moment === undefined ? await waitlist.asideFor(ask.storeId, ask.actorKey) : [];
  const asideIsbns = aside.map(({ isbn13 }) => isbn13);
  const companions = (storeId: number, isbn13: string) => boughtTogether(db, storeId, isbn13);
  const shelf = shelfFor({ catalogue, finder, asideIsbns, companions, signal });
  const lines = said ?? (await createTranscript(db, vault).recent(ask, TRANSCRIPT_MAX));
  const situation = await readSituation(sight, await withAside(shelf, ask, asideIsbns), lines, moment);
  return { shelf, situation, begunIn: begunBy(lines, [], commandsOf(ask))?.command ?? ask.begun };
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
  sight: Sight,
  ask: Asking,
  lines: readonly TranscriptLine[],
  moment?: Moment,
): Promise<Situation | null> {
  const { db, vault, now } = sight;
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
    sight.summaries.read(ask, moment?.nowMs),
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
  { line: { text }, overtaken }: BegunLine,
  newestMs: number,
): Promise<Begun> {
  return { text, overtaken, isbn13s: overtaken ? [] : await shownSince(db, storeId, actorKey, newestMs) };
}

/** What an answer has begun with is not recommended again in the same breath. */
export function withBegun(seenIsbns: readonly string[], { isbn13s }: Begun): string[] {
  return [...new Set([...isbn13s, ...seenIsbns])];
}
