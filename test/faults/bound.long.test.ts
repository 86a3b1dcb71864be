// More texts than the shop can hold: what is over the bound is turned away at once, the rest is kept, and then all is well.
import { describe, expect, test } from 'vitest';
import { until } from '../harness/until.ts';
import { holdUpCommits } from '../runtime/kit.ts';
import { NOTICE } from '../shop/lines.ts';
import { useShop } from '../shop/kit.ts';

const shop = useShop();
/** Texts that are sent at once, again and again, until more than the bound have come. */
const WAVE = 100;
/** One lane holds so many events. */
const BOUND = 2_000;
const SURELY_REFUSED = 150;
/** Of these it cannot be seen from outside whether they have come: the batch that is about to commit. */
const BATCH = 64;
const PATIENCE_MS = 120_000;

describe('G1 load past the bound', () => {
  test('is answered 503 at once; what was accepted is kept once, and then customers are answered as ever', async () => {
    const reader = shop().phone();
    await reader.asks('hello', NOTICE);
    const sent: Array<Promise<void>> = [];
    const answers: Response[] = [];
    const answered = (wanted: number) => answers.filter(({ status }) => status === wanted);
    const commits = await holdUpCommits(shop().pool);
    try {
      while (waiting() < BOUND) await wave();
      const tooLate = answered(503).length; // they waited for the commit for longer than a turn may take
      while (answered(503).length < tooLate + SURELY_REFUSED) await wave();
      expect(answered(202)).toEqual([]); // no refusal had to wait for a commit
    } finally {
      await commits.letGo();
    }
    await Promise.all(sent);
    expect(answered(503).every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    expect(answered(202).length + answered(503).length).toBe(sent.length);
    expect(answered(202).length).toBeGreaterThan(BOUND / 2);
    expect(await kept()).toBe(answered(202).length);
    await shop().phone().asks('hello', NOTICE);
    await until(() => shop().rest(), PATIENCE_MS);
    await until(async () => expect(await timersSoon()).toBe(0), PATIENCE_MS, 500); // so many texts are more than one may send

    async function wave(): Promise<void> {
      const end = sent.length + WAVE;
      while (sent.length < end) sent.push(send(`text ${sent.length}`));
      const isHere = () => expect(sent.length - answers.length - waiting()).toBeLessThanOrEqual(BATCH);
      await until(isHere, PATIENCE_MS, 10);
    }

    async function send(text: string): Promise<void> {
      answers.push(await reader.sends({ text }));
    }
  }, 600_000);

  function waiting(): number {
    return shop().shop.runtime.gauges().waiting;
  }

  async function kept(): Promise<number> {
    return (await count("events WHERE type = 'text.received'")) - 1; // the greeting
  }

  /** Those that would come due while the books are audited. */
  function timersSoon(): Promise<number> {
    return count("timers WHERE due_at < now() + interval '2 minutes'");
  }

  async function count(rowsOf: string): Promise<number> {
    const { rows } = await shop().pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${rowsOf}`);
    return rows[0]?.count ?? -1;
  }
});
