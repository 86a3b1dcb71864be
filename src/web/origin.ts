// Cookies come along with whatever a browser sends here, also where another site made it do so. Writes from there are refused.
import type { EdgeContext } from './edge.ts';
import { Problem } from './problem.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * 403 for a write that a page of another origin, our own subdomains included, made a browser send. Browsers say where
 * they come from in `Sec-Fetch-Site` or, older ones, in `Origin`; what says neither is no page of another origin.
 */
export function refuseOtherOrigins(c: EdgeContext): void {
  if (READS.has(c.req.method)) return;
  const site = c.req.header('sec-fetch-site');
  const isOurs = site === undefined ? isOwnOrigin(c) : site === 'same-origin' || site === 'none';
  if (!isOurs) throw new Problem('forbidden', 'a page of another origin may not do that in your name');
}

// By host: behind a proxy the server does not know whether the browser spoke https.
function isOwnOrigin(c: EdgeContext): boolean {
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}
