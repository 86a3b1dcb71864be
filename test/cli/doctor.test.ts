// The doctor before a healthy patient and before each way to be ill, with the real clients and the local fakes.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runDoctor } from '../../src/cli/commands/doctor.ts';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { examine, isWrong } from '../../src/cli/doctor/doctor.ts';
import type { Patient } from '../../src/cli/doctor/doctor.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { judged } from '../../src/cli/doctor/queue.ts';
import { reportOf } from '../../src/cli/doctor/report.ts';
import { grantTo } from '../../src/cli/migrations/roles.ts';
import { setStoreKeys } from '../../src/commerce/store-keys.ts';
import { addStore } from '../../src/commerce/stores.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import { FakeSquare } from '../fakes/square.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { BookService } from '../fakes/book-service.ts';
import { useDatabase } from '../harness/database.ts';
import { describeWithRedis } from '../harness/redis.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const database = useDatabase();
const smobi = new FakeSmobi();
const square = new FakeSquare();
const hardcover = new FakeHardcover();
const openLibrary = new FakeOpenLibrary();
/** Marty as the outside reaches him. */
const front = new BookService(({ path }) =>
  path === '/health/live' ? { status: 200, body: { status: 'live' } } : { status: 404, body: {} },
);
let twilio = new FakeTwilio();
let claude: FakeAnthropic;
let env: Record<string, string> = {};

const TEST_MS = 120_000;
const GIB = 1024 ** 3;
const DAY_MS = 24 * 60 * 60_000;
const FROM = '+12015550100';
const PII_KEY = randomBytes(32).toString('base64');

beforeAll(async () => {
  claude = await startFakeAnthropic();
  await Promise.all([smobi, square, hardcover.service, openLibrary.service, front].map((fake) => fake.start()));
  await prepare(readConfig(healthy()), () => undefined);
});
afterAll(async () => {
  await Promise.all([smobi, square, hardcover.service, openLibrary.service, front].map((fake) => fake.stop()));
  await Promise.all([claude.close(), twilio.stop()]);
});
beforeEach(async () => {
  if (twilio.url !== '') await twilio.stop();
  twilio = await new FakeTwilio().start();
  twilio.numbers.set(FROM, { sms_url: `${front.url}/webhook/twilio`, capabilities: { sms: true } });
  env = healthy();
});

function healthy(): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    PUBLIC_URL: front.url,
    SESSION_SECRET: 'correct-horse-battery-staple',
    PII_KEY,
    STORE_PHONE: FROM,
    SMOBI_API_URL: smobi.url,
    SMOBI_API_KEY: smobi.key,
    SMOBI_WEBHOOK_SECRET: 'smobi-signs-with-this',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: FROM,
    TWILIO_BASE_URL: twilio.url || 'http://127.0.0.1:2',
    SQUARE_ACCESS_TOKEN: square.accessToken,
    SQUARE_LOCATION_ID: square.locationId,
    SQUARE_BASE_URL: square.url,
    SQUARE_WEBHOOK_SIGNATURE_KEY: square.signatureKey,
    ANTHROPIC_API_KEY: claude.counts.key,
    ANTHROPIC_BASE_URL: claude.url,
    ANTHROPIC_MODEL: 'claude-test',
    HARDCOVER_API_KEY: hardcover.token,
    HARDCOVER_API_URL: hardcover.url,
    OPEN_LIBRARY_API_URL: openLibrary.url,
  };
}

async function look(change: Partial<Patient> = {}): Promise<Finding[]> {
  const machine = { nodeVersion: '20.20.0', now: Date.now, freeBytes: async () => 9 * GIB, patienceMs: TEST_MS };
  const found = await examine({ env, ...machine, ...change });
  // A busy machine may let a connection wait longer than our own patience; that is said without a code.
  return found.some(({ says }) => says === 'cannot be asked (Error)') ? look(change) : found;
}

/** What is said of one part, without what is well. */
async function ailments(part: string, change: Partial<Patient> = {}): Promise<string[]> {
  const found = (await look({ only: part, ...change })).filter((one) => one.part === part && one.verdict !== 'well');
  expect(found.every(({ mend, verdict }) => verdict === 'off' || (mend ?? '') !== '')).toBe(true);
  return found.map(({ verdict, says }) => `${verdict}: ${says}`);
}

