// Answers to a question about a book by its title, whatever else is open: only where it is certain which book, or books, are meant.
import type { Book } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { bookReply, pricesReply } from './book-talk.ts';
import { talk } from './draft.ts';
import type { Intent } from './intents.ts';
import { questionIn } from './question-forms.ts';
import type { Asked } from './question-forms.ts';
import { sentence } from './sentences.ts';
import { booksEachInFull } from './taking.ts';

/** Null where nothing of the kind is asked, or which book is not certain. @param intent what the whole text is about */
export async function questionReply(
  catalogue: Shelf,
  situation: Situation,
  intent: Intent | null,
  text: string,
): Promise<Draft | null> {
  const question = questionIn(text);
  if (question === null || !OF_BOOKS.has(intent)) return null;
  const { asks, title } = question;
  const named = await catalogue.resolve(situation.storeId, title);
  if (named.kind === 'one') return answer(asks, named.book, situation.seed);
  const books = await booksEachInFull(catalogue, situation.storeId, title);
  if (books === null) return null;
  if (asks === 'price') return pricesReply(books, situation.seed);
  const answers = books.map((book) => answer(asks, book, situation.seed).bubbles.join(' '));
  return talk([...new Set(answers)], books);
}

/** Of what a text may be about that asks of a book: "how much is shipping" and "what's the weather like" do not. */
const OF_BOOKS: ReadonlySet<Intent | null> = new Set<Intent | null>([
  null,
  'about',
  'author',
  'price',
  'suitable',
  'shopAsk',
  'stock',
  'choose',
  'recommend',
]);

function answer(asks: Asked, book: Book, seed: number): Draft {
  return asks === 'shopAsk' ? talk([sentence('shop.ask', seed)], [book]) : bookReply(asks, book, seed);
}
