// Encryption at rest. Each actor has a data key of its own, wrapped by the master key: destroying the wrapped
// key makes everything that was sealed with it unreadable, backups included. AES-256-GCM throughout.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomFillSync } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Unwrapped data keys in memory, at most; they are no more secret than the master key beside them. */
const UNWRAPPED_MAX = 10_000;
/** Nonces drawn at once: asking the system for each costs more than the encryption. */
const NONCES_DRAWN = 512;

export type Vault = {
  /** A new wrapped data key (60 bytes); keep it beside what it seals. */
  createDataKey: () => Buffer;
  /** Seals text under a wrapped data key. */
  seal: (dataKey: Buffer, text: string) => Buffer;
  /** Opens what `seal` made; throws when key or bytes are not the right ones. */
  open: (dataKey: Buffer, sealed: Buffer) => string;
  /** Seals and opens under the master key itself, for what is not one actor's. */
  sealShared: (text: string) => Buffer;
  openShared: (sealed: Buffer) => string;
  /** A keyed hash (32 bytes) for looking up by a value that is not stored in the clear. */
  lookupHash: (text: string) => Buffer;
};

/** @param masterKey 32 bytes */
export function createVault(masterKey: Buffer): Vault {
  if (masterKey.length !== 32) throw new Error(`the master key has ${masterKey.length} bytes; it needs 32`);
  const wrapping = derive(masterKey, 'wrap');
  const shared = derive(masterKey, 'shared');
  const lookup = derive(masterKey, 'lookup');
  const unwrap = remembering((dataKey) => decrypt(wrapping, dataKey));
  return {
    createDataKey: () => encrypt(wrapping, randomBytes(32)),
    seal: (dataKey, text) => encrypt(unwrap(dataKey), Buffer.from(text, 'utf8')),
    open: (dataKey, sealed) => decrypt(unwrap(dataKey), sealed).toString('utf8'),
    sealShared: (text) => encrypt(shared, Buffer.from(text, 'utf8')),
    openShared: (sealed) => decrypt(shared, sealed).toString('utf8'),
    lookupHash: (text) => createHmac('sha256', lookup).update(text, 'utf8').digest(),
  };
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `durable-xstate/${purpose}`, 32));
}

// A forgotten actor's key is asked for by nobody, since its row no longer has it, and leaves with the oldest.
function remembering(unwrap: (dataKey: Buffer) => Buffer): (dataKey: Buffer) => Buffer {
  const known = new Map<string, Buffer>();
  return (dataKey) => {
    const name = dataKey.toString('latin1');
    const key = known.get(name) ?? unwrap(dataKey);
    if (known.size >= UNWRAPPED_MAX && !known.has(name)) known.delete(known.keys().next().value ?? name);
    known.set(name, key);
    return key;
  };
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

function encrypt(key: Buffer, plain: Buffer): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
}