describe('a healthy shop', () => {
  test('is well in every part, and the part of it that is plain http is spoken of', async () => {
    const found = await look();
    const ill = found.filter(({ verdict }) => verdict !== 'well' && verdict !== 'off');
    expect(ill.map(({ part, says }) => `${part}: ${says}`)).toEqual([`PUBLIC_URL: ${front.url} is not https`]);
    expect(isWrong(found)).toBe(false);
    expect(found.filter(({ verdict }) => verdict === 'well').map(({ part }) => part)).toEqual(
      expect.arrayContaining(
        'Node.js settings database schema role partitions clock queue secrets Smobi Twilio Square Claude Hardcover'.split(
          ' ',
        ),
      ),
    );
    expect(square.heard).toContain('GET /v2/locations');
    expect([smobi.delivered, twilio.delivered, claude.requests]).toEqual([[], [], []]);
  });

  test('is asked for one part by however its name is typed, and never well where no part is called so', async () => {
    expect((await look({ only: 'openlibrary' })).map(({ part }) => part)).toContain('Open Library');
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await expect(runDoctor('opnlibrary', {})).rejects.toThrow(/^There is no part "opnlibrary"/);
    vi.unstubAllEnvs();
  });

  test('leaves no queue behind', async () => {
    await look({ only: 'queue' });
    const { rows } = await database.pool.query(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'bullmq' AND column_name = 'queue'`,
    );
    for (const { name } of rows) {
      const left = await database.pool.query(`SELECT 1 FROM bullmq.${name} WHERE queue::text LIKE 'doctor-%'`);
      expect([name, left.rowCount]).toEqual([name, 0]);
    }
  });

  test('is a line a part on the terminal, with what to do below what is not well', () => {
    const text = reportOf(
      [
        { part: 'Node.js', verdict: 'well', says: '20.20.0', mend: null },
        { part: 'Square', verdict: 'wrong', says: 'the token is refused', mend: 'make a new one' },
        { part: 'Twilio', verdict: 'off', says: 'not set up', mend: null },
      ],
      false,
    );
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      '  ✓ Node.js  20.20.0',
      '  ✗ Square   the token is refused',
      '             mend: make a new one',
      '  – Twilio   not set up',
      '  1 wrong, 0 to look at, 1 well.',
    ]);
  });
});

describe('the ground', () => {
  test('Node.js that is too old is wrong', async () => {
    expect(await ailments('Node.js', { nodeVersion: '20.18.3' })).toEqual(['wrong: 20.18.3 is too old']);
  });

  test('settings that stop the start are each named, and nothing else is asked', async () => {
    env = { ...env, PORT: 'abc', SQUARE_LOCATION_ID: '' };
    const found = await look();
    expect(found.filter(({ verdict }) => verdict === 'wrong').map(({ says }) => says)).toEqual([
      'PORT: read "abc"; allowed: a whole number from 1 to 65535',
    ]);
    env['PORT'] = '8080';
    expect(await ailments('settings')).toEqual([
      'wrong: SQUARE_LOCATION_ID: not set, and Square needs it because SQUARE_ACCESS_TOKEN is set',
    ]);
  });

  test('a misspelt variable is spoken of', async () => {
    env['SQUARE_ACCES_TOKEN'] = 'secret-in-the-wrong-place';
    expect(await ailments('settings')).toEqual(['look: SQUARE_ACCES_TOKEN is read by nobody']);
  });

  test('a disk without room for the embedded database is wrong', async () => {
    env = { MARTY_DATA_DIR: '/nowhere/at/all' };
    expect(await ailments('disk', { freeBytes: async () => 0.1 * GIB })).toEqual([
      'wrong: 0.1 GiB free for the embedded database',
    ]);
    expect(await ailments('disk', { freeBytes: async () => 1 * GIB })).toHaveLength(1);
    expect(await ailments('database')).toEqual(['look: the embedded one is not made yet']);
    expect(await ailments('secrets')).toEqual([]);
  });

  test('an address where nobody answers, or somebody else does, is wrong in production and worth a look before', async () => {
    env['PUBLIC_URL'] = 'http://127.0.0.1:2';
    expect((await ailments('PUBLIC_URL')).at(-1)).toBe('wrong: nobody answers at http://127.0.0.1:2 (ECONNREFUSED)');
    env['PUBLIC_URL'] = hardcover.service.url;
    expect((await ailments('PUBLIC_URL')).at(-1)).toMatch(/^wrong: .+ answers 404, and not as Marty$/);
    env['NODE_ENV'] = 'development';
    expect((await ailments('PUBLIC_URL')).at(-1)).toMatch(/^look: /);
  });
});

describe('the database', () => {
  test('that is not there is wrong, and what stands on it is not asked', async () => {
    env['DATABASE_URL'] = 'postgres://marty:hunter2hunter2@127.0.0.1:2/marty';
    const found = await look();
    expect(found.find(({ part }) => part === 'database')?.says).toBe('cannot be asked (ECONNREFUSED)');
    expect(found.map(({ part }) => part)).not.toContain('schema');
    expect(found.map(({ part }) => part)).toContain('Claude');
  });

  test('that lets us not in, or is another one, is told apart', async () => {
    const other = new URL(database.url);
    other.pathname = '/no_such_database';
    env['DATABASE_URL'] = other.toString();
    expect(await ailments('database')).toEqual(['wrong: cannot be asked (3D000)']);
  });

  test('without the schema of this build is wrong', async () => {
    await database.pool.query('ALTER TABLE drizzle.__drizzle_migrations RENAME TO hidden');
    expect(await ailments('schema')).toEqual(['wrong: not that of this build']);
    await database.pool.query('ALTER TABLE drizzle.hidden RENAME TO __drizzle_migrations');
  });

  test('whose clock is elsewhere is wrong by half a minute and worth a look by a few seconds', async () => {
    expect(await ailments('clock', { now: () => Date.now() + 120_000 })).toEqual([
      expect.stringMatching(/^wrong: 1[12]\d s from the database's$/),
    ]);
    expect(await ailments('clock', { now: () => Date.now() - 8_000 })).toEqual([
      expect.stringMatching(/^look: \d+ s from the database's$/),
    ]);
  });

  test('whose partitions end with this month is worth a look', async () => {
    const inHalfAYear = () => Date.now() + 183 * DAY_MS;
    expect(await ailments('partitions', { now: inHalfAYear })).toEqual([
      expect.stringMatching(/^look: events_\d{4}_\d\d, events_.+ not there/),
    ]);
  });
});

describe('the role of the running program', () => {
  const role = `doctor_${process.pid}`;
  beforeAll(async () => {
    await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'app'`);
  });
  beforeEach(() => {
    const address = new URL(database.url);
    [address.username, address.password] = [role, 'app'];
    env['DATABASE_URL'] = address.toString();
  });
  afterAll(async () => {
    await database.pool.query(`DROP OWNED BY ${role}`);
    await database.pool.query(`DROP ROLE ${role}`);
  });

  test('with just the rights it needs is well, queue and all', async () => {
    await grantTo(database.pool, role);
    const found = await look();
    const said = found.find(({ part }) => part === 'role');
    expect([said?.verdict, said?.says]).toEqual(['well', `${role}, no more than it needs`]);
    expect(found.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  });

  test('without one of them is wrong, and the command that mends it is named', async () => {
    await grantTo(database.pool, role);
    await database.pool.query(`REVOKE UPDATE ON public.orders FROM ${role}`);
    const said = (await look({ only: 'role' })).find(({ part }) => part === 'role');
    expect(said).toMatchObject({ verdict: 'wrong', says: `${role} may not use public.orders` });
    expect(said?.mend).toContain(`migrate --grant-to ${role}`);
  });
});

describe('the secrets', () => {
  test('that can be guessed are wrong in production', async () => {
    env['SESSION_SECRET'] = 'aaaaaaaaaaaaaaaa';
    env['PII_KEY'] = Buffer.alloc(32, 7).toString('base64');
    expect(await ailments('secrets')).toEqual([
      'wrong: SESSION_SECRET can be guessed',
      'wrong: PII_KEY can be guessed',
    ]);
  });

  test('of another database are wrong, and a rotation that is not done, or whose old key is still set, is worth a look', async () => {
    const other = randomBytes(32);
    await database.pool.query(
      `INSERT INTO actors (store_id, key, machine, version, data_key, seq, status, value, tags, created_at, updated_at)
       VALUES (1, '0190a000-0000-7000-8000-00000000000f', 'customer', 1, $1, 0, 'active', '{}', '[]', now(), now())`,
      [createVault(other).createDataKey()],
    );
    expect(await ailments('secrets')).toEqual(['wrong: PII_KEY does not open what is stored']);
    env['PII_KEY_PREVIOUS'] = other.toString('base64');
    expect(await ailments('secrets')).toEqual(['look: not everything is under PII_KEY yet']);
    await database.pool.query('DELETE FROM actors');
    expect(await ailments('secrets')).toEqual(['look: PII_KEY_PREVIOUS is still set']);
  });
});

describe('Smobi', () => {
  test.each([
    [401, 'wrong: the key is refused (401)'],
    [404, 'wrong: there is no /messages (404)'],
    [503, 'wrong: is in trouble (503)'],
    [429, 'look: answers 429 to a text without words: nobody can tell whether the key fits'],
  ])('that answers %i: %s', async (fault, says) => {
    smobi.faults = [fault];
    expect(await ailments('Smobi')).toEqual([says]);
  });

  test('with a wrong key, or at an address where nobody is, is wrong', async () => {
    env['SMOBI_API_KEY'] = 'not-it';
    expect(await ailments('Smobi')).toEqual(['wrong: the key is refused (401)']);
    env['SMOBI_API_URL'] = 'http://127.0.0.1:2/v1';
    expect(await ailments('Smobi')).toEqual(['wrong: nobody answers (ECONNREFUSED)']);
  });

  test('without what it signs with is wrong in development too: no text of its would be believed', async () => {
    delete env['SMOBI_WEBHOOK_SECRET'];
    env['NODE_ENV'] = 'development';
    expect(await ailments('Smobi')).toEqual(['wrong: SMOBI_WEBHOOK_SECRET is not set: every text is turned away']);
  });
});

describe('Twilio', () => {
  test('with a wrong token is wrong', async () => {
    env['TWILIO_AUTH_TOKEN'] = 'not-it';
    expect(await ailments('Twilio')).toEqual(['wrong: the account or its token is refused (401)']);
  });

  test('with a suspended account, or without our number, is wrong', async () => {
    twilio.account = 'suspended';
    expect(await ailments('Twilio')).toEqual(['wrong: the account is suspended']);
    twilio.account = 'active';
    twilio.numbers.clear();
    expect(await ailments('Twilio')).toEqual(['wrong: the account has no such number']);
  });

  test('whose number sends no texts is wrong, and one that sends them elsewhere is worth a look', async () => {
    twilio.numbers.set(FROM, { sms_url: '', capabilities: { sms: false } });
    expect(await ailments('Twilio')).toEqual(['wrong: the number sends no texts']);
    twilio.numbers.set(FROM, { sms_url: 'https://old.example/sms', capabilities: { sms: true } });
    expect(await ailments('Twilio')).toEqual(['look: the number is there, but texts to it go elsewhere']);
  });

  test('whose messaging service is another account’s is wrong', async () => {
    env['TWILIO_MESSAGING_SERVICE_SID'] = 'MG1';
    expect(await ailments('Twilio')).toEqual(['wrong: the account has no such messaging service']);
    twilio.services.set('MG1', {
      inbound_request_url: `${front.url}/webhook/twilio`,
      use_inbound_webhook_on_number: false,
    });
    expect(await ailments('Twilio')).toEqual([]);
  });
});

describe('Square', () => {
  const [main] = square.books.locations;
  const place = (change: object) => (square.books.locations = main ? [{ ...main, ...change }] : []);
  beforeEach(() => place({}));

  test('with a wrong token is wrong', async () => {
    env['SQUARE_ACCESS_TOKEN'] = 'not-it';
    expect(await ailments('Square')).toEqual(['wrong: the token is refused']);
  });

  test.each([
    [{ id: 'L9' }, 'wrong: has no location L1'],
    [{ status: 'INACTIVE' }, 'wrong: the location is INACTIVE'],
    [{ currency: 'CAD' }, 'wrong: sells in CAD, the shop in USD'],
    [{ capabilities: [] }, 'wrong: the location may not take cards yet'],
  ])('whose location is %j: %s', async (change, says) => {
    place(change);
    expect(await ailments('Square')).toEqual([says]);
  });

  test('that is down is wrong', async () => {
    square.isDown = 503;
    expect(await ailments('Square')).toEqual(['wrong: does not answer (outage)']);
    square.isDown = null;
  });

  test('without a signature key, or told to call elsewhere, is wrong', async () => {
    env['SQUARE_WEBHOOK_SIGNATURE_KEY'] = '';
    env['SQUARE_WEBHOOK_URL'] = 'https://old.example/webhook/square';
    expect(await ailments('Square')).toEqual([
      expect.stringMatching(/^wrong: SQUARE_WEBHOOK_SIGNATURE_KEY is not set/),
      `wrong: SQUARE_WEBHOOK_URL is https://old.example/webhook/square, and Marty listens at ${front.url}/webhook/square`,
    ]);
  });
});

describe('Claude', () => {
  beforeEach(() => (claude.counts.fault = null));

  test('with a wrong key, an unknown model, or nobody there, is wrong', async () => {
    env['ANTHROPIC_API_KEY'] = 'not-it';
    expect(await ailments('Claude')).toEqual(['wrong: the key is refused (401)']);
    env = { ...healthy(), ANTHROPIC_MODEL: 'claude-that-was' };
    expect(await ailments('Claude')).toEqual(['wrong: there is no model claude-that-was for this key']);
    env = { ...healthy(), ANTHROPIC_BASE_URL: 'http://127.0.0.1:2' };
    expect(await ailments('Claude')).toEqual([expect.stringMatching(/^wrong: nobody answers/)]);
  });

  test.each([
    [529, 'wrong: answers 529'],
    [429, 'look: says that we ask too often'],
  ])('that answers %i: %s', async (fault, says) => {
    claude.counts.fault = fault;
    expect(await ailments('Claude')).toEqual([says]);
  });
});

describe('the sources of books', () => {
  test('with a wrong key, or in trouble, are wrong', async () => {
    env['HARDCOVER_API_KEY'] = 'not-it';
    openLibrary.service.faults = [503];
    expect(await ailments('Hardcover')).toEqual(['wrong: the key is refused']);
    openLibrary.service.faults = [503];
    expect(await ailments('Open Library')).toEqual(['wrong: does not answer (unavailable)']);
    openLibrary.service.faults = ['malformed'];
    expect(await ailments('Open Library')).toEqual(['wrong: answers something else than was agreed']);
  });

  test('are spoken of when a token is about to end, and wrong once it has', async () => {
    const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
    env['HARDCOVER_TOKEN_EXPIRY'] = day(5);
    expect(await ailments('Hardcover')).toEqual([`look: the token ends on ${day(5)}`]);
    env['HARDCOVER_TOKEN_EXPIRY'] = day(-5);
    expect(await ailments('Hardcover')).toEqual([`wrong: the token has ended on ${day(-5)}`]);
  });
});

describe('shops', () => {
  const hours = { weekly: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }, holidays: [] };
  const tower = { slug: 'tower', name: 'Tower', timezone: 'America/Chicago', hours, phone: '+12015550177' };

  test('are looked at one by one, keys of their own with them', async () => {
    const { db } = database;
    const { id } = await addStore(db, { ...tower, currency: 'CAD', taxRatePpm: 0, shippingCents: 0 });
    const vault = createVault(Buffer.from(PII_KEY, 'base64'));
    await setStoreKeys(db, vault, id, { SQUARE_ACCESS_TOKEN: square.accessToken });
    expect(await ailments('shop tower')).toEqual([
      'look: is never open',
      'wrong: SQUARE_LOCATION_ID: not set, and Square needs it because SQUARE_ACCESS_TOKEN is set',
    ]);
    const own = { SQUARE_LOCATION_ID: 'L1', SQUARE_BASE_URL: square.url, SQUARE_WEBHOOK_SIGNATURE_KEY: 'signs' };
    await setStoreKeys(db, vault, id, own);
    expect(await ailments('Square (tower)')).toEqual(['wrong: sells in USD, the shop in CAD']);
    env['PII_KEY'] = randomBytes(32).toString('base64');
    expect(await ailments('shops')).toEqual(['wrong: their keys cannot be opened']);
    await database.pool.query('DELETE FROM store_keys');
    await database.pool.query('DELETE FROM stores WHERE slug = $1', ['tower']);
  });

  test('whose zone or hours nobody can read, or whom no text reaches, are wrong', async () => {
    await database.pool.query(`UPDATE stores SET timezone = 'Mars/Olympus' WHERE slug = 'main'`);
    expect(await ailments('shop main')).toEqual(['wrong: nobody knows the zone Mars/Olympus']);
    await database.pool.query(`UPDATE stores SET timezone = 'America/New_York', phone = NULL WHERE slug = 'main'`);
    expect(await ailments('shop main')).toEqual(['look: has no number of its own']);
    await database.pool.query(`UPDATE stores SET phone = $1, hours = '{"weekly":1}' WHERE slug = 'main'`, [FROM]);
    expect(await ailments('shop main')).toEqual(['wrong: its opening hours cannot be read']);
  });
});

