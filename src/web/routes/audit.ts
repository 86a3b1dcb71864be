// What staff did, for admins.
import { createRoute } from '@hono/zod-openapi';
import { adminOnly } from '../auth.ts';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { storeForStaff } from '../stores.ts';
import { AuditPage, AuditQuery } from '../wire/audit.ts';
import { bearer, json, staffRefusals } from './answers.ts';

const listAudit = createRoute({
  method: 'get',
  path: '/api/audit',
  summary: 'What staff did, newest first (admins)',
  ...bearer,
  request: { query: AuditQuery },
  responses: { 200: json('A page', AuditPage), ...staffRefusals },
});

export function auditRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(listAudit, async (c) => {
    adminOnly(c);
    const { store: slug, ...query } = c.req.valid('query');
    const { id: storeId } = await storeForStaff(deps, c.get('staff'), slug);
    return c.json(await deps.audit.list({ storeId, ...query }), 200);
  });
  return app;
}
