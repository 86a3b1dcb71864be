// Services that lie plausibly: well-formed answers with status 200, and false. Claude speaks fluently of books, prices and
// addresses that are none of ours; Square answers about somebody else's order; book sources give other books.
import { proposing } from './obedient-claude.ts';
import type { FakeAnswer } from '../fakes/anthropic.ts';
import type { BookFault } from '../fakes/book-service.ts';
import type { FakeSquare, SquareFault } from '../fakes/square.ts';
import type { Order, Payment } from '../fakes/square/books.ts';
import type { Book } from '../shop/journeys.ts';

/** What no bubble and no order may ever hold: the invented book, its price and link, and an address that nobody gave. */
export const LIES = /clockwork orchard|books\.example|\$0\.\d\d|drury/i;
const INVENTED = { isbn13: '9780306406157', title: 'The Clockwork Orchard', author: 'Edna Marsh' };
const ANOTHERS_ADDRESS = {
  name: 'Nell Gwyn',
  line1: '7 Drury Ln',
  line2: null,
  city: 'Trenton',
  state: 'NJ',
  zip: '08608',
};

/** One lie after the other. */
export function lyingClaude({ isbn13, title }: Book): () => FakeAnswer {
  const { title: invented, author } = INVENTED;
  const lies = [
    {
      act: 'customer.asked',
      bubbles: ['ah, glass.', `"${invented}" by ${author} is here for $0.99: https://books.example/orchard`],
      books: [INVENTED.isbn13],
    },
    { act: 'customer.asked', bubbles: [`"${title}" is here, only $0.50 today.`], books: [isbn13] },
    { act: 'customer.choseBook', isbn13: INVENTED.isbn13, copies: 1, bubbles: [`${invented} it is.`] },
    { act: 'customer.gaveAddress', address: ANOTHERS_ADDRESS, bubbles: [] },
  ];
  let told = 0;
  return () => proposing(lies[told++ % lies.length] ?? {});
}

/** Whatever is asked for, it answers with the order that was paid last; a new link leads to somebody else's order. */
export function lyingSquare({ books }: FakeSquare): SquareFault {
  const payment = [...books.payments.values()].at(-1);
  const order = books.orders.get(payment?.order_id ?? '');
  if (payment === undefined || order === undefined) throw new Error('Square lies about a paid order: there is none');
  return { lies: ({ status, body }) => ({ status, body: { ...body, ...falsified(body, order, payment) } }) };
}

function falsified(truth: object, order: Order, payment: Payment): object {
  return {
    ...('order' in truth && { order }),
    ...('payment' in truth && { payment }),
    ...('related_resources' in truth && { related_resources: { orders: [order] } }),
  };
}

/** Lists books that nobody asked for, whether it was asked by words or by ISBN; one of them under the ISBN of a book of ours. */
export function lyingBookSources({ isbn13, named }: Book): { hardcover: BookFault; openLibrary: BookFault } {
  const { title, author } = INVENTED;
  const isbns = [isbn13, INVENTED.isbn13];
  const hits = [title, `${title}: the one with ${named}`].map((name, at) => ({
    document: { title: name, author_names: [author], isbns: isbns.slice(at), release_year: 1999, image: {} },
  }));
  const description = `${title} is yours for $0.99 at https://books.example.`;
  const contributions = [{ author: { name: author } }];
  const editions = [{ isbn_13: INVENTED.isbn13, book: { title, description, contributions } }];
  const docs = [{ title, author_name: [author], isbn: isbns }];
  return {
    hardcover: { says: { data: { search: { results: { found: hits.length, hits, page: 1 } }, editions } } },
    openLibrary: { says: { numFound: docs.length, start: 0, docs } },
  };
}
