// The phone simulator's API: the same way in as a provider's webhook, without a signature; off in production.
import { createRoute } from '@hono/zod-openapi';
import type { WebDeps, WebStore } from '../deps.ts';
import { routes } from '../edge.ts';
import { acceptText } from '../inbound.ts';
import { Problem } from '../problem.ts';
import { storeForSimulator } from '../stores.ts';
import { SimulatorAccepted, SimulatorQuery, SimulatorText, SimulatorTranscript } from '../wire/messages.ts';
import type { Transcript } from '../wire/messages.ts';
import { body, json, refusals } from './answers.ts';

const path = '/api/simulator/messages';

export function simulatorRoutes(deps: WebDeps) {
  const app = routes();
  app.use('/api/simulator/*', async (_c, next) => {
    if (!deps.config.simulator) throw new Problem('not-found', 'the phone simulator is off');
    await next();
  });
  app.openapi(
    createRoute({
      method: 'post',
      path,
      summary: 'Text Marty from a simulated phone',
      request: { body: body(SimulatorText) },
      responses: { 202: json('Durable', SimulatorAccepted), ...refusals },
    }),
    async (c) => {
      const { from, text, messageId = deps.newId() } = c.req.valid('json');
      const store = await storeForSimulator(deps, undefined);
      const correlationId = c.get('correlationId');
      const inbound = { store, phone: from, text, channel: 'simulator' as const, messageId, correlationId };
      const { duplicate } = await acceptText(deps, { ...inbound, rich: true });
      return c.json({ status: 'accepted' as const, messageId, duplicate }, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path,
      summary: 'What a simulated phone has sent and received, oldest first',
      request: { query: SimulatorQuery },
      responses: { 200: json('The transcript', SimulatorTranscript), ...refusals },
    }),
    async (c) => {
      const { phone, after, limit, store: slug } = c.req.valid('query');
      const store = await storeForSimulator(deps, slug);
      const transcript = await deps.transcript.read({ storeId: store.id, phone, after, limit });
      const composing = await isComposing(deps, store, phone, transcript);
      return c.json(SimulatorTranscript.parse({ ...transcript, composing, shop: store.name }), 200);
    },
  );
  return app;
}

/** Marty is at it while his ear is open, or while a bubble is on its way. */
async function isComposing(
  { actors }: WebDeps,
  { id: storeId }: WebStore,
  phone: string,
  { items }: Transcript,
): Promise<boolean> {
  if (items.some(({ status }) => status === 'queued' || status === 'sending')) return true;
  const customer = await actors.show({ storeId, machine: 'customer', id: phone });
  return customer !== null && isEarOpen(customer.value);
}

function isEarOpen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('ear' in value)) return false;
  return value.ear === 'listening' || value.ear === 'understanding';
}
