// One stored value at a time from the previous master key to the newest; which one it is under is told by trying.
import { derive, encrypt, tryDecrypt } from './sealing.ts';
import type { Purpose } from './sealing.ts';
import { keyedHash } from './vault.ts';

/** `renewed`: the same under the newest key. `neither`: no key that we have made it. */
export type KeyState = { under: 'newest' } | { under: 'previous'; renewed: Buffer } | { under: 'neither' };

/** Under which key each kind of value is, and what it is under the newest. */
export type Rekey = {
  /** A wrapped data key; what it seals stays as it is. */
  dataKey: (wrapped: Buffer) => KeyState;
  shared: (sealed: Buffer) => KeyState;
  /** A keyed hash of a text that is known. */
  lookup: (hash: Buffer, text: string) => KeyState;
};

const NEWEST: KeyState = { under: 'newest' };
const NEITHER: KeyState = { under: 'neither' };

/** @param previous null: tells only whether something is under the newest key */
export function createRekey(newest: Buffer, previous: Buffer | null): Rekey {
  const from = (purpose: Purpose) => previous && derive(previous, purpose);
  return {
    dataKey: resealer(derive(newest, 'wrap'), from('wrap')),
    shared: resealer(derive(newest, 'shared'), from('shared')),
    lookup: rehasher(derive(newest, 'lookup'), from('lookup')),
  };
}

function resealer(to: Buffer, from: Buffer | null): (sealed: Buffer) => KeyState {
  return (sealed) => {
    if (tryDecrypt(to, sealed)) return NEWEST;
    const plain = from && tryDecrypt(from, sealed);
    return plain ? { under: 'previous', renewed: encrypt(to, plain) } : NEITHER;
  };
}

function rehasher(to: Buffer, from: Buffer | null): (hash: Buffer, text: string) => KeyState {
  return (hash, text) => {
    const renewed = keyedHash(to, text);
    if (hash.equals(renewed)) return NEWEST;
    return from && hash.equals(keyedHash(from, text)) ? { under: 'previous', renewed } : NEITHER;
  };
}
