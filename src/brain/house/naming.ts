// Which words of a text that takes a book name one: what is left when taking, ways, times and people are taken out.
import type { ShownBook, Stage } from '../../../schema/acts.ts';
import type { Situation } from '../situation.ts';
import { addressIn } from './address.ts';
import type { Intent } from './intents.ts';
import { contentWords, plain, withoutOpeners } from './text.ts';

/** "i'll take meditations, pickup" says nothing of the book that is on the counter. */
export function takesAnother(text: string, intent: Intent | null, { stage, chosen: book }: Situation): boolean {
  if (intent !== 'choose' || !ON_THE_COUNTER.test(stage) || TAKES_IT.test(text) || addressIn(text) !== null)
    return false;
  return !namesNoOther(text, book === null ? [] : [book]);
}

/** Whether a text that takes a book, for somebody and at some time, names no other than these. */
export function namesNoOther(text: string, books: readonly ShownBook[]): boolean {
  return namesOnly(text.replace(UNDER_A_NAME, ' '), books, WHEN_AND_HOW);
}
const UNDER_A_NAME =
  /(?<=\b(?:one|copy|it|that|this|aside|book) )under (?:(?:the|my) name (?:of )?)?\p{L}+$|\bname(?:'s| is) \p{L}+/u;
/** Where no book lies on the counter, nor is paid for. */
export const NOTHING_CHOSEN: ReadonlySet<Stage> = new Set<Stage>(['browsing', 'recommending', 'confirming.which']);
const ON_THE_COUNTER = /^(?:confirming\.sure|fulfillment)/;
/** Words of times, people and places: they name no book either. */
const WHEN_AND_HOW: readonly string[] =
  'today tonight tomorrow morning afternoon evening noon night day week weekend monday tuesday wednesday thursday friday saturday sunday fri sat sun next until till til after before around soon work lunch school come coming comes stop swing drop get there option way instead person cash card behind apartment apt office house place wife husband mom mum dad mother father son daughter kid brother sister friend partner girlfriend boyfriend roommate someone somebody gift present go see'.split(
    ' ',
  );

/** Whether a text that takes a book names no other than these. @param besides words that name none either */
export function namesOnly(text: string, books: readonly ShownBook[], besides: readonly string[] = []): boolean {
  const ofTheBooks = books.flatMap((book) => contentWords(plain([book.title, ...book.authors].join(' '))));
  const known = new Set([...TAKING, ...besides, ...ofTheBooks]);
  return contentWords(withoutOpeners(text)).every((word) => known.has(word) || /^\d{1,2}$/.test(word));
}
const TAKING: readonly string[] =
  'ill take have buy grab order purchase lets do id gimme sold deal money wrap ring up down put aside set hold reserve save then now just today pls yes yeah yep sure ok okay copy copies two three both ship shipped mail mailed pick pickup send link pay card online later come store shop counter home address here'.split(
    ' ',
  );

/** Words of an order that are no title. */
export const ORDER_WORDS = new Set(
  'buy order take ill have grab purchase lets gimme sell hold copy copies now today pay ship send mail down put aside set reserve save'.split(
    ' ',
  ),
);

/** What was named just before is meant. */
export const TAKES_IT =
  /\b(?:hold|reserve|save|take|have|get|buy|order|grab|do|want|put|set|ring|pick) (?:it|them|both)\b/;
