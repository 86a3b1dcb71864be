import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config/config.ts';
import { secretsOf } from '../../src/cli/config/secrets.ts';
import { variableNames } from '../../src/cli/config/variables.ts';
import { ConfigError } from '../../src/cli/plain-errors.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** Enough for production to start. */
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://marty:pw@db.example/marty',
  SESSION_SECRET: 'a'.repeat(32),
  PII_KEY: KEY,
  SMOBI_API_URL: 'https://smobi.example/v1/',
  SMOBI_API_KEY: 'key',
  SMOBI_WEBHOOK_SECRET: 'signing',
  SMOBI_FROM: '+12015550100',
  SQUARE_ACCESS_TOKEN: 'token',
  SQUARE_LOCATION_ID: 'L1',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('configuration', () => {
  test('nothing at all is enough for development', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      mode: 'development',
      port: 8080,
      host: '::',
      publicUrl: 'http://localhost:8080',
      database: { url: null, driver: 'pg', neonWsProxy: null },
      redisUrl: null,
      simulator: true,
      isDemo: false,
      claude: null,
      smobi: { ipAllowlist: [], outbound: null },
      twilio: null,
      square: null,
    });
    expect(config.store).toMatchObject({
      name: 'Dungeon Books',
      timezone: 'America/New_York',
      currency: 'USD',
      taxRatePpm: 66_250,
      shippingCents: 800,
      phone: null,
    });
  });

  test.each([
    ['PORT', 'abc', 'PORT: read "abc"; allowed: a whole number from 1 to 65535'],
    ['PORT', '70000', 'PORT: read "70000"; allowed: a whole number from 1 to 65535'],
    [
      'PUBLIC_URL',
      'marty.example',
      'PUBLIC_URL: read "marty.example"; allowed: an address that begins with http:// or https://',
    ],
    ['NODE_ENV', 'prod', 'NODE_ENV: read "prod"; allowed: development, test or production'],
    ['ALLOW_DEMO', 'maybe', 'ALLOW_DEMO: read "maybe"; allowed: 1 or 0 (also true/false, yes/no, on/off)'],
    [
      'STORE_TIMEZONE',
      'Mars/Olympus',
      'STORE_TIMEZONE: read "Mars/Olympus"; allowed: a time zone such as America/New_York',
    ],
    ['STORE_TAX_RATE', 'much', 'STORE_TAX_RATE: read "much"; allowed: a rate such as 6.625% or 0.06625'],
    [
      'CORS_ORIGINS',
      'https://a.example/path',
      'CORS_ORIGINS: read "https://a.example/path"; allowed: origins between commas, such as https://shop.example',
    ],
  ])('%s=%s stops the start with its name, what was read and what is allowed', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([problem]);
  });

  test('a secret that is wrong is named and never shown', () => {
    expect(problemsOf({ PII_KEY: 'short-and-secret', DATABASE_URL: 'mysql://me:hunter2@db' })).toEqual([
      'DATABASE_URL: read a value of 21 characters (hidden); allowed: an address that begins with postgres:// or postgresql://',
      'PII_KEY: read a value of 16 characters (hidden); allowed: 32 bytes in base64 (openssl rand -base64 32)',
    ]);
  });

  test('an empty value counts as not set', () => {
    expect(readConfig({ PORT: '', STORE_NAME: ' ' })).toEqual(readConfig({}));
  });

  test('half of a provider is refused', () => {
    expect(problemsOf({ TWILIO_ACCOUNT_SID: 'AC1', SQUARE_LOCATION_ID: 'L1' })).toEqual([
      'TWILIO_AUTH_TOKEN: not set, and Twilio needs it because TWILIO_ACCOUNT_SID is set',
      'SQUARE_ACCESS_TOKEN: not set, and Square needs it because SQUARE_LOCATION_ID is set',
    ]);
  });

  test('a Neon host goes through the Neon driver, and its pooler needs Redis for the queues', () => {
    const direct = 'postgres://u:p@ep-cool-1.eu.aws.neon.tech/db';
    const pooled = 'postgres://u:p@ep-cool-1-pooler.eu.aws.neon.tech/db';
    expect(readConfig({ DATABASE_URL: direct }).database.driver).toBe('neon');
    expect(problemsOf({ DATABASE_URL: pooled })).toEqual([
      expect.stringMatching(/^DATABASE_URL: a -pooler host .* direct host .* REDIS_URL$/),
    ]);
    expect(problemsOf({ DATABASE_URL: pooled, REDIS_URL: 'redis://cache' })).toEqual([]);
  });

  test.each([
    ['6.625%', 66_250],
    ['6.625', 66_250],
    ['0.06625', 66_250],
    ['0', 0],
    ['0%', 0],
  ])('STORE_TAX_RATE=%s is %i millionths', (text, ppm) => {
    expect(readConfig({ STORE_TAX_RATE: text }).store.taxRatePpm).toBe(ppm);
  });

  test('opening hours are read as a shop writes them on its door', () => {
    const { weekly } = readConfig({ STORE_HOURS: 'Fri–Sun 9:30 – 18, Mon 10-12, Mon 13-24:00' }).store.hours;
    const day = { opens: '09:30', closes: '18:00' };
    expect(weekly).toEqual({
      mon: [
        { opens: '10:00', closes: '12:00' },
        { opens: '13:00', closes: '24:00' },
      ],
      tue: [],
      wed: [],
      thu: [],
      fri: [day],
      sat: [day],
      sun: [day],
    });
    expect(problemsOf({ STORE_HOURS: 'Mon 18-9' })).toHaveLength(1);
    expect(problemsOf({ STORE_HOURS: 'daily' })).toHaveLength(1);
  });

  test('.env.example names every variable, and no other', () => {
    const example = parse(readFileSync(join(import.meta.dirname, '../../.env.example')));
    expect(Object.keys(example).toSorted()).toEqual(variableNames.toSorted());
    expect(readConfig(example)).toEqual(readConfig({}));
  });
});

