// Known holes of the packages that run in production, as npm's registry knows them: a step of `npm run check` and CI.
// A hole fails it; a registry that refuses, or that nobody reaches, is said in one line and fails nothing.
import { npmOf, root } from './install.mjs';

/** Of npm as a whole, and of the one request that it makes. */
const TIME_MAX_MS = 60_000;
const REQUEST_MAX_MS = 20_000;
const BAD = new Set(['high', 'critical']);

/** Says what it found; true where no hole is known, or nobody could be asked. */
export function lookForHoles() {
  const once = ['--fetch-retries=0', `--fetch-timeout=${REQUEST_MAX_MS}`];
  const { stdout, error } = npmOf(root, ['audit', '--omit=dev', '--audit-level=high', '--json', ...once], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIME_MAX_MS,
  });
  const found = readAudit(String(stdout), error && 'code' in error ? String(error.code) : undefined);
  for (const hole of found.holes) console.log(`known hole: ${hole}`);
  if (found.unasked !== null) console.log(`known holes were NOT looked up: ${found.unasked}`);
  if (found.trouble !== null) console.error(`npm audit failed: ${found.trouble}`);
  return found.holes.length === 0 && found.trouble === null;
}

/**
 * What `npm audit --json` says: the holes of high or critical severity, or why the registry could not be asked (without
 * its address), or what else is wrong.
 * @param {string} stdout
 * @param {string} [code] of the error where npm did not run, or not to its end
 * @returns {{ holes: string[], unasked: string | null, trouble: string | null }}
 */
export function readAudit(stdout, code) {
  const nothing = { holes: [], unasked: null, trouble: null };
  if (code === 'ETIMEDOUT') return { ...nothing, unasked: 'the registry does not answer in time' };
  const said = parsed(stdout);
  if (said?.vulnerabilities) return { ...nothing, holes: holesOf(said.vulnerabilities) };
  if (typeof said?.message === 'string') return { ...nothing, unasked: refusalOf(said.message, said.statusCode) };
  return { ...nothing, trouble: said?.error?.summary || code || 'it said nothing that can be read' };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {Record<string, { severity: string, via: Array<string | { title: string }> }>} vulnerabilities */
function holesOf(vulnerabilities) {
  return Object.entries(vulnerabilities)
    .filter(([, { severity }]) => BAD.has(severity))
    .map(([name, { severity, via }]) => {
      const why = via.map((one) => (typeof one === 'string' ? `by ${one}` : one.title));
      return `${name} (${severity}): ${why.join('; ')}`;
    });
}

/**
 * @param {string} message
 * @param {number | undefined} status
 */
function refusalOf(message, status) {
  if (status !== undefined) return `the registry refuses (${status})`;
  if (message.startsWith('network timeout')) return 'the registry does not answer in time';
  return `the registry cannot be reached (${/\bE[A-Z_]{4,}\b/.exec(message)?.[0] ?? 'no reason given'})`;
}
