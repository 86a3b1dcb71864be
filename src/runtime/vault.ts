// Encryption at rest. Each actor has a data key of its own, wrapped by the master key: destroying the wrapped key makes everything
// that was sealed with it unreadable; a backup from before still has the key, so it must not be kept longer than the shop promises.
// AES-256-GCM throughout. While the master key is being exchanged the previous one still opens and still finds; everything new is
// written under the newest.
import { createHmac, randomBytes } from 'node:crypto';
import { decrypt, derive, encrypt, tryDecrypt } from './sealing.ts';

/** Unwrapped data keys in memory, at most; they are no more secret than the master key beside them. */
const UNWRAPPED_MAX = 10_000;

/** What seals, opens and finds; it keeps no row of its own. */
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
  /** Every hash that the text may be stored under, the one of `lookupHash` first; it alone where no other key counts. */
  lookupHashes: (text: string) => Buffer[];
  /** Whether another process may be writing under another master key. */
  isRotating: boolean;
};

/** Keys that count beside the master key. */
type OtherKeys = {
  /** 32 bytes. */
  previous?: Buffer | null;
  /** Lookup keys of master keys that are gone. */
  formerLookups?: readonly Buffer[];
};

/** @param masterKey 32 bytes */
export function createVault(masterKey: Buffer, { previous = null, formerLookups = [] }: OtherKeys = {}): Vault {
  const wrapping = derive(masterKey, 'wrap');
  const shared = derive(masterKey, 'shared');
  const lookup = derive(masterKey, 'lookup');
  const older = previous && { wrapping: derive(previous, 'wrap'), shared: derive(previous, 'shared') };
  const unwrap = remembering(opener(wrapping, older?.wrapping));
  const openShared = opener(shared, older?.shared);
  const lookups = [lookup, ...(previous ? [derive(previous, 'lookup')] : []), ...formerLookups];
  return {
    createDataKey: () => encrypt(wrapping, randomBytes(32)),
    seal: (dataKey, text) => encrypt(unwrap(dataKey), text),
    open: (dataKey, sealed) => decrypt(unwrap(dataKey), sealed).toString('utf8'),
    sealShared: (text) => encrypt(shared, text),
    openShared: (sealed) => openShared(sealed).toString('utf8'),
    lookupHash: (text) => keyedHash(lookup, text),
    lookupHashes: (text) => lookups.map((key) => keyedHash(key, text)),
    isRotating: previous !== null,
  };
}

/** What `lookupHash` makes with a key derived for it. */
export function keyedHash(lookup: Buffer, text: string): Buffer {
  return createHmac('sha256', lookup).update(text, 'utf8').digest();
}

function opener(key: Buffer, older: Buffer | undefined): (sealed: Buffer) => Buffer {
  if (older === undefined) return (sealed) => decrypt(key, sealed);
  return (sealed) => tryDecrypt(key, sealed) ?? decrypt(older, sealed);
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
