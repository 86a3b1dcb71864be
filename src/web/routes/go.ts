// `GET /go/<code>`: a link of ours to a book at bookshop.org, counted and followed. It leads nowhere else.
import { Hono } from 'hono';
import { html } from 'hono/html';

/** @param follow where a code leads, counted once; null for one that was never given out */
export function goRoutes(follow: (code: string) => Promise<string | null>): Hono {
  const app = new Hono();
  app.get('/go/:code', async (c) => {
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    // Looking whether the link is alive is no click.
    const address = c.req.method === 'HEAD' ? null : await follow(c.req.param('code'));
    if (address !== null) return c.redirect(address, 302);
    return c.req.method === 'HEAD' ? c.body(null, 204) : c.html(unknown, 404);
  });
  return app;
}

const unknown = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>That link leads nowhere</title>
    </head>
    <body>
      <main>
        <h1>That link leads nowhere</h1>
        <p>Perhaps a letter is missing. Text the shop for the book again, and you will get a new one.</p>
      </main>
    </body>
  </html>`;
