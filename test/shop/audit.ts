// The rules of rules.ts as an assertion.
import type { Pool } from 'pg';
import { expect } from 'vitest';
import type { Ask, Stock } from './rules.ts';
import { brokenRules } from './rules.ts';

/** Asks through a pool. */
export function asking(pool: Pool): Ask {
  return async (text, values) => (await pool.query<Record<string, unknown>>(text, values)).rows;
}

/** @param came what came into the shop, as far as the test knows: nothing else may have appeared or gone */
export async function audit(pool: Pool, came: Stock): Promise<void> {
  expect(await brokenRules(asking(pool), came)).toEqual({});
}
