// A door for a provider's signed events. A 2xx means that what they say is committed; 401 for a wrong signature, and
// 2xx for everything that is rightly signed, also where it means nothing to us.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';

const ACCEPTED = { status: 'accepted' };

export type SignedWebhook = {
  path: string;
  /** The header that carries the signature. */
  header: string;
  /** In constant time; false for a missing signature. */
  isSigned: (call: { rawBody: string; signature: string | null }) => boolean;
  /** Takes the parsed body, null where it is no JSON. A throw makes the provider call again. */
  accept: (body: unknown) => Promise<void>;
  onError: (error: unknown) => void;
};

/**
 * The server that it is mounted on bounds the body (a second bound could not read what the first has read) and tells
 * what is thrown.
 */
export function signedWebhook({ path, header, isSigned, accept, onError }: SignedWebhook): Hono {
  const app = new Hono();
  app.post(path, async (c) => {
    const rawBody = await c.req.text();
    if (!isSigned({ rawBody, signature: c.req.header(header) ?? null }))
      throw new HTTPException(401, { message: 'the signature is missing or wrong' });
    try {
      await accept(parseJson(rawBody));
    } catch (error) {
      onError(error);
      throw new HTTPException(503, { message: 'the news could not be kept; call again' });
    }
    return c.json(ACCEPTED);
  });
  return app;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
