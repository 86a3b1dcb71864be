// A shop that cannot be opened holds on to nothing, so that its process ends and is started anew.
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import { useDatabase } from '../harness/database.ts';

const NAME = 'cannot-open';
/** Longer than a process waits between two questions for the time (ms). */
const A_WHILE_MS = 3_000;
const database = useDatabase();

test('leaves no connection, and asks nothing any more', { timeout: 60_000 }, async () => {
  const piiKey = randomBytes(32);
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: database.url, PII_KEY: piiKey.toString('base64') });
  await prepare(config, () => undefined);
  const secrets = {
    sessionSecret: 'a-secret',
    piiKey,
    piiKeyPrevious: null,
    smobiWebhookSecret: config.given.smobiWebhookSecret,
  };
  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => void log.push(line) });
  const furnish = () => {
    throw new Error('no services');
  };
  await expect(openShop(config, secrets, logger, { name: NAME, furnish })).rejects.toThrow('no services');
  const open = async () =>
    (await database.pool.query('SELECT query FROM pg_stat_activity WHERE application_name = $1', [NAME])).rows;
  await expect.poll(open, { timeout: 10_000 }).toEqual([]);
  await new Promise((resolve) => void setTimeout(resolve, A_WHILE_MS));
  expect([await open(), log]).toEqual([[], []]);
});
