import type { Pool } from 'pg';

/** A store of that number, with nothing in it. */
export async function openStore(pool: Pool, id: number): Promise<void> {
  await pool.query(
    `INSERT INTO stores (id, slug, name, timezone, hours, currency, tax_rate_ppm, shipping_cents)
     OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'Dungeon Books', 'America/New_York', '{"weekly": {}, "holidays": []}', 'USD', 0, 0)`,
    [id, `shop-${id}`],
  );
}
