// Smobi's proof that a request is theirs: HMAC-SHA256 over the raw body, as `sha256=<hex>`.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What `X-Smobi-Signature` says of a right request. */
export function smobiSignature(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** In constant time. */
export function isSmobiSignature(given: string | undefined, secret: string, body: Uint8Array): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(given ?? '')?.[1];
  if (hex === undefined) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(Buffer.from(hex, 'hex'), expected);
}
