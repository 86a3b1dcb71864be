// Message ids whose plain order is the order of the conversation: time, then turn, then place in the turn.
import { createHash } from 'node:crypto';

const POSITIONS = 256;
const TURNS = 2 ** 20;

/**
 * A UUIDv7 for the `position`-th message (0 to 255) of one effect: 48 bits of milliseconds, 20 of the turn's number,
 * 8 of the position, 46 of hash. The same effect and position give the same id again.
 */
export function messageId(effect: { id: string; at: Date; seq: number }, position: number): string {
  if (position >= POSITIONS) throw new RangeError(`position ${position}: a turn says at most ${POSITIONS} bubbles`);
  const order = BigInt((effect.seq % TURNS) * POSITIONS + position);
  const hash = createHash('sha256').update(`${effect.id}/${position}`).digest().readBigUInt64BE() & ((1n << 46n) - 1n);
  const tail = (order << 46n) | hash; // 74 bits: 12 before the variant, 62 after it
  const bits =
    (BigInt(effect.at.getTime()) << 80n) |
    (7n << 76n) |
    ((tail >> 62n) << 64n) |
    (2n << 62n) |
    (tail & ((1n << 62n) - 1n));
  return bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
