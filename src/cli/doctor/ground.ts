// What everything stands on: Node.js, the settings, the disk, and the address by which the outside reaches us.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { variableNames } from '../config/variables.ts';
import { errorName } from '../../runtime/errors.ts';
import { look, off, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

const GIB = 1024 ** 3;
const DISK = { wrongBelow: 0.5 * GIB, lookBelow: 2 * GIB };
/** Prefixes that are only ours: a name that begins so and that nobody reads is misspelt. */
const OURS = /^(?:SMOBI|TWILIO|SQUARE|HARDCOVER|OPEN_LIBRARY|STORE|MARTY|ALLOW)_/;
const Live = z.object({ status: z.literal('live') });

/** @param version without a `v`, such as 20.19.0 */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFit = major > 20 || (major === 20 && minor >= 19);
  const said = isFit ? well(version) : wrong(`${version} is too old`, 'install Node.js 20.19 or newer, nodejs.org');
  return { part: 'Node.js', ask: () => Promise.resolve(said) };
}

export function settingsCheck({ mode, isDemo }: Config, env: Record<string, string | undefined>): Check {
  const strange = Object.keys(env).filter((name) => OURS.test(name) && !variableNames.includes(name));
  const said = [
    well(`${mode}${isDemo ? ', marked as a demo' : ''}; every value is one that is allowed`),
    ...strange.map((name) => look(`${name} is read by nobody`, 'is it misspelt? .env.example has every name')),
  ];
  return { part: 'settings', ask: () => Promise.resolve(said) };
}

/** Bytes that may still be written where a path leads. */
export type FreeBytes = (path: string) => Promise<number>;

/** What the system says; of a folder that is not there yet, where it would be. */
export const freeBytes: FreeBytes = async (path) => {
  if (!existsSync(path)) return freeBytes(dirname(path));
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};

/** Only the embedded database writes to this machine's disk. */
export function diskCheck({ database, dataDir }: Config, free: FreeBytes): Check {
  const ask = async () => {
    if (database.url !== null) return off('nothing is kept on this machine');
    const bytes = await free(dataDir);
    const says = `${(bytes / GIB).toFixed(1)} GiB free for the embedded database`;
    const mend = 'make room, or point MARTY_DATA_DIR at a larger disk';
    if (bytes < DISK.wrongBelow) return wrong(says, mend);
    return bytes < DISK.lookBelow ? look(says, mend) : well(says);
  };
  return { part: 'disk', ask };
}

/** Whether Marty answers where PUBLIC_URL says; in development it is no fault that nothing is started yet. */
export function addressCheck({ publicUrl, mode }: Config): Check {
  const bad = mode === 'production' ? wrong : look;
  const ask = async (signal: AbortSignal): Promise<Said | Said[]> => {
    const open = publicUrl.startsWith('http:') && mode === 'production';
    const insecure = open
      ? [look(`${publicUrl} is not https`, 'cookies and pay links need https: put TLS before it')]
      : [];
    return [...insecure, await answered(publicUrl, signal, bad)];
  };
  return { part: 'PUBLIC_URL', ask };
}

async function answered(publicUrl: string, signal: AbortSignal, bad: typeof look): Promise<Said> {
  try {
    const response = await fetch(`${publicUrl}/health/live`, { redirect: 'manual', signal });
    const isMarty = Live.safeParse(await response.json().catch(() => null)).success;
    if (response.ok && isMarty) return well(`${publicUrl} leads to Marty`);
    return bad(
      `${publicUrl} answers ${response.status}, and not as Marty`,
      'something else is there: correct PUBLIC_URL',
    );
  } catch (error) {
    return bad(
      `nobody answers at ${publicUrl} (${errorName(error)})`,
      'start Marty, then look at DNS, proxy and PUBLIC_URL',
    );
  }
}
