// What staff note about a customer, for one another.
import { createRoute } from '@hono/zod-openapi';
import { customerOf, CustomerPath } from '../customers.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { Note, NoteBody, NotePage, NotePath, OneStore } from '../wire/conversation.ts';
import { bearer, body, json, staffRefusals } from './answers.ts';

const path = '/api/conversations/{phone}/notes';
const listNotes = createRoute({
  method: 'get',
  path,
  summary: 'Notes, newest first',
  ...bearer,
  request: { params: CustomerPath, query: OneStore },
  responses: { 200: json('All of them', NotePage), ...staffRefusals },
});
const addNote = createRoute({
  method: 'post',
  path,
  summary: 'Note something; the customer never sees it',
  ...bearer,
  request: { params: CustomerPath, query: OneStore, body: body(NoteBody) },
  responses: { 201: json('Noted', Note), ...staffRefusals },
});
const removeNote = createRoute({
  method: 'delete',
  path: `${path}/{noteId}`,
  summary: 'Take a note away',
  ...bearer,
  request: { params: CustomerPath.extend(NotePath.shape), query: OneStore },
  responses: { 204: { description: 'Gone' }, ...staffRefusals },
});

export function noteRoutes(deps: WebDeps) {
  const { notes } = deps.conversations;
  const app = routes();
  app.openapi(listNotes, async (c) => {
    const { storeId, key } = await customerOf(deps, c, c.req.valid('param'), c.req.valid('query').store);
    return c.json({ items: await notes.list(storeId, key), nextCursor: null }, 200);
  });
  app.openapi(addNote, async (c) => {
    const { storeId, key } = await customerOf(deps, c, c.req.valid('param'), c.req.valid('query').store);
    const note = await notes.add({ storeId, key, staff: c.get('staff'), text: c.req.valid('json').text });
    if (note === null) throw new Problem('not-found', 'this customer was forgotten');
    return c.json(note, 201);
  });
  app.openapi(removeNote, async (c) => {
    const { noteId, ...customer } = c.req.valid('param');
    const { storeId, key } = await customerOf(deps, c, customer, c.req.valid('query').store);
    if (!(await notes.remove(storeId, key, noteId))) throw new Problem('not-found', 'there is no such note');
    return c.body(null, 204);
  });
  return app;
}
