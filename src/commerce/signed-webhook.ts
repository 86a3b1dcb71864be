// A door for a provider's signed events. A 2xx means that what they say is committed; 401 for a wrong signature, and
// 2xx for everything that is rightly signed, also where it means nothing to us.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';

const ACCEPTED = { status: 'accepted' };

/** `Signer`: whose signature it was, where several may call. */
export type SignedWebhook<Signer> = {
  path: string;
  /** The header that carries the signature. */
  header: string;
  /** In constant time; null for a missing or wrong signature. */
  signerOf: (call: { rawBody: string; signature: string | null }) => Signer | null;
  /** Takes the parsed body, null where it is no JSON. A throw makes the provider call again. */
  accept: (body: unknown, signer: Signer) => Promise<void>;
  onError: (error: unknown) => void;
};

/**
 * The server that it is mounted on bounds the body (a second bound could not read what the first has read) and tells
 * what is thrown.
 */
export function signedWebhook<Signer>({ path, header, signerOf, accept, onError }: SignedWebhook<Signer>): Hono {
  const app = new Hono();
  app.post(path, async (c) => {
    const rawBody = await c.req.text();
    const signer = signerOf({ rawBody, signature: c.req.header(header) ?? null });
    if (signer === null) throw new HTTPException(401, { message: 'the signature is missing or wrong' });
    try {
      await accept(parseJson(rawBody), signer);
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
