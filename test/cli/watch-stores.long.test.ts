// A shop that is opened while `marty web` and `marty worker` run as they are deployed, each in a process of its own.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { smobiSignature } from '../../src/web/smobi-signature.ts';
import { Program } from '../faults/program.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import { freePort } from '../harness/free-port.ts';
import { useDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';

const [SHOP, TOWER] = ['+12015550100', '+12015550177'];
const SECRET = 'smobi-test-secret';
/** `marty stores add` says a minute; here is what it may take on a machine a third as fast (ms). */
const PATIENCE_MS = 180_000;

const database = useDatabase();
const folder = mkdtempSync(join(tmpdir(), 'marty-stores-'));
const smobi = new FakeSmobi();
let web: Program;
let worker: Program;
let texts = 0;

beforeAll(async () => {
  await smobi.start();
  const port = await freePort();
  const env = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'debug',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    MARTY_DATA_DIR: folder,
    STORE_PHONE: SHOP,
    SMOBI_API_URL: smobi.url,
    SMOBI_API_KEY: smobi.key,
    SMOBI_WEBHOOK_SECRET: SECRET,
    SESSION_SECRET: secret(),
    PII_KEY: secret(),
  };
  await prepare(readConfig(env), () => undefined);
  web = new Program('web', env, join(folder, 'web'));
  worker = new Program('worker', env, join(folder, 'worker'));
  await web.start();
  worker.launch();
}, 240_000);
afterAll(async () => {
  await Promise.all([web?.kill(), worker?.kill()]);
  await smobi.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('is learnt of by the process that hears its customers, and they are answered from its own number', async () => {
  await database.pool.query(
    `INSERT INTO stores (slug, name, timezone, hours, phone, currency, tax_rate_ppm, shipping_cents)
     VALUES ('tower', 'Tower Books', 'America/Chicago', '{"weekly": {}, "holidays": []}', $1, 'USD', 0, 0)`,
    [TOWER],
  );
  await until(
    async () => {
      await asks();
      const { rows } = await database.pool.query('SELECT 1 FROM actors JOIN stores ON id = store_id WHERE slug = $1', [
        'tower',
      ]);
      expect(rows.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
    1000,
  );
  await until(() => expect(smobi.delivered.map(({ from }) => from)).toContain(TOWER), PATIENCE_MS);
}, 400_000);

/** Somebody new texts the new shop. */
async function asks(): Promise<void> {
  texts += 1;
  const body = JSON.stringify({
    message_id: `tower-${texts}`,
    from: `+1201555${1000 + texts}`,
    to: TOWER,
    message: 'hi',
    message_type: 'sms',
    timestamp: new Date().toISOString(),
  });
  const headers = {
    'content-type': 'application/json',
    'x-smobi-signature': smobiSignature(SECRET, Buffer.from(body)),
  };
  expect((await fetch(`${web.url}/webhook/sms`, { method: 'POST', headers, body })).status).toBe(200);
}

function secret(): string {
  return randomBytes(32).toString('base64');
}