describe('production', () => {
  test('starts when it is given everything', () => {
    expect(readConfig(production)).toMatchObject({
      simulator: false,
      isDemo: false,
      smobi: { outbound: { apiUrl: 'https://smobi.example/v1', apiKey: 'key', from: '+12015550100' } },
      square: { environment: 'production', webhookUrl: 'http://localhost:8080/webhook/square' },
      store: { phone: '+12015550100' },
    });
  });

  test.each(['SESSION_SECRET', 'PII_KEY', 'SMOBI_WEBHOOK_SECRET', 'DATABASE_URL'])(
    'refuses to start without %s',
    (name) => {
      expect(problemsOf({ ...production, [name]: '' })).toEqual([
        expect.stringMatching(new RegExp(`^${name}: production needs it`)),
      ]);
    },
  );

  test('refuses the phone simulator and the local till, unless ALLOW_DEMO=1 marks all of it as a demo', () => {
    const { DATABASE_URL, SESSION_SECRET, PII_KEY, NODE_ENV } = production;
    const bare = { DATABASE_URL, SESSION_SECRET, PII_KEY, NODE_ENV };
    expect(problemsOf(bare)).toEqual([
      'SMOBI_API_URL, TWILIO_ACCOUNT_SID: production needs a message provider, or ALLOW_DEMO=1',
      'SQUARE_ACCESS_TOKEN: production needs a till, or ALLOW_DEMO=1',
    ]);
    expect(readConfig({ ...bare, ALLOW_DEMO: '1' }).isDemo).toBe(true);
  });

  test('refuses Smobi without a number to send from: its own, or the store’s', () => {
    expect(problemsOf({ ...production, SMOBI_FROM: '' })).toEqual([
      expect.stringMatching(/^SMOBI_FROM: production needs it/),
    ]);
    expect(problemsOf({ ...production, SMOBI_FROM: '', STORE_PHONE: '+12015550100' })).toEqual([]);
  });

  test('refuses the sandbox of Square', () => {
    expect(problemsOf({ ...production, SQUARE_ENVIRONMENT: 'sandbox' })).toEqual([
      expect.stringMatching(/^SQUARE_ENVIRONMENT: read "sandbox"/),
    ]);
  });

  test('keeps the embedded database only with ALLOW_EMBEDDED=1', () => {
    expect(readConfig({ ...production, DATABASE_URL: '', ALLOW_EMBEDDED: '1' }).database.url).toBeNull();
  });
});

describe('secrets', () => {
  test('a previous PII_KEY is another one than PII_KEY, and never alone', () => {
    const other = Buffer.alloc(32, 8).toString('base64');
    expect(readConfig({ PII_KEY: KEY, PII_KEY_PREVIOUS: other }).given.piiKeyPrevious).toEqual(Buffer.alloc(32, 8));
    expect(() => readConfig({ PII_KEY: KEY, PII_KEY_PREVIOUS: KEY })).toThrow('the same as PII_KEY');
    expect(() => readConfig({ PII_KEY_PREVIOUS: other })).toThrow('PII_KEY: not set');
  });

  test('development makes them once and keeps them where only their owner reads them', () => {
    const parent = mkdtempSync(join(tmpdir(), 'marty-secrets-'));
    const config = readConfig({ MARTY_DATA_DIR: join(parent, 'data') });
    const made = secretsOf(config);
    expect(secretsOf(config)).toEqual(made);
    expect(made.piiKey).toHaveLength(32);
    expect(statSync(join(parent, 'data', 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(secretsOf({ ...config, given: { ...config.given, piiKey: Buffer.from(KEY, 'base64') } }).piiKey).toEqual(
      Buffer.alloc(32, 7),
    );
    rmSync(parent, { recursive: true });
  });

  test('production uses what it is given and writes no file', () => {
    const folder = join(tmpdir(), 'marty-production-never-made');
    const secrets = secretsOf(readConfig({ ...production, MARTY_DATA_DIR: folder }));
    expect(secrets).toEqual({
      sessionSecret: 'a'.repeat(32),
      piiKey: Buffer.alloc(32, 7),
      piiKeyPrevious: null,
      smobiWebhookSecret: 'signing',
    });
    expect(existsSync(folder)).toBe(false);
  });
});
