// The inbox: every conversation, by what staff look for, and that one was read.
import { createRoute } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { storeForStaff } from '../stores.ts';
import { customerOf, CustomerPath } from '../customers.ts';
import { OneStore, ReadAnswer } from '../wire/conversation.ts';
import { InboxPage, InboxQuery } from '../wire/inbox.ts';
import { bearer, json, staffRefusals } from './answers.ts';

const listInbox = createRoute({
  method: 'get',
  path: '/api/inbox',
  summary: 'Conversations: who waits for a person, what is unread, all of them',
  ...bearer,
  request: { query: InboxQuery },
  responses: { 200: json('A page, and how many wait', InboxPage), ...staffRefusals },
});
const markRead = createRoute({
  method: 'post',
  path: '/api/conversations/{phone}/read',
  summary: 'Somebody has read it up to now',
  ...bearer,
  request: { params: CustomerPath, query: OneStore },
  responses: { 200: json('Nothing is unread', ReadAnswer), ...staffRefusals },
});

export function inboxRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(listInbox, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await deps.inbox.list({ storeId, staffId: c.get('staff').id, ...query }), 200);
  });
  app.openapi(markRead, async (c) => {
    const { storeId, key } = await customerOf(deps, c, c.req.valid('param'), c.req.valid('query').store);
    await deps.inbox.markRead(storeId, key);
    return c.json({ unread: 0 as const }, 200);
  });
  return app;
}
