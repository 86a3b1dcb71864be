import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { runKeysRotate } from '../../src/cli/commands/keys.ts';
import { KEYED_COLUMNS } from '../../src/cli/keys/key-columns.ts';
import { checkKeys, rotate } from '../../src/cli/keys/rotate.ts';
import { digitsToken } from '../../src/cli/shop/inbox/tokens.ts';
import { createVault } from '../../src/runtime/vault.ts';
import { useDatabase } from '../harness/database.ts';
import { bear, FIRST, LAST } from './customers.ts';
import { byteColumns, openedBy } from './former-key.ts';
import { openStore } from './open-store.ts';

const database = useDatabase();
const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const previously = createVault(OLD);
const ACTORS = 450; // more than two pages

const addresses = Array.from({ length: ACTORS }, (_, n) => `1/customer/+1201555${1000 + n}`);
const turn = () => rotate({ pool: database.pool, newest: NEW, previous: OLD });
const left = async (previous: Buffer | null = OLD) =>
  (await checkKeys({ pool: database.pool, newest: NEW, previous })).reduce(
    (n, part) => n + part.previous + part.neither,
    0,
  );

beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE actors, inbox, store_keys, key_rotations, search_tokens, cached_answers, stores CASCADE',
  );
  await openStore(database.pool, 1);
  await bear(
    database.pool,
    addresses.map(() => randomUUID()),
    addresses,
    previously,
  );
  await database.pool.query(
    `INSERT INTO inbox (store_id, actor_key, state, payload, type, not_before, created_at) VALUES (1, $1, 'aside', $2, 'a', now(), now())`,
    [randomUUID(), previously.sealShared('{}')],
  );
  await database.pool.query(
    `INSERT INTO cached_answers (store_id, question, reply_sealed, expires_at) VALUES (1, $1, $2, now() + interval '1 hour')`,
    [previously.lookupHash('question/hello'), previously.sealShared('{}')],
  );
});

