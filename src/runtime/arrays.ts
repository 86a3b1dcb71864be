// Arrays as parameters in Postgres' binary format: nothing of a snapshot is escaped here and parsed there, byte by byte.
// The format is that of array_send (src/backend/utils/adt/arrayfuncs.c); the numbers are the types' oids in pg_type.
const [INT4, INT8, TEXT, BYTEA, UUID, TIMESTAMPTZ, BOOL] = [23, 20, 25, 17, 2950, 1184, 16];

/** Postgres counts microseconds from here (ms since 1970). */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

export function ints(values: readonly number[]): Buffer {
  return fixed(INT4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** @param values safe integers */
export function bigints(values: readonly number[]): Buffer {
  return fixed(INT8, 8, values, writeInt64);
}

export function instants(values: readonly Date[]): Buffer {
  return fixed(TIMESTAMPTZ, 8, values, (buffer, value, at) => {
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw new Error('an instant lies outside of all time');
    writeInt64(buffer, (ms - POSTGRES_EPOCH_MS) * 1000, at);
  });
}

export function bools(values: readonly boolean[]): Buffer {
  return fixed(BOOL, 1, values, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));
}

/** @param values in their usual form, with hyphens */
export function uuids(values: readonly string[]): Buffer {
  return fixed(UUID, 16, values, (buffer, value, at) => {
    const written = buffer.write(value.replaceAll('-', ''), at, 16, 'hex');
    if (written !== 16) throw new Error('a key is not a UUID');
  });
}

export function texts(values: ReadonlyArray<string | null>): Buffer {
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value)));
  return varying(TEXT, values, lengths, (buffer, value, at) => void buffer.write(value, at));
}

export function byteas(values: ReadonlyArray<Buffer | null>): Buffer {
  const lengths = values.map((value) => value?.length ?? -1);
  return varying(BYTEA, values, lengths, (buffer, value, at) => void value.copy(buffer, at));
}

const HEAD_BYTES = 20;

function fixed<T>(
  oid: number,
  size: number,
  values: readonly T[],
  write: (buffer: Buffer, value: T, at: number) => unknown,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + values.length * (4 + size));
  let at = writeHead(buffer, oid, values.length, false);
  for (const value of values) {
    at = buffer.writeInt32BE(size, at);
    write(buffer, value, at);
    at += size;
  }
  return buffer.subarray(0, at);
}

function varying<T>(
  oid: number,
  values: ReadonlyArray<T | null>,
  lengths: readonly number[],
  write: (buffer: Buffer, value: T, at: number) => void,
): Buffer {
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEAD_BYTES);
  const buffer = Buffer.allocUnsafe(size);
  let at = writeHead(buffer, oid, values.length, lengths.includes(-1));
  values.forEach((value, n) => {
    at = buffer.writeInt32BE(lengths[n] ?? -1, at);
    if (value === null) return;
    write(buffer, value, at);
    at += lengths[n] ?? 0;
  });
  return buffer.subarray(0, at);
}

// Dimensions, whether there are nulls, the type; then, unless it is empty, the length and the first index.
function writeHead(buffer: Buffer, oid: number, length: number, hasNulls: boolean): number {
  let at = buffer.writeInt32BE(length === 0 ? 0 : 1, 0);
  at = buffer.writeInt32BE(hasNulls ? 1 : 0, at);
  at = buffer.writeInt32BE(oid, at);
  if (length === 0) return at;
  at = buffer.writeInt32BE(length, at);
  return buffer.writeInt32BE(1, at);
}

// In two halves: cheaper than a bigint.
function writeInt64(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / 2 ** 32);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 2 ** 32, at + 4);
}
