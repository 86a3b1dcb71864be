// The shop's numbers, a day at a time.
import { createRoute } from '@hono/zod-openapi';
import type { WebDeps } from '../deps.ts';
import { routes } from '../edge.ts';
import { Problem } from '../problem.ts';
import { storeForStaff } from '../stores.ts';
import { Numbers, NumbersQuery } from '../wire/numbers.ts';
import { bearer, json, staffRefusals } from './answers.ts';

const DAY_MS = 24 * 60 * 60_000;
const DAYS_MAX = 92;
const DAYS = 14;

const showNumbers = createRoute({
  method: 'get',
  path: '/api/numbers',
  summary: 'Conversations, answer times, sales, the way to a sale, opt-outs, tokens: by day and by variant',
  ...bearer,
  request: { query: NumbersQuery },
  responses: { 200: json('As it was less than a minute ago', Numbers), ...staffRefusals },
});

export function numberRoutes(deps: WebDeps) {
  const app = routes();
  app.openapi(showNumbers, async (c) => {
    const { store: slug, from, to } = c.req.valid('query');
    const { id, timezone } = await storeForStaff(deps, c.get('staff'), slug);
    const last = to ?? dayIn(timezone, deps.now());
    const first = from ?? new Date(Date.parse(last) - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
    const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
    if (days < 1) throw new Problem('bad-request', `from ${first} is after to ${last}`);
    if (days > DAYS_MAX) throw new Problem('bad-request', `at most ${DAYS_MAX} days at once; these are ${days}`);
    return c.json(await deps.numbers(id, first, last), 200);
  });
  return app;
}

/** What the calendar in the shop says. */
function dayIn(timezone: string, nowMs: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(nowMs);
}
