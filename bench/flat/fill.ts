// Many customers with long journals, made by SQL out of what real turns have left: rows have the sizes that they have in life.
// A journal lies in its table as it grows there, turn after turn and in each turn everybody, so that one customer's rows are far apart.
import type pg from 'pg';
import { z } from 'zod';
import { createVault } from '../../src/runtime/vault.ts';
import { uuidSql } from '../console/fill.ts';
import { MASTER_KEY, naturalIdOf, STORE_ID } from '../turns/ours.ts';

/** `first`: the number of the first customer. Each has `turns` rows in the journal, and `taken` dedupe keys and settled commands. */
export type Crowd = { first: number; customers: number; turns: number; taken: number };

/** One customer at rest, and the last message's two turns, its key and its command. */
const Template = z.object({ actor: z.string(), text: z.string(), answer: z.string() });
type Template = z.infer<typeof Template>;

const CHUNK = 20_000;

/** Keeps one real customer's rows aside, in tables `real_…`; all others are made of it. */
export async function keepTemplate(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query('SELECT key AS actor FROM actors ORDER BY seq DESC LIMIT 1');
  const actor = Template.shape.actor.parse(rows[0]?.actor);
  await pool.query(`CREATE TABLE real_actors AS SELECT * FROM actors WHERE key = '${actor}'`);
  await pool.query(
    `CREATE TABLE real_events AS SELECT row_number() OVER (ORDER BY seq) - 1 AS nth, e.* FROM events e
     WHERE actor_key = '${actor}' AND seq > (SELECT seq - 2 FROM real_actors)`,
  );
  await pool.query(`CREATE TABLE real_commands AS SELECT * FROM commands WHERE actor_key = '${actor}' LIMIT 1`);
}

/** Empties the tables and fills them; no write-ahead log is written for that. @param tell shares done, 0…1 */
export async function fill(pool: pg.Pool, crowds: readonly Crowd[], tell: (done: number) => void): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('CREATE TABLE crowd (n int, key uuid, hash bytea, turns int, taken int)');
    for (const crowd of crowds) await addCrowd(client, crowd);
    await client.query('CREATE INDEX ON crowd (turns)');
    await client.query('ANALYZE crowd');
    await client.query('BEGIN');
    await client.query('TRUNCATE actors, events, dedupe, commands');
    await client.query('ALTER TABLE events DROP CONSTRAINT events_store_id_actor_key_seq_at_pk'); // made in one go, at the end
    await addActors(client);
    await addTurns(client, Math.max(...crowds.map(({ turns }) => turns)), tell);
    await addTaken(client);
    await client.query("SET maintenance_work_mem = '1GB'");
    await client.query(
      'ALTER TABLE events ADD CONSTRAINT events_store_id_actor_key_seq_at_pk PRIMARY KEY (store_id, actor_key, seq, at)',
    );
    await client.query('COMMIT');
    await client.query('VACUUM (FREEZE, ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    client.release();
  }
}

async function addCrowd(client: pg.PoolClient, { first, customers, turns, taken }: Crowd): Promise<void> {
  const vault = createVault(MASTER_KEY);
  const hashOf = (n: number) => vault.lookupHash(`${STORE_ID}/customer/${naturalIdOf(n)}`);
  for (let from = first; from < first + customers; from += CHUNK) {
    const numbers = Array.from({ length: Math.min(CHUNK, first + customers - from) }, (_, n) => from + n);
    await client.query(
      `INSERT INTO crowd SELECT n, ${uuidSql("timestamptz '2025-06-01' + n * interval '1 second'", 'n')}, hash, $3, $4
       FROM unnest($1::int[], $2::bytea[]) AS one (n, hash)`,
      [numbers, numbers.map(hashOf), turns, taken],
    );
  }
}

async function addActors(client: pg.PoolClient): Promise<void> {
  const columns = await columnsOf(client, 'actors');
  const own = { key: 'c.key', address_hash: 'c.hash', seq: 'c.turns' };
  await client.query(insertion('actors', columns, own, 'real_actors r, crowd c'));
}

// The journal's instants: a turn of everybody each hour, the last one a day ago.
async function addTurns(client: pg.PoolClient, turns: number, tell: (done: number) => void): Promise<void> {
  const columns = await columnsOf(client, 'events');
  for (let seq = 1; seq <= turns; seq++) {
    const at = `date_trunc('day', now()) - interval '1 day' - (c.turns - ${seq}) * interval '1 hour'`;
    const own = { actor_key: 'c.key', seq: `${seq}`, at };
    const from = `real_events r JOIN crowd c ON c.turns >= ${seq} WHERE r.nth = ${seq} % 2`;
    await client.query(insertion('events', columns, own, from));
    tell(seq / turns);
  }
}

async function addTaken(client: pg.PoolClient): Promise<void> {
  const taken = 'crowd c, generate_series(1, c.taken) AS nth';
  await client.query(
    `INSERT INTO dedupe (store_id, actor_key, key, at)
     SELECT ${STORE_ID}, c.key, 'ours-redis-' || c.n || '-' || nth, now() - interval '1 day' FROM ${taken}`,
  );
  const own = { id: uuidSql("now() - interval '1 day'", "c.n || '/' || nth"), actor_key: 'c.key', seq: 'nth' };
  await client.query(insertion('commands', await columnsOf(client, 'commands'), own, `real_commands r, ${taken}`));
}

async function columnsOf(client: pg.PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** Every column as the template has it, but for its `own`. */
function insertion(table: string, columns: readonly string[], own: Record<string, string>, from: string): string {
  const values = columns.map((column) => own[column] ?? `r.${column}`);
  return `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${from}`;
}
