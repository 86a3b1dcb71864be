// UUIDv7s that are made from where they belong, so that a replayed turn makes the same ones.
import { createHash, randomBytes } from 'node:crypto';

/** A UUIDv7 whose time is `at` (ms) and whose other bits are a hash of `seed`. */
export function uuidFrom(at: number, seed: string): string {
  return format(at, createHash('sha1').update(seed).digest());
}

/** What turn `seq` of an actor gives its machine: replay must make the very same, so both ask here. @param at ms */
export function turnIds(key: string, seq: number, at: number) {
  const seed = `${key}/${seq}`;
  return {
    at,
    self: key,
    id: (n: number) => uuidFrom(at, `${seed}/id/${n}`),
    commandId: (n: number) => uuidFrom(at, `${seed}/command/${n}`),
  };
}

/** A UUIDv7 with random bits. @param at milliseconds since 1970 @param noise 16 bytes */
export function uuidAt(at: number, noise: Buffer = randomBytes(16)): string {
  return format(at, noise);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Whether a natural id is a lower-case UUID: then it is its actor's key itself. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

function format(at: number, noise: Buffer): string {
  const bytes = Buffer.from(noise.subarray(0, 16));
  bytes.writeUIntBE(Math.floor(at), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
