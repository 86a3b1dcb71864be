// What the vault is made of: AES-256-GCM with a nonce of its own each time, and keys for one purpose each out of a master key.
import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonces drawn at once: asking the system for each costs more than the encryption. */
const NONCES_DRAWN = 512;

/** `wrap` closes data keys, `shared` what is not one actor's, `lookup` keys the hashes that rows are found by. */
export type Purpose = 'wrap' | 'shared' | 'lookup';

/** @param masterKey 32 bytes */
export function derive(masterKey: Buffer, purpose: Purpose): Buffer {
  if (masterKey.length !== 32) throw new Error(`the master key has ${masterKey.length} bytes; it needs 32`);
  return Buffer.from(hkdfSync('sha256', masterKey, '', `durable-xstate/${purpose}`, 32));
}

const drawn = Buffer.alloc(NONCES_DRAWN * NONCE_BYTES);
let used = drawn.length;
function nextNonce(): Buffer {
  if (used >= drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += NONCE_BYTES;
  return drawn.subarray(used - NONCE_BYTES, used);
}

/** Nonce (12 bytes), ciphertext, tag (16 bytes). @param key 32 bytes */
export function encrypt(key: Buffer, plain: Buffer | string): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const hidden = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  cipher.final(); // GCM leaves no rest: this only makes the tag
  return Buffer.concat([nonce, hidden, cipher.getAuthTag()]);
}

/** Throws when key or bytes are not the right ones. */
export function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  decipher.final(); // no rest either: this throws where the tag is wrong
  return plain;
}

/** The same, and null where `decrypt` throws. */
export function tryDecrypt(key: Buffer, sealed: Buffer): Buffer | null {
  try {
    return decrypt(key, sealed);
  } catch {
    return null;
  }
}
