// A conversation as staff see it, and a person answering in Marty's place.
import { createRoute } from '@hono/zod-openapi';
import { customerOf, CustomerPath } from '../customers.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { Problem } from '../problem.ts';
import { sendAsStaff } from '../staff-events.ts';
import { storeForStaff } from '../stores.ts';
import { Conversation, Draft, OneStore, TakenOver } from '../wire/conversation.ts';
import { StaffText, Transcript, TranscriptQuery } from '../wire/messages.ts';
import { accepted, bearer, body, json, staffRefusals } from './answers.ts';

const base = { ...bearer, request: { params: CustomerPath, query: OneStore } };

const showConversation = createRoute({
  method: 'get',
  path: '/api/conversations/{phone}',
  summary: 'One customer: how they stand, what they bought, what staff noted',
  ...base,
  responses: { 200: json('The file', Conversation), ...staffRefusals },
});
const readTranscript = createRoute({
  method: 'get',
  path: '/api/conversations/{phone}/messages',
  summary: 'The transcript, oldest first',
  ...bearer,
  request: { params: CustomerPath, query: TranscriptQuery },
  responses: { 200: json('A page', Transcript), ...staffRefusals },
});
const takeOver = createRoute({
  method: 'post',
  path: '/api/conversations/{phone}/takeover',
  summary: 'A person answers from now on; Marty is silent until they hand back or say nothing for long',
  ...base,
  responses: { 202: json('Committed', TakenOver), ...staffRefusals },
});
const handBack = createRoute({
  method: 'post',
  path: '/api/conversations/{phone}/handback',
  summary: 'Marty answers again',
  ...base,
  responses: { ...accepted, ...staffRefusals },
});
const sayAsStaff = createRoute({
  method: 'post',
  path: '/api/conversations/{phone}/messages',
  summary: 'A person’s words to the customer',
  ...bearer,
  request: { ...base.request, body: body(StaffText) },
  responses: { ...accepted, ...staffRefusals },
});
const showDraft = createRoute({
  method: 'get',
  path: '/api/conversations/{phone}/draft',
  summary: 'What Marty would answer; nothing of it is said or kept',
  ...base,
  responses: { 200: json('A proposal', Draft), ...staffRefusals },
});

export function conversationRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(showConversation, async (c) => {
    const { storeId, key } = await customerOf(deps, c, c.req.valid('param'), c.req.valid('query').store);
    return c.json(present(await deps.conversations.show(storeId, key)), 200);
  });
  app.openapi(readTranscript, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    if (query.after !== undefined && query.before !== undefined)
      throw new Problem('bad-request', 'a page goes on after an item or before one, not both');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await deps.transcript.read({ storeId, phone: c.req.valid('param').phone, ...query }), 200);
  });
  const tell = async (c: EdgeContext, phone: string, slug: string | undefined, event: { type: string }) => {
    const { storeId, key } = await customerOf(deps, c, { phone }, slug);
    return { storeId, key, ...(await sendAsStaff(deps, c, { storeId, machine: 'customer', id: phone }, event)) };
  };
  app.openapi(takeOver, async (c) => {
    const { phone } = c.req.valid('param');
    const told = await tell(c, phone, c.req.valid('query').store, { type: 'staff.tookOver' });
    const { storeId, key, status, duplicate } = told;
    return c.json({ status, duplicate, until: await deps.conversations.keptUntil(storeId, key) }, 202);
  });
  app.openapi(handBack, async (c) => {
    const { phone } = c.req.valid('param');
    const { status, duplicate } = await tell(c, phone, c.req.valid('query').store, { type: 'staff.handedBack' });
    return c.json({ status, duplicate }, 202);
  });
  app.openapi(sayAsStaff, async (c) => {
    const { phone } = c.req.valid('param');
    const event = { type: 'staff.said', text: c.req.valid('json').text };
    const { status, duplicate } = await tell(c, phone, c.req.valid('query').store, event);
    return c.json({ status, duplicate }, 202);
  });
  app.openapi(showDraft, async (c) => {
    const { storeId, key } = await customerOf(deps, c, c.req.valid('param'), c.req.valid('query').store);
    return c.json(present(await deps.conversations.draft(storeId, key)), 200);
  });
  return app;
}

function present<Found>(found: Found | null): Found {
  if (found === null) throw new Problem('not-found', 'this customer has not written yet, or was forgotten');
  return found;
}
