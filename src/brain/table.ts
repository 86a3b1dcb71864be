// Which of the shown books the talk is about now.
import type { ShownBook } from '../../schema/acts.ts';
import { placeOfTitle } from './house/draft.ts';
import type { TranscriptLine } from './situation.ts';

/** The offers that Marty named when he last named any, in that order: what "the second one" counts. All of them where he named none. */
export function onTheTable(offers: readonly ShownBook[], history: readonly TranscriptLine[]): ShownBook[] {
  for (const said of martysTurns(history).reverse()) {
    const named = namedIn(said, offers);
    if (named.length > 0) return named;
  }
  return [...offers];
}

/** What he has said since the customer's last text, oldest first. */
export function saidLast(history: readonly TranscriptLine[]): string[] {
  return history.slice(history.findLastIndex(({ by }) => by === 'customer') + 1).map(({ text }) => text);
}

/** What he said between two texts of the customer, oldest first. */
function martysTurns(history: readonly TranscriptLine[]): string[] {
  const turns = [''];
  for (const { by, text } of history) turns.push(by === 'customer' ? '' : `${turns.pop()}\n${text}`);
  return turns;
}

function namedIn(said: string, offers: readonly ShownBook[]): ShownBook[] {
  return offers
    .map((book) => ({ book, place: placeOfTitle(said, book.title) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ book }) => book);
}
