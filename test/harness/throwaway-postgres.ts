// A Postgres that nobody needs afterwards. Its files are in memory where there is room: to copy a database is then ten times as quick, and
// that is done for each test file.
import { chmodSync, existsSync, mkdtempSync, realpathSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';

const MEMORY = '/dev/shm';
/** Bytes that must be free there, in the folder and in memory: `npm test` takes 0.2 GB, and a server's log may grow to 2 GB. */
const ROOM = 3 * 1024 ** 3;

/** `cloning`: how a database is copied with the least work. */
export type ThrowawayPostgres = { dataDir: string; url: string; cloning: 'FILE_COPY' | 'WAL_LOG' };

/** Those who start one delete it with `destroyEmbeddedPostgres(dataDir)`. @param prefix of its folder's name */
export async function startThrowawayPostgres(prefix: string): Promise<ThrowawayPostgres> {
  const parent = hasRoom(MEMORY) ? MEMORY : realpathSync(tmpdir());
  const dataDir = mkdtempSync(join(parent, prefix));
  chmodSync(dataDir, 0o755); // so that the server's account can enter it when root runs this
  const { url } = await attachEmbeddedPostgres(dataDir, 'thrownAway');
  return { dataDir, url, cloning: parent === MEMORY ? 'FILE_COPY' : 'WAL_LOG' };
}

/** Where those of killed runs may still lie. */
export function throwawayParents(): string[] {
  return [MEMORY, realpathSync(tmpdir())].filter((folder) => existsSync(folder));
}

// On a machine with little memory, or where containers get a tiny one, there is none or not enough.
function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM && process.availableMemory() >= ROOM;
  } catch {
    return false;
  }
}
