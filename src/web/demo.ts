// A demo says so on every page, whichever part of the server made it: one place marks all of them, so that no page can forget.
import type { Context, MiddlewareHandler } from 'hono';
import type { Edge } from './edge.ts';

/** Said beside what the page itself says; the pages of the till say it in their own design. */
const MARK = '<p class="demo-mark" role="note"><strong>DEMO</strong> Nothing here is sold, and nobody is charged.</p>';
const SHEET = '/demo.css';
const SAYS_IT_ITSELF = /^\/till\//;

const STYLE = `.demo-mark {
  position: fixed; inset-block-start: .5rem; inset-inline-start: 50%; translate: -50% 0; z-index: 2147483647;
  margin: 0; padding: .2rem .8rem; border-radius: 99rem; pointer-events: none; white-space: nowrap;
  background: #7a1f10; color: #fff; font: 500 .8125rem/1.5 system-ui, sans-serif; box-shadow: 0 1px 6px rgb(0 0 0 / .4);
}
@media print { .demo-mark { position: static; translate: none; } }
`;

/** Marks every HTML page that leaves, errors and mounted parts included; does nothing in a shop that is real. */
export function markedAsDemo(isDemo: boolean): MiddlewareHandler<Edge> {
  return async (c, next) => {
    if (!isDemo) return next();
    if (c.req.path === SHEET && c.req.method === 'GET')
      return c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' });
    await next();
    if (isPage(c)) c.res = new Response(marked(await c.res.text()), c.res);
  };
}

function isPage({ req, res }: Context<Edge>): boolean {
  const isHtml = res.headers.get('content-type')?.startsWith('text/html') ?? false;
  return isHtml && req.method !== 'HEAD' && !SAYS_IT_ITSELF.test(req.path);
}

function marked(page: string): string {
  return page
    .replace('<title>', '<title>DEMO · ')
    .replace('</head>', `<link rel="stylesheet" href="${SHEET}" /></head>`)
    .replace(/<body[^>]*>/, (body) => body + MARK);
}
