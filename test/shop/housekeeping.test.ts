// What a shop that is never restarted does by itself.
import { expect, test } from 'vitest';
import { keepHouse } from '../../src/cli/shop/work.ts';
import { useShop } from './kit.ts';
import { freeStuckBubbles } from '../../src/cli/shop/stuck-bubbles.ts';

const shop = useShop();

async function partitions(): Promise<string[]> {
  const { rows } = await shop().pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent IN ('events'::regclass, 'messages'::regclass) ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
/** Those that can be made again. */
async function dropPartitions(): Promise<void> {
  const made = (await partitions()).filter((name) => !name.endsWith('_default'));
  await shop().pool.query(made.map((name) => `DROP TABLE ${name}`).join('; '));
}

test('the months to come have their partitions before they begin', async () => {
  await keepHouse(shop().shop);
  const made = await partitions();
  await dropPartitions();
  expect(await partitions()).toEqual(['events_default', 'messages_default']);
  await keepHouse(shop().shop);
  expect(await partitions()).toEqual(made);
  expect(made).toHaveLength(8);
});

test('a step of a round that fails is named and counted, and all others are done', async () => {
  const { shop: open } = shop();
  const sweepExpired = () => Promise.reject(new Error('no'));
  await dropPartitions();
  const services = { ...open.services, stock: { ...open.services.stock, sweepExpired } };
  expect(await keepHouse({ ...open, services })).toEqual(['reservations']);
  expect(await partitions()).toHaveLength(8);
  expect(await open.telemetry.registry.metrics()).toContain('marty_housekeeping_failures_total{step="reservations"} 1');
});

test('bubbles whose sender gave up leave in the next round', async () => {
  const { pool } = shop();
  const reader = shop().phone();
  await reader.texts('hello');
  await shop().rest();
  await pool.query(`UPDATE commands SET status = 'failed', code = 'exhausted' WHERE name = 'deliver'`);
  await pool.query(`UPDATE messages SET status = 'queued' WHERE direction = 'outbound' AND kind = 'fact'`);
  expect(await freeStuckBubbles({ ...shop().shop, now: Date.now })).toBe(1);
  await shop().rest();
  const { rows } = await pool.query(
    `SELECT DISTINCT status FROM messages WHERE direction = 'outbound' AND kind = 'fact'`,
  );
  expect(rows).toEqual([{ status: 'delivered' }]);
  await pool.query(`UPDATE commands SET status = 'done', code = NULL WHERE status = 'failed'`);
});
