// A shop that has been busy for a month, made by SQL: customers, their journals and transcripts, a few who wait for a person.
// Rows have the sizes of real ones; what is sealed is sealed under one key, which costs a reader the same.
import type pg from 'pg';
import type { Vault } from '../../src/runtime/vault.ts';

export type Size = { customers: number; turnsEach: number; textsEach: number };

const STATES = [
  ['"browsing"', 50],
  ['"recommending"', 30],
  ['{"confirming":"sure"}', 8],
  ['{"fulfillment":"address"}', 6],
  ['{"payment":"awaiting"}', 5],
  ['{"payment":"preparing"}', 1],
] as const;
const WAITING_EVERY = 500;
const STAFF_EVERY = 1_000;
const CONTEXT_BYTES = 900;

/** Fills store 1. Customer `n` has the number +1212 and `n` in seven digits. */
export async function fill(pool: pg.Pool, vault: Vault, { customers, turnsEach, textsEach }: Size): Promise<void> {
  const dataKey = vault.createDataKey();
  const body = vault.seal(dataKey, 'do you have that book about the desert, the worms and the boy who sees too much?');
  const payload = vault.seal(
    dataKey,
    JSON.stringify({ event: { type: 'text.received' }, back: null, handled: true }).padEnd(500),
  );
  const context = JSON.stringify({ staffId: 'staff-1', offers: 'x'.repeat(CONTEXT_BYTES) });
  await pool.query(`INSERT INTO stores (id, slug, name, timezone, hours, currency, tax_rate_ppm, shipping_cents)
    VALUES (1, 'dungeon-books', 'Dungeon Books', 'America/New_York', '{"weekly":{"mon":[],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[],"sun":[]},"holidays":[]}', 'USD', 66250, 800)`);
  await pool.query(`CREATE TEMP TABLE crowd AS
    SELECT n, born, ${uuidSql('born', 'n')} AS key, now() - (n * interval '25 seconds') AS heard_at,
      (${stateSql()}) AS conversation, n % ${WAITING_EVERY} = 7 AS asked, n % ${STAFF_EVERY} = 9 AS kept
    FROM (SELECT n, now() - interval '40 days' + n * interval '1 second' AS born FROM generate_series(1, ${customers}) n) people`);
  await addActors(pool, vault, dataKey, context);
  await pool.query(
    `INSERT INTO threads (store_id, actor_key, channel, heard_seq, heard_at, opted_out, unread, read_at)
     SELECT 1, key, 'smobi', ${turnsEach}, heard_at, n % 200 = 3, CASE WHEN n % 3 = 0 THEN 0 ELSE 1 + n % 4 END, NULL FROM crowd`,
  );
  await pool.query(
    `INSERT INTO events (store_id, actor_key, seq, at, version, type, source, correlation_id, value, commands, payload)
     SELECT 1, key, seq, heard_at - (${turnsEach} - seq) * interval '40 seconds', 1, 'text.received', 'smobi', 'c-' || n,
       '{"conversation":' || conversation || ',"ear":"quiet"}', '', $1
     FROM generate_series(1, ${turnsEach}) seq, crowd`,
    [payload],
  );
  await pool.query(
    `INSERT INTO messages (store_id, id, actor_key, direction, by, kind, body_sealed, status, seq, position, line, at, updated_at)
     SELECT 1, ${uuidSql('said_at', "n || '/' || m")}, key, CASE WHEN m % 2 = 1 THEN 'inbound' ELSE 'outbound' END,
       CASE WHEN m % 2 = 1 THEN 'customer' ELSE 'marty' END, 'talk', $1,
       CASE WHEN m % 2 = 1 THEN 'received' WHEN n % 2000 = 11 AND m = ${textsEach} THEN 'failed' ELSE 'delivered' END, m, 1,
       CASE WHEN asked AND m = ${textsEach} THEN 'person.coming' END, said_at, said_at
     FROM (SELECT *, heard_at - (${textsEach} - m) * interval '60 seconds' AS said_at FROM crowd, generate_series(1, ${textsEach}) m) told`,
    [body],
  );
  await addNames(pool, vault, dataKey, customers);
  await pool.query('VACUUM ANALYZE');
  await pool.query('CHECKPOINT'); // writing two million rows down is not what is measured
}