describe('what the doctor says', () => {
  test('holds no secret, whatever is wrong', async () => {
    const secrets = {
      DATABASE_URL: 'postgres://marty:s3cret-password@127.0.0.1:2/marty',
      REDIS_URL: 'redis://:s3cret-redis@127.0.0.1:2',
      SESSION_SECRET: 's3cret-s3cret-s3cret',
      SMOBI_API_KEY: 's3cret-smobi',
      SMOBI_WEBHOOK_SECRET: 's3cret-webhook',
      TWILIO_AUTH_TOKEN: 's3cret-twilio',
      SQUARE_ACCESS_TOKEN: 's3cret-square',
      SQUARE_WEBHOOK_SIGNATURE_KEY: 's3cret-signature',
      ANTHROPIC_API_KEY: 's3cret-claude',
      HARDCOVER_API_KEY: 's3cret-hardcover',
      STAFF_API_TOKEN: 's3cret-staff',
    };
    env = { ...env, ...secrets };
    const found = await look();
    expect(found.filter(({ verdict }) => verdict === 'wrong').length).toBeGreaterThan(5);
    const said = JSON.stringify(found) + reportOf(found, true);
    expect(said).not.toContain('s3cret');
    expect(said).not.toContain(PII_KEY);
  });
});

describe('Redis', () => {
  test('that is too old, or throws jobs away, is wrong', () => {
    const info = (version: string, policy: string) => `redis_version:${version}\r\nmaxmemory_policy:${policy}\r\n`;
    expect(judged(info('7.2.4', 'noeviction'))).toMatchObject({ verdict: 'well' });
    expect(judged(info('4.0.9', 'allkeys-lru'))).toMatchObject([
      { says: '4.0.9 is too old' },
      { says: 'throws jobs away when it is full (allkeys-lru)' },
    ]);
  });

  test('that is not there is wrong, and so is the queue in it', async () => {
    env['REDIS_URL'] = 'redis://127.0.0.1:2';
    expect(await ailments('Redis')).toEqual(['wrong: cannot be asked (ECONNREFUSED)']);
    expect(await ailments('queue')).toEqual([expect.stringMatching(/^wrong: no ticket comes through/)]);
  });
});

describeWithRedis('a real Redis', (redis) => {
  test('is asked, and a ticket goes through it and leaves nothing', async () => {
    env['REDIS_URL'] = redis.url;
    const found = await look();
    expect(found.filter(({ part }) => part === 'Redis' || part === 'queue')).toMatchObject([
      { verdict: 'well' },
      { says: 'a ticket came through Redis', verdict: 'well' },
    ]);
  });
});
