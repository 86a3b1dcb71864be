// The one place that looks at the process's environment and at `.env`.
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { readConfig } from './config/config.ts';
import type { Config, Secrets } from './config/config.ts';
import { secretsOf } from './config/secrets.ts';

/** The environment of this process, then `.env` in the current folder for what that does not name. */
export function environment(): Record<string, string | undefined> {
  const file = existsSync('.env') ? parse(readFileSync('.env')) : {};
  return { ...file, ...process.env };
}

/** The configuration of this process. Throws ConfigError, whose message is made to be printed as it is. */
export function loadConfig(): { config: Config; secrets: Secrets } {
  const config = readConfig(environment());
  return { config, secrets: secretsOf(config) };
}