async function addActors(pool: pg.Pool, vault: Vault, dataKey: Buffer, context: string): Promise<void> {
  const CHUNK = 5_000;
  const { rows } = await pool.query<{ n: number; key: string }>('SELECT n, key FROM crowd ORDER BY n');
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const phones = chunk.map(({ n }) => phoneOf(n));
    await pool.query(
      `INSERT INTO actors (store_id, key, machine, version, address_hash, address_sealed, data_key, seq, status, value, standing, tags, snapshot, created_at, updated_at)
       SELECT 1, c.key, 'customer', 1, p.hash, p.sealed, $3, 20, 'active', '{"conversation":' || conversation || ',"ear":"quiet"}',
         CASE WHEN heard_at < now() - interval '1 h' THEN conversation::jsonb::text END,
         CASE WHEN asked THEN '["needsStaff"]' WHEN kept THEN '["staff"]' ELSE '[]' END,
         '{"value":{"conversation":' || conversation || '},"context":' || $4 || ',"status":"active","historyValue":{},"children":{}}', born, heard_at
       FROM crowd c JOIN unnest($1::uuid[], $2::bytea[], $5::bytea[]) AS p (key, hash, sealed) ON p.key = c.key`,
      [
        chunk.map(({ key }) => key),
        phones.map((phone) => vault.lookupHash(`1/customer/${phone}`)),
        dataKey,
        context,
        phones.map((phone) => vault.sealShared(phone)),
      ],
    );
  }
}

async function addNames(pool: pg.Pool, vault: Vault, dataKey: Buffer, customers: number): Promise<void> {
  const { wordTokens } = await import('../../src/cli/shop/inbox/tokens.ts');
  const name = 'Morgana Pendragon';
  await pool.query(
    `INSERT INTO customers (store_id, actor_key, name_sealed) SELECT 1, key, $1 FROM crowd WHERE n % 10 = 0`,
    [vault.seal(dataKey, name)],
  );
  // One in a hundred is found by the name; the others have names of their own.
  await pool.query(
    `INSERT INTO search_tokens (store_id, token, actor_key, origin)
     SELECT 1, token, key, key FROM crowd, unnest($1::bytea[]) AS t (token) WHERE n % 100 = 0
     UNION ALL
     SELECT 1, substr(sha256((n % 20000 || '/' || w)::text::bytea), 1, 16), key, key FROM crowd, generate_series(1, 8) w WHERE n % 10 = 0`,
    [wordTokens(vault, 1, name)],
  );
  await pool.query(
    `INSERT INTO books (store_id, isbn13, title, authors, price_cents, currency, revision)
     VALUES (1, '9780441172719', 'Dune', '{Frank Herbert}', 1099, 'USD', 1)`,
  );
  await pool.query(
    `INSERT INTO book_mentions (store_id, actor_key, isbn13, said_by, last_at) SELECT 1, key, '9780441172719', 'marty', heard_at FROM crowd WHERE n % 50 = 0`,
  );
  await pool.query(
    `INSERT INTO orders (store_id, id, customer_key, state, fulfillment, currency, total_cents, tax_cents, shipping_cents, payment_status, concern, created_at, updated_at)
     SELECT 1, ${uuidSql('heard_at', "'order' || n")}, key, CASE WHEN n % 4 = 0 THEN 'ready' ELSE 'pickedUp' END, 'pickup', 'USD', 1172, 73, 0, 'paid',
       CASE WHEN n % 1000 = 0 THEN 'cancel_asked' END, heard_at, heard_at FROM crowd WHERE n <= ${Math.ceil(customers / 2)}`,
  );
}

export function phoneOf(n: number): string {
  return `+1212${String(n).padStart(7, '0')}`;
}

function stateSql(): string {
  let below = 0;
  const cases = STATES.map(([state, share]) => `WHEN n % 100 < ${(below += share)} THEN '${state}'`);
  return `CASE ${cases.join(' ')} END`;
}

/** SQL for a UUIDv7 of that instant, the rest of it from a seed. */
export function uuidSql(at: string, seed: string): string {
  return `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5((${seed})::text), 1, 3) || 'a' || substr(md5((${seed})::text), 4, 15))::uuid`;
}