describe('a rotation of PII_KEY', () => {
  test('knows of every column of raw bytes what it hangs on', async () => {
    const known = Object.entries(KEYED_COLUMNS).flatMap(([table, columns]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    );
    expect(known.toSorted()).toEqual((await byteColumns(database.pool)).toSorted());
  });

  test('leaves nothing that the old key opens or finds, and everything is found under the new one', async () => {
    const texts = [...addresses, 'question/hello'];
    expect(await openedBy(database.pool, OLD, texts)).toEqual({
      'actors.address_hash': ACTORS,
      'actors.address_sealed': ACTORS,
      'actors.data_key': ACTORS,
      'cached_answers.question': 1,
      'cached_answers.reply_sealed': 1,
      'inbox.payload': 1,
    });
    expect(await left()).toBe(ACTORS + 1);
    await turn();
    expect(await openedBy(database.pool, OLD, texts)).toEqual({});
    expect(await openedBy(database.pool, NEW, texts)).toEqual({
      'actors.address_hash': ACTORS,
      'actors.address_sealed': ACTORS,
      'actors.data_key': ACTORS,
      'inbox.payload': 1,
    });
    expect([await left(), await left(null)]).toEqual([0, 0]);
  });

  test('that ends halfway goes on where it was, and what was done stays as it is', async () => {
    const dies = rotate({
      pool: database.pool,
      newest: NEW,
      previous: OLD,
      onProgress: ({ rows }) => {
        if (rows === 400) throw new Error('killed');
      },
    });
    await expect(dies).rejects.toThrow('killed');
    const half = await rowsOf();
    expect(await left()).toBe(ACTORS + 1 - 400);
    const parts = await turn();
    expect(parts.find(({ part }) => part === 'actors')).toMatchObject({ rows: ACTORS, renewed: 50, previous: 0 });
    const whole = await rowsOf();
    expect([...whole].filter(([key, sealed]) => half.get(key) === sealed)).toHaveLength(400);
  });

  test('waits for nobody: what a turn has in hand is done in the next pass', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM actors ORDER BY key LIMIT 3 FOR NO KEY UPDATE');
    let looked = false;
    const parts = await rotate({
      pool: database.pool,
      newest: NEW,
      previous: OLD,
      onProgress: ({ doing }) => {
        if (doing !== 'check' || looked) return;
        looked = true;
        void client.query('COMMIT').then(() => client.release());
      },
    });
    expect(parts.find(({ part }) => part === 'actors')).toMatchObject({ renewed: ACTORS, previous: 0 });
  });

  test('gives nothing back to who was forgotten while it went by', async () => {
    let forgotten = 0;
    let before: Promise<unknown> = Promise.resolve();
    const forget = () =>
      database.pool.query(
        `UPDATE actors SET data_key = NULL, address_hash = NULL, address_sealed = NULL, status = 'forgotten'
         WHERE key IN (SELECT key FROM actors WHERE status = 'active' ORDER BY random() LIMIT 20)`,
      );
    await rotate({
      pool: database.pool,
      newest: NEW,
      previous: OLD,
      onProgress: () => {
        forgotten += 1;
        before = before.then(forget); // one after the other: two at once may wait for each other's rows
      },
    });
    await before;
    expect(forgotten).toBeGreaterThan(2);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS back FROM actors WHERE status = 'forgotten' AND num_nonnulls(data_key, address_hash, address_sealed) > 0`,
    );
    expect([rows, await left()]).toEqual([[{ back: 0 }], 0]);
  });

  test('is refused while another one runs', async () => {
    const ended = await Promise.allSettled([turn(), turn()]);
    expect(ended.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))).toEqual([
      'RotationUnderWay: another rotation is under way',
    ]);
    expect(await left()).toBe(0);
  });
});

describe('who is opened by no key that is set', () => {
  test('is counted, not stumbled over, and keeps what they are found by', async () => {
    const [known, strange] = [FIRST, LAST];
    await bear(database.pool, [known], ['1/customer/+12015550107'], previously);
    await bear(database.pool, [strange], ['1/customer/+12015550108'], createVault(randomBytes(32)));
    for (const [key, number] of [
      [known, '+12015550107'],
      [strange, '+12015550108'],
    ] as const)
      await database.pool.query(
        'INSERT INTO search_tokens (store_id, token, actor_key, origin) VALUES (1, $1, $2, $2)',
        [digitsToken(previously, 1, number), key],
      );
    const parts = await turn();
    expect(parts.find(({ part }) => part === 'search_tokens')).toMatchObject({
      rows: 2,
      renewed: 1,
      previous: 0,
      neither: 1,
    });
    const { rows } = await database.pool.query('SELECT token FROM search_tokens WHERE actor_key = $1', [strange]);
    expect(rows).toEqual([{ token: digitsToken(previously, 1, '+12015550108') }]);
  });
});

test('a look at the keys raises no alarm over what was changed while it looked', async () => {
  const vault = createVault(NEW);
  await bear(database.pool, [LAST], ['1/customer/+12015550109'], vault);
  await database.pool.query('INSERT INTO search_tokens (store_id, token, actor_key, origin) VALUES (1, $1, $2, $3)', [
    vault.lookupHash('a note').subarray(0, 16),
    LAST,
    randomUUID(),
  ]);
  const client = await database.pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE notes IN ACCESS EXCLUSIVE MODE'); // between the tokens and the words
  const looks = checkKeys({ pool: database.pool, newest: NEW, previous: OLD });
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query(
      `SELECT FROM pg_locks WHERE relation = 'notes'::regclass AND NOT granted`,
    );
    expect(rows).toHaveLength(1);
  }, 20_000);
  await client.query('DELETE FROM search_tokens');
  await client.query('COMMIT');
  client.release();
  const tokens = (await looks).find(({ part }) => part === 'search_tokens');
  expect(tokens).toMatchObject({ rows: 1, previous: 0, neither: 0 });
});

describe('two actors of one address, since a process knew the old key alone', () => {
  test('are told apart by their keys: the one of before keeps the address', async () => {
    const [address = ''] = addresses;
    const younger = await keyWith(previously.lookupHash(address));
    await bear(database.pool, [randomUUID()], [address], createVault(NEW));
    const older = await keyWith(createVault(NEW).lookupHash(address));
    const parts = await turn();
    const actors = parts.find(({ part }) => part === 'actors');
    expect(actors).toMatchObject({ rows: ACTORS + 1, renewed: ACTORS, previous: 0, duplicates: [younger] });
    expect([await keyWith(createVault(NEW).lookupHash(address)), await left(null)]).toEqual([older, 0]);
  });
});

test.each([{}, { check: true }])(
  '`keys rotate` (%j) with keys that do not fit says so, and changes nothing',
  async (flags) => {
    const key = () => randomBytes(32).toString('base64');
    const environment = { NODE_ENV: 'test', DATABASE_URL: database.url, SESSION_SECRET: key() };
    for (const [name, value] of Object.entries({ ...environment, PII_KEY: key(), PII_KEY_PREVIOUS: key() }))
      vi.stubEnv(name, value);
    await expect(runKeysRotate(flags)).rejects.toThrow(/^PII_KEY: it does not open what is stored/);
    vi.unstubAllEnvs();
    const { rows } = await database.pool.query('SELECT count(*)::int AS begun FROM key_rotations');
    expect([rows, await left()]).toEqual([[{ begun: 0 }], ACTORS + 1]);
  },
);

async function keyWith(hash: Buffer): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ key: string }>('SELECT key FROM actors WHERE address_hash = $1', [hash]);
  return rows[0]?.key;
}

async function rowsOf(): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ key: string; sealed: string }>(
    `SELECT key, encode(data_key || address_sealed || address_hash, 'hex') AS sealed FROM actors`,
  );
  return new Map(rows.map(({ key, sealed }) => [key, sealed]));
}
