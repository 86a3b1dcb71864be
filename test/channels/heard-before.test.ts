// A text by its provider's name for it: only the same name in the same shop, on the same channel, is the same text.
import { expect, test } from 'vitest';
import { textsNamed } from '../../src/channels/heard-before.ts';
import type { NamedText } from '../../src/channels/heard-before.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const TEXT: NamedText = { storeId: 1, channel: 'twilio', providerId: 'SM1' };

/** `n` texts, SM1 and up, and a bubble that has the next name. */
async function hear(n: number): Promise<void> {
  await database.pool.query(
    `INSERT INTO messages (store_id, id, actor_key, direction, by, kind, body_sealed, channel, status, seq, provider_id, at, updated_at)
     SELECT 1, gen_random_uuid(), gen_random_uuid(), CASE WHEN i > $1 THEN 'outbound' ELSE 'inbound' END, 'customer', 'talk', '',
            'twilio', 'received', 1, 'SM' || i, now(), now() FROM generate_series(1, $1::int + 1) i`,
    [n],
  );
}

test('a text was heard before when its name is known in this shop, on this channel, and from a customer', async () => {
  await hear(1);
  const asked: NamedText[] = [
    TEXT,
    { ...TEXT, storeId: 2 },
    { ...TEXT, channel: 'smobi' },
    { ...TEXT, providerId: 'SM2' },
    { ...TEXT, providerId: 'SM3' },
  ];
  const found = await Promise.all(asked.map((text) => textsNamed(database.db, text)));
  expect(found.map((rows) => rows.length)).toEqual([1, 0, 0, 0, 0]);
});

test('a text is looked for by its name alone, not among all messages of the shop', async () => {
  await hear(5_000);
  await database.pool.query('ANALYZE messages');
  const { sql, params } = textsNamed(database.db, TEXT).toSQL();
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Cond: \(provider_id = 'SM1'/);
  expect(plan).not.toMatch(/Seq Scan/);
});
