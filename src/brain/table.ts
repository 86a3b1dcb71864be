// Which of the shown books the talk is about now.
import type { ShownBook } from '../../schema/acts.ts';
import { shortTitle } from './house/draft.ts';
import type { TranscriptLine } from './situation.ts';

/** The offers that Marty named when he last named any, in that order: what "the second one" counts. All of them where he named none. */
export function onTheTable(offers: readonly ShownBook[], history: readonly TranscriptLine[]): ShownBook[] {
  for (const said of martysTurns(history).reverse()) {
    const named = namedIn(said, offers);
    if (named.length > 0) return named;
  }
  return [...offers];
}

/** What he said between two texts of the customer, oldest first. */
function martysTurns(history: readonly TranscriptLine[]): string[] {
  const turns = [''];
  for (const { by, text } of history) turns.push(by === 'customer' ? '' : `${turns.pop()}\n${text}`);
  return turns;
}

function namedIn(said: string, offers: readonly ShownBook[]): ShownBook[] {
  const words = said.toLowerCase();
  return offers
    .map((book) => ({ book, place: words.indexOf(shortTitle(book.title).toLowerCase()) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ book }) => book);
}
