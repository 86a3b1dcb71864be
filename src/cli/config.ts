// The one place that looks at the process's environment and at `.env`.
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { readConfig } from './config/config.ts';
import type { Config, Secrets } from './config/config.ts';
import { secretsOf } from './config/secrets.ts';

/**
 * The configuration of this process: its environment, then `.env` in the current folder for what that does not name.
 * Throws ConfigError, whose message is made to be printed as it is.
 */
export function loadConfig(): { config: Config; secrets: Secrets } {
  const file = existsSync('.env') ? parse(readFileSync('.env')) : {};
  const config = readConfig({ ...file, ...process.env });
  return { config, secrets: secretsOf(config) };
}
