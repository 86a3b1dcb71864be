// Server-sent events: every turn as it commits, of all processes. After a break the stream goes on where it was. A sign of
// life every 15 seconds keeps proxies from hanging up, and tells a page whose line died without a word that it did.
import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { storeForStaff } from '../stores.ts';
import { LiveTurn } from '../wire/actors.ts';
import { StoreSlug } from '../wire/common.ts';
import { bearer, staffRefusals } from './answers.ts';
import { errorName } from '../../runtime/errors.ts';

const HEARTBEAT_MS = 15_000;

const live = createRoute({
  method: 'get',
  path: '/api/live',
  summary:
    'Every turn as it commits (server-sent events named "turn"; "gap" where too much was missed; "alive" every 15 seconds); resumes by Last-Event-ID',
  ...bearer,
  request: { query: z.object({ store: StoreSlug }) },
  responses: {
    200: { description: 'A stream of turns', content: { 'text/event-stream': { schema: LiveTurn } } },
    ...staffRefusals,
  },
});

export function liveRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(live, async (c) => {
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), c.req.valid('query').store);
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      const heartbeat = setInterval(() => void stream.writeSSE({ event: 'alive', data: '{}' }), HEARTBEAT_MS);
      stream.onAbort(() => gone.abort());
      try {
        await stream.write(': live\n\n');
        for await (const news of deps.live(storeId, gone.signal, c.req.header('last-event-id'))) {
          if (news === 'gap') await stream.writeSSE({ event: 'gap', data: '{}' });
          else await stream.writeSSE({ event: 'turn', id: news.mark, data: JSON.stringify(news.turn) });
        }
      } catch (error) {
        // Hono would print it whole, and a database's error may quote a row.
        deps.log.warn({ error: errorName(error) }, 'the live feed broke off');
      } finally {
        clearInterval(heartbeat);
        gone.abort();
      }
    });
  });
  return app;
}
