// The demo as a visitor has it: every button is pressed while the shop is busy, and the board ends as it claims. It is also shown
// what it must not like, so that its calm is worth something.
import { expect, onTestFinished, test, vi } from 'vitest';
import { ensureBuilt } from '../../src/cli/build.mjs';
import { freePort } from '../harness/free-port.ts';
import { Chance } from '../simulation/chance.ts';
import { Demo } from './demo.ts';
import { CHAOS } from '../../src/console/board/wire.ts';

const PATIENCE = { timeout: 150_000, interval: 200 }; // ms
/** A broken shop is whole again when so many more customers were answered. */
const AGAIN = 4;

test('whatever is pressed, nothing is lost and nothing doubled; and the board shows it where something is', async () => {
  await ensureBuilt();
  const { next: chance } = new Chance(7);
  const options = { workers: 2, customers: 10, speed: 10, say: () => undefined };
  const demo = await Demo.open({ ...options, port: await freePort(), chance });
  onTestFinished(() => demo.close());
  const { ledger, premises } = demo;
  const goesOn = async () => {
    const so = ledger.answered;
    await vi.waitFor(() => expect(ledger.answered).toBeGreaterThanOrEqual(so + AGAIN), PATIENCE);
  };
  await vi.waitFor(() => expect(ledger.purchases.length).toBeGreaterThan(2), PATIENCE);
  for (const { name } of premises.processes) {
    await vi.waitFor(() => expect(demo.kill(name)).toBe(true), PATIENCE);
  }
  await goesOn();
  for (const name of CHAOS) {
    expect(await demo.press(name)).toBe(name !== 'redis' || premises.redisUrl !== null);
  }
  await goesOn();
  let isEmpty = false;
  void demo.empty().then(() => (isEmpty = true));
  await vi.waitFor(async () => {
    await demo.refresh();
    const { orders, troubles } = demo.board();
    expect({ isEmpty, orders, troubles }).toEqual({ isEmpty: true, orders: ledger.purchases.length, troubles: [] });
  }, PATIENCE);
  const { intents, orders, links, charges, lost, doubled, troubles, processes } = demo.board();
  expect({ lost, doubled, troubles }).toEqual({ lost: 0, doubled: 0, troubles: [] });
  expect([orders, links, charges]).toEqual([intents, intents, intents]);
  expect(intents).toBeGreaterThan(2);
  expect(processes.every(({ kills }) => kills === 1)).toBe(true);

  await shows(demo, () => payTwice(demo), { doubled: true });
  await shows(demo, () => premises.pool.query(`DELETE FROM messages WHERE id = (${INBOUND})`), { lost: true });
});

const INBOUND = `SELECT id FROM messages WHERE direction = 'inbound' LIMIT 1`;

async function shows(demo: Demo, plant: () => unknown, what: { lost?: true; doubled?: true }): Promise<void> {
  const before = demo.board();
  await plant();
  await demo.refresh();
  const { lost, doubled, troubles } = demo.board();
  expect({ lost: lost > before.lost, doubled: doubled > before.doubled }).toEqual({
    lost: false,
    doubled: false,
    ...what,
  });
  expect(troubles.length).toBeGreaterThan(before.troubles.length);
}

/** A till that charges one order twice. */
function payTwice({ premises: { square } }: Demo): void {
  const [order] = [...square.books.orders.values()].filter(({ tenders }) => tenders !== undefined);
  if (order === undefined) throw new Error('nobody has bought anything');
  square.books.pay(order, 'COMPLETED');
}
