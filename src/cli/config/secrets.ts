// Development needs no keys: what is not given is made once and kept beside the embedded database, readable by its
// owner only. Production is given its secrets, and makes none.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../processes.mjs';
import type { Config, Secrets } from './config.ts';

const Kept = z.object({ sessionSecret: z.string(), piiKey: z.base64(), smobiWebhookSecret: z.string() });

/** All secrets of a configuration. Reads and, outside production, makes `secrets.json` (mode 0600) in the data folder. */
export function secretsOf({ mode, dataDir, given }: Config): Secrets {
  if (mode === 'production') return inProduction(given);
  const kept = keptSecrets(dataDir);
  return {
    sessionSecret: given.sessionSecret ?? kept.sessionSecret,
    piiKey: given.piiKey ?? Buffer.from(kept.piiKey, 'base64'),
    piiKeyPrevious: given.piiKeyPrevious,
    smobiWebhookSecret: given.smobiWebhookSecret ?? kept.smobiWebhookSecret,
  };
}

function inProduction({ sessionSecret, piiKey, ...others }: Config['given']): Secrets {
  if (sessionSecret === null || piiKey === null) throw new Error('production must be given SESSION_SECRET and PII_KEY');
  return { sessionSecret, piiKey, ...others };
}

function keptSecrets(dataDir: string): z.infer<typeof Kept> {
  const file = join(dataDir, 'secrets.json');
  if (!existsSync(file)) makeOnce(dataDir, file);
  return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
}

// Linking fails when the file is there, so of several processes that start at once one decides.
function makeOnce(dataDir: string, file: string): void {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}`;
  const made = {
    sessionSecret: randomBytes(32).toString('base64'),
    piiKey: randomBytes(32).toString('base64'),
    smobiWebhookSecret: randomBytes(24).toString('hex'),
  };
  writeFileSync(draft, JSON.stringify(made), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
