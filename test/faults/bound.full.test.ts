// More texts than the shop can hold: what is over the bound is turned away at once, the rest is kept, and then all is well.
import { equal } from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { NOTICE } from '../shop/lines.ts';
import { useShop } from '../shop/kit.ts';
import { insist } from './crowd.ts';

const shop = useShop();
/** One lane holds 2,000 events and a batch. */
const TEXTS = 2_300;
const SURELY_REFUSED = 150;
const PATIENCE_MS = 300_000;

describe('G1 load past the bound', () => {
  test('is answered 503 at once; what was accepted is kept once, and the next text is taken in', async () => {
    const reader = shop().phone();
    await reader.asks('hello', NOTICE);
    const answers: Response[] = [];
    const blocker = await shop().pool.connect();
    await blocker.query('BEGIN; LOCK TABLE actors IN ACCESS EXCLUSIVE MODE'); // nothing can commit
    const send = async (_: unknown, n: number) => {
      answers.push(await insist(() => reader.sends({ text: `text ${n}`, messageId: `bound-${n}` }))); // as a provider does, where it is cut off
    };
    const all = Promise.all(Array.from({ length: TEXTS }, send));
    all.catch(() => undefined); // heard below
    try {
      await until(() => equal(refused().length >= SURELY_REFUSED, true), PATIENCE_MS);
      expect(answers.filter(({ status }) => status === 202)).toEqual([]); // no refusal had to wait for a commit
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    await all;
    expect(refused().every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    const accepted = answers.filter(({ status }) => status === 202).length;
    expect(accepted + refused().length).toBe(TEXTS);
    expect(await kept()).toBe(accepted);
    expect((await reader.sends({ text: 'are you still there?' })).status).toBe(202);
    await shop().passes('limitWindow', { machine: 'customer', id: reader.number }); // so many texts are more than one may send

    function refused(): Response[] {
      return answers.filter(({ status }) => status === 503);
    }
  }, 600_000);

  async function kept(): Promise<number> {
    const { rows } = await shop().pool.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM events WHERE type = 'text.received'",
    );
    return (rows[0]?.count ?? 0) - 1; // the greeting
  }
});
