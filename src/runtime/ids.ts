// UUIDv7s that are made from where they belong, so that a replayed turn makes the same ones.
import { hash, randomUUID } from 'node:crypto';

/** A UUIDv7 whose time is `at` (ms) and whose other bits are a hash of `seed`. */
export function uuidFrom(at: number, seed: string): string {
  return format(at, hash('sha1', seed, 'hex'));
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
export function uuidAt(at: number, noise?: Buffer): string {
  return format(at, noise?.toString('hex') ?? randomUUID().replaceAll('-', ''));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Whether a natural id is a lower-case UUID: then it is its actor's key itself. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

// Byte 6 begins with the version, byte 8 with the variant's two bits.
function format(at: number, noise: string): string {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  const variant = (0x8 | (Number.parseInt(noise.charAt(16), 16) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${noise.slice(13, 16)}-${variant}${noise.slice(17, 20)}-${noise.slice(20, 32)}`;
}
