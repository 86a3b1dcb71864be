// Notes on customers: sealed with the customer's own key, found by the words in them, forgotten with the customer.
import { uuidAt } from '../../../runtime/ids.ts';
import type { NotesDesk } from '../../../web/deps.ts';
import type { Note } from '../../../web/wire/conversation.ts';
import { dataKeyOf } from '../data-key.ts';
import type { Shop } from '../open-shop.ts';
import { staffNames } from './keepers.ts';
import { wordTokens } from './tokens.ts';

const SHOWN_MAX = 100;

export function notesDesk(shop: Shop): NotesDesk {
  const { pool } = shop.database;
  return {
    list: (storeId, key) => list(shop, storeId, key),
    async add({ storeId, key, staff, text }) {
      const dataKey = await dataKeyOf(shop.database, storeId, key);
      if (dataKey === null) return null;
      const at = new Date(shop.clock.now());
      const id = uuidAt(at.getTime());
      // One statement, so that no note is there that cannot be found.
      await pool.query(
        `WITH note AS (
           INSERT INTO notes (store_id, id, actor_key, staff_id, body_sealed, at) VALUES ($1, $2, $3, $4, $5, $6))
         INSERT INTO search_tokens (store_id, token, actor_key, origin) SELECT $1, token, $3, $2 FROM unnest($7::bytea[]) AS t (token)`,
        [storeId, id, key, staff.id, shop.vault.seal(dataKey, text), at, wordTokens(shop.vault, storeId, text)],
      );
      return { id, text, at: at.toISOString(), by: { id: staff.id, name: staff.name } };
    },
    async remove(storeId, key, id) {
      const { rowCount } = await pool.query(
        `WITH tokens AS (DELETE FROM search_tokens WHERE store_id = $1 AND actor_key = $2 AND origin = $3)
         DELETE FROM notes WHERE store_id = $1 AND actor_key = $2 AND id = $3`,
        [storeId, key, id],
      );
      return rowCount === 1;
    },
  };
}

/** Newest first, at most 100. */
async function list({ database, vault }: Shop, storeId: number, key: string): Promise<Note[]> {
  const { rows } = await database.pool.query<{ id: string; staff_id: string; body_sealed: Buffer; at: Date }>(
    `SELECT id, staff_id, body_sealed, at FROM notes WHERE store_id = $1 AND actor_key = $2 ORDER BY id DESC LIMIT ${SHOWN_MAX}`,
    [storeId, key],
  );
  const dataKey = await dataKeyOf(database, storeId, key);
  if (dataKey === null) return [];
  const names = await staffNames(
    database.pool,
    rows.map(({ staff_id: id }) => id),
  );
  return rows.map(({ id, staff_id: by, body_sealed: sealed, at }) => {
    const author = { id: by, name: names.get(by) ?? by };
    return { id, text: vault.open(dataKey, sealed), at: at.toISOString(), by: author };
  });
}
