// Random tokens that prove a login. Only their keyed hash is stored, so a copy of the database logs nobody in.
import { createHmac, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

export type Tokens = {
  /** 43 characters that are safe in a cookie and in an address. */
  make: () => string;
  /** @param purpose keeps a link from passing for a session */
  hash: (purpose: 'session' | 'link' | 'tries', token: string) => Buffer;
};

/** @param secret with another one, every session is over */
export function createTokens(secret: string): Tokens {
  return {
    make: () => randomBytes(TOKEN_BYTES).toString('base64url'),
    hash: (purpose, token) => createHmac('sha256', secret).update(`${purpose}/${token}`).digest(),
  };
}
