// A conversation as staff see it, and a person answering in Marty's place.
import { createRoute, z } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import type { EdgeContext } from '../edge.ts';
import { sendAsStaff } from '../staff-events.ts';
import { storeForStaff } from '../stores.ts';
import { PhoneOrKey, StoreSlug } from '../wire/common.ts';
import { StaffText, Transcript, TranscriptQuery } from '../wire/messages.ts';
import { accepted, bearer, body, json, staffRefusals } from './answers.ts';

const PhonePath = z.object({ phone: PhoneOrKey });
const OneStore = z.object({ store: StoreSlug });
const base = { ...bearer, request: { params: PhonePath, query: OneStore } };

const readTranscript = createRoute({
  method: 'get',
  path: '/api/conversations/{phone}/messages',
  summary: 'The transcript, oldest first',
  ...bearer,
  request: { params: PhonePath, query: TranscriptQuery },
  responses: { 200: json('A page', Transcript), ...staffRefusals },
});
const takeOver = createRoute({
  method: 'post',
  path: '/api/conversations/{phone}/takeover',
  summary: 'A person answers from now on; Marty is silent',
  ...base,
  responses: { ...accepted, ...staffRefusals },
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

export function conversationRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(readTranscript, async (c) => {
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await deps.transcript.read({ storeId, phone: c.req.valid('param').phone, ...query }), 200);
  });
  const tell = async (c: EdgeContext, phone: string, slug: string | undefined, event: { type: string }) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return sendAsStaff(deps, c, { storeId, machine: 'customer', id: phone }, event);
  };
  app.openapi(takeOver, async (c) => {
    const { param, query } = { param: c.req.valid('param'), query: c.req.valid('query') };
    return c.json(await tell(c, param.phone, query.store, { type: 'staff.tookOver' }), 202);
  });
  app.openapi(handBack, async (c) => {
    const { param, query } = { param: c.req.valid('param'), query: c.req.valid('query') };
    return c.json(await tell(c, param.phone, query.store, { type: 'staff.handedBack' }), 202);
  });
  app.openapi(sayAsStaff, async (c) => {
    const { param, query } = { param: c.req.valid('param'), query: c.req.valid('query') };
    const event = { type: 'staff.said', text: c.req.valid('json').text };
    return c.json(await tell(c, param.phone, query.store, event), 202);
  });
  return app;
}
