// Where the cluster's files live. Normally `<data folder>/postgres`; where the server's account cannot enter the data
// folder (a clone under root's 0700 home), a folder beside other services' data, and `postgres.json` points there.
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { canReach, serverAccount } from './account.ts';
import type { Account } from './account.ts';

const Pointer = z.object({ home: z.string(), password: z.string() });

/** A cluster's folder, the password of its user `marty`, and the account that its server runs as. */
export type Place = z.infer<typeof Pointer> & { account: Account };

/** Name of the file in the data folder that says where the cluster is, and its password (mode 0600). */
export const POINTER_FILE = 'postgres.json';

/** The place that was chosen earlier for this data folder, or null. */
export function knownPlace(dataDir: string): Place | null {
  const file = join(dataDir, POINTER_FILE);
  if (!existsSync(file)) return null;
  const { home, password } = Pointer.parse(JSON.parse(readFileSync(file, 'utf8')));
  return existsSync(home) ? { home, password, account: serverAccount(home) } : null;
}

/** The place for this data folder; chosen, made and written down when there is none yet. */
export function findOrMakePlace(dataDir: string): Place {
  const known = knownPlace(dataDir);
  if (known !== null) return known;
  const account = serverAccount(join(dataDir, 'postgres'));
  const home = canReach(dataDir, account)
    ? ownFolder(join(dataDir, 'postgres'))
    : mkdtempSync(join(sharedParent(account), 'marty-'));
  if (account !== null) chownSync(home, account.uid, account.gid);
  const place = { home, password: randomBytes(24).toString('hex') };
  writePrivately(join(dataDir, POINTER_FILE), JSON.stringify(place));
  return { ...place, account };
}

/** Writes a file that only its owner can read; it appears whole or not at all. */
export function writePrivately(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

// Only root gets here. /var/lib outlives a restart of the machine and the cleaning of temporary files.
function sharedParent(account: Account): string {
  const parent = ['/var/lib', '/var/tmp', tmpdir()].find(
    (folder) => existsSync(folder) && canReach(folder, account) && isWritable(folder),
  );
  if (parent === undefined)
    throw new Error('found no folder that the Postgres account can enter: set MARTY_DATA_DIR or DATABASE_URL');
  return parent;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
