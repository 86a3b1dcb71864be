// The pay page of the local till, as a Hono app with whole paths (`/till/…`) to mount at the root of a server.
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import { tillLinks } from '../../../schema/commerce.ts';
import { stores } from '../../../schema/stores.ts';
import type { Db } from '../db.ts';
import { LinkRequest } from '../till.ts';
import type { LinkRow } from './local-till.ts';
import { awayPage, cancelledPage, openPage, paidPage, unknownPage } from './page.ts';
import type { Html } from './page.ts';
import { pay } from './pay.ts';
import type { PayOptions } from './pay.ts';
import { STYLE } from './style.ts';

export type LocalTillRoutesOptions = PayOptions & {
  /** A payment was recorded: its callback may be due. */
  onPaid: () => void;
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const LINK = '/till/:linkId';

export function localTillRoutes(options: LocalTillRoutesOptions): Hono {
  const app = new Hono();
  app.get('/till/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get(LINK, async (c) => show(c, options.db));
  app.get(`${LINK}/away`, async (c) => {
    const link = await find(options.db, c.req.param('linkId'));
    return link ? send(c, awayPage(link.id)) : send(c, unknownPage(), 404);
  });
  app.post(`${LINK}/pay`, async (c) => {
    const linkId = z.uuid().safeParse(c.req.param('linkId'));
    const link = linkId.success ? await pay(options, linkId.data) : null;
    if (!link) return send(c, unknownPage(), 404);
    if (link.state === 'paid') options.onPaid();
    return c.redirect(`/till/${link.id}`, 303);
  });
  return app;
}

async function show(c: Context, db: Db): Promise<Response> {
  const link = await find(db, c.req.param('linkId') ?? '');
  if (!link) return send(c, unknownPage(), 404);
  if (link.state === 'cancelled') return send(c, cancelledPage(), 410);
  const { id, totalCents, shop } = link;
  const receipt = { linkId: id, shop, totalCents, request: LinkRequest.parse(link.request) };
  return send(c, link.state === 'paid' ? paidPage(receipt) : openPage(receipt));
}

async function find(db: Db, linkId: string): Promise<(LinkRow & { shop: string }) | null> {
  if (!z.uuid().safeParse(linkId).success) return null;
  const [found] = await db
    .select({ link: tillLinks, shop: stores.name })
    .from(tillLinks)
    .innerJoin(stores, eq(stores.id, tillLinks.storeId))
    .where(eq(tillLinks.id, linkId));
  return found ? { ...found.link, shop: found.shop } : null;
}

async function send(c: Context, page: Html, status: 200 | 404 | 410 = 200): Promise<Response> {
  return c.html(await page, status, HEADERS);
}
