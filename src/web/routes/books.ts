// The shelves as staff see them: search, which books a text names, new titles, and counts.
import { createRoute, z } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { StoreSlug } from '../wire/common.ts';
import {
  BookDraft,
  BookItem,
  BookPage,
  BooksQuery,
  IsbnPath,
  MatchList,
  MatchQuery,
  StockChange,
  StockCount,
} from '../wire/shop.ts';
import { bearer, body, conflict, json, staffRefusals } from './answers.ts';

const OneStore = z.object({ store: StoreSlug });

const searchBooks = createRoute({
  method: 'get',
  path: '/api/books',
  summary: 'Search title, author, ISBN and subject; forgives typos',
  ...bearer,
  request: { query: BooksQuery },
  responses: { 200: json('Best first', BookPage), ...staffRefusals },
});
const matchBooks = createRoute({
  method: 'get',
  path: '/api/books/match',
  summary: 'Which books a text names',
  ...bearer,
  request: { query: MatchQuery },
  responses: { 200: json('Best first; empty where it names none', MatchList), ...staffRefusals },
});
const putBook = createRoute({
  method: 'put',
  path: '/api/books/{isbn13}',
  summary: 'Add a title, or say anew what it is and costs',
  ...bearer,
  request: { params: IsbnPath, query: OneStore, body: body(BookDraft) },
  responses: { 200: json('Replaced', BookItem), 201: json('Added', BookItem), ...staffRefusals },
});
const changeStock = createRoute({
  method: 'patch',
  path: '/api/inventory/{isbn13}',
  summary: 'Copies that stand in the shop: so many more or fewer, or so many',
  ...bearer,
  request: { params: IsbnPath, query: OneStore, body: body(StockChange) },
  responses: { 200: json('The count now', StockCount), ...staffRefusals, ...conflict },
});

export function bookRoutes(deps: WebDeps) {
  const { catalogue, stock } = deps;
  const app = routes();
  app.openapi(searchBooks, async (c) => {
    const { store: slug, q, limit } = c.req.valid('query');
    const { id } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json({ items: await catalogue.search(id, q, limit), nextCursor: null }, 200);
  });
  app.openapi(matchBooks, async (c) => {
    const { store: slug, text } = c.req.valid('query');
    const { id } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json({ matches: await catalogue.match(id, text) }, 200);
  });
  app.openapi(putBook, async (c) => {
    const { id } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const { created, book } = await catalogue.put(id, c.req.valid('param').isbn13, c.req.valid('json'));
    return created ? c.json(book, 201) : c.json(book, 200);
  });
  app.openapi(changeStock, async (c) => {
    const { id } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    const count = await stock.change(id, c.req.valid('param').isbn13, c.req.valid('json'), c.get('staff').id);
    if (count === 'unknown_book') throw new Problem('not-found', 'there is no such book');
    if (count === 'too_few') throw new Problem('conflict', 'fewer copies would be left than are promised');
    return c.json(count, 200);
  });
  return app;
}
