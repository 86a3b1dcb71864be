// The API's description: as OpenAPI 3.1 for programs, as one self-hosted page without script for people.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { SESSION_COOKIE } from '../auth.ts';
import type { WebDeps } from '../deps.ts';
import { docsPage, docsStyle } from '../docs-page.ts';
import type { Edge } from '../edge.ts';
import { routes } from '../edge.ts';

export function docsRoutes(described: OpenAPIHono<Edge>, { config }: WebDeps) {
  const app = routes();
  described.openAPIRegistry.registerComponent('securitySchemes', 'staffToken', { type: 'http', scheme: 'bearer' });
  const cookie = { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } as const;
  described.openAPIRegistry.registerComponent('securitySchemes', 'staffSession', cookie);
  const describe = () =>
    described.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Marty',
        version: config.version,
        description: 'A burnt-out wizard who sells books by text message.',
      },
      servers: [{ url: config.publicUrl }],
    });
  const write = () => {
    const json = describe();
    return { json, page: docsPage(json) };
  };
  // Written once, when first asked for: it takes tens of milliseconds, and anybody may ask.
  let written: ReturnType<typeof write> | null = null;
  const both = () => (written ??= write());
  app.get('/openapi.json', (c) => c.json(both().json));
  app.get('/docs', (c) => c.html(both().page));
  app.get('/docs/style.css', (c) => c.body(docsStyle, 200, { 'content-type': 'text/css; charset=utf-8' }));
  return app;
}
