// A shop that cannot be opened leaves nothing running.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config/config.ts';
import { secretsOf } from '../../src/cli/config/secrets.ts';
import { countAttached } from '../../src/cli/embedded/attachments.ts';
import { destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';

test('a database without this build’s schema is named, and its embedded server is let go', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'marty-open-'));
  const config = readConfig({ MARTY_DATA_DIR: dataDir });
  await expect(openShop(config, secretsOf(config), pino({ level: 'silent' }))).rejects.toThrow('marty -- migrate');
  expect(countAttached(dataDir)).toBe(0);
  await destroyEmbeddedPostgres(dataDir);
});
