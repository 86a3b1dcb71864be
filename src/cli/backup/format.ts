// A backup's file: gzipped lines of JSON. First what it is, then each table's name and columns followed by its rows (arrays of
// Postgres' own text form, so that every value comes back exactly), last a MAC of it all. What was sealed stays sealed.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import type { Vault } from '../../runtime/vault.ts';
import { errorCode } from '../processes.mjs';
import { BackupRefused, damaged } from './refused.ts';

/** Grows when a file of before can no longer be read. */
export const FORMAT_VERSION = 1;
/** One row is never so long: what goes on is no backup (characters). */
const LINE_MAX = 64 * 1024 * 1024;

/**
 * `schema` names the newest migration. `keys`: keyed hashes that only the same `PII_KEY` and `PII_KEY_PREVIOUS` make, the one that the MAC
 * is made with first. `lookups`: what `key_rotations` keeps of the keys before those, sealed as it is there.
 */
export const Header = z.object({
  format: z.literal('marty-store'),
  version: z.int(),
  schema: z.object({ name: z.string(), hash: z.string() }),
  store: z.object({ id: z.int().positive(), slug: z.string(), name: z.string() }),
  backupAt: z.iso.datetime(),
  keys: z.array(z.string()).min(1),
  lookups: z.array(z.string()),
});
export type Header = z.infer<typeof Header>;

/** Comes before each table's rows, in the order in which they can be written. */
export const TableLine = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export type TableLine = z.infer<typeof TableLine>;

/** The last line; `mac` covers every line before it. */
export const EndLine = z.object({ rows: z.int().nonnegative(), mac: z.string() });
export type EndLine = z.infer<typeof EndLine>;

/** The same for each backup under one `PII_KEY`. */
export function keyFingerprint(vault: Pick<Vault, 'lookupHash'>): string {
  return vault.lookupHash('store-backup/key').toString('hex');
}

/** Takes in every line but the last; what it says then nobody can say of other lines without the key. */
export function createMac(vault: Pick<Vault, 'lookupHash'>) {
  const hash = createHash('sha256');
  const done = () => vault.lookupHash(`store-backup/${hash.digest('hex')}`).toString('hex');
  return {
    add: (line: string) => void hash.update(line).update('\n'),
    done,
    /** Ends it, and compares in constant time. */
    isDoneAs(given: string): boolean {
      const [told, right] = [Buffer.from(given), Buffer.from(done())];
      return told.length === right.length && timingSafeEqual(told, right);
    },
  };
}

/** The file's lines as they are asked for. @throws BackupRefused where the file cannot be read or unpacked */
export async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* unpackedLines(file);
  } catch (error) {
    throw refusalOf(error, file);
  }
}

async function* unpackedLines(file: string): AsyncGenerator<string> {
  const unpacked = pipeline(createReadStream(file), createGunzip(), () => undefined); // the loop below hears of it
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of unpacked) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_MAX) throw damaged(file);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function refusalOf(error: unknown, file: string): unknown {
  if (error instanceof BackupRefused) return error;
  const code = errorCode(error) ?? '';
  if (code === 'Z_DATA_ERROR')
    return new BackupRefused(`${file} is no backup of a store, or was changed since it was written.`);
  if (code.startsWith('Z_')) return damaged(file);
  return /^E[A-Z]+$/.test(code) ? new BackupRefused(`${file} cannot be read (${code}).`) : error;
}
