// Postgres refuses to run as root, so root lends it an unprivileged account; anybody else runs it as themselves.
import { readFileSync, statSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';

/** Whom the server runs as; null stands for the user who runs this command. */
export type Account = { uid: number; gid: number } | null;

const PREFERRED = ['postgres', 'nobody'];

/**
 * The account for the server. A data folder that exists already keeps its owner. initdb looks its user up by id, so
 * only accounts of /etc/passwd will do.
 */
export function serverAccount(existingData: string): Account {
  if (process.getuid?.() !== 0) return null;
  return ownerOf(existingData) ?? unprivilegedAccount(readFileSync('/etc/passwd', 'utf8'));
}

/** Picks `postgres`, else `nobody`, else any account but root from the text of a passwd file. */
export function unprivilegedAccount(passwd: string): { uid: number; gid: number } {
  const accounts = passwd.split('\n').flatMap((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
  const preferred = PREFERRED.flatMap((name) => accounts.filter((account) => account.name === name));
  const chosen = preferred[0] ?? accounts[0];
  if (chosen === undefined)
    throw new Error('root cannot run Postgres and there is no other account here: set DATABASE_URL');
  return { uid: chosen.uid, gid: chosen.gid };
}

/** Whether the account may pass through every folder on the way to `path`, and enter it. Reads mode bits only. */
export function canReach(path: string, account: Account): boolean {
  if (account === null) return true;
  const folders = [resolve(path)];
  while (folders[0] !== parse(resolve(path)).root) folders.unshift(dirname(folders[0] ?? '/'));
  return folders.every((folder) => canEnter(folder, account));
}

function canEnter(folder: string, account: { uid: number; gid: number }): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o500) === 0o500;
  if (gid === account.gid) return (mode & 0o050) === 0o050;
  return (mode & 0o001) === 0o001;
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.uid === 0 ? null : { uid: found.uid, gid: found.gid };
}
