// The people in the shop: now and then somebody packs, hands over, cancels, refunds, or answers a customer in Marty's place.
import type { AnyEventObject } from 'xstate';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { SimulatedPostgres } from './postgres.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
/** What staff do with an order that stands so. */
const DEEDS: Readonly<Record<string, readonly string[]>> = {
  paid: ['staff.prepared', 'staff.markedReady', 'staff.pickedUp', 'staff.shipped', 'staff.cancelled'],
  preparing: ['staff.markedReady', 'staff.shipped', 'staff.pickedUp'],
  ready: ['staff.pickedUp'],
  shipped: ['staff.delivered'],
  held: ['staff.pickedUp', 'staff.cancelled', 'staff.markedReady'],
  awaitingPayment: ['staff.cancelled'],
  underReview: ['staff.prepared', 'staff.refunded'],
  refundPending: ['staff.refunded', 'staff.cancelled'],
};
const TALK: readonly AnyEventObject[] = [
  { type: 'staff.tookOver', staffId: 's1' },
  { type: 'staff.said', text: 'a person here', staffId: 's1' },
  { type: 'staff.handedBack' },
];

export class Staff {
  constructor(
    private readonly world: World,
    private readonly postgres: SimulatedPostgres,
    private readonly anyRuntime: () => Runtime | null,
  ) {}

  /** @param deeds how many things they do */
  begin(deeds: number): void {
    const { chance } = this.world;
    for (let deed = 0; deed < deeds; deed++)
      this.world.after(null, chance.between(MINUTE, 40 * MINUTE), () => void this.#tendOrder());
    for (let deed = 0; deed < deeds / 8; deed++)
      this.world.after(null, chance.between(MINUTE, 20 * MINUTE), () => void this.#answer());
  }

  #tendOrder(): void {
    this.world.add(null, 'staff', 'staff look at orders', async () => {
      const orders = await this.postgres.ask<{ id: string; state: string }>('SELECT id, state FROM orders ORDER BY id');
      const open = orders.filter(({ state }) => DEEDS[state]);
      if (open.length === 0) return;
      const { id, state } = this.world.chance.pick(open);
      const type = this.world.chance.pick(DEEDS[state] ?? []);
      this.#send({ storeId: 1, key: id }, { type });
    });
  }

  #answer(): void {
    this.world.add(null, 'staff', 'staff answer', async () => {
      const customers = await this.postgres.ask<{ key: string }>(
        `SELECT key FROM actors WHERE machine = 'customer' ORDER BY key`,
      );
      if (customers.length > 0)
        this.#send({ storeId: 1, key: this.world.chance.pick(customers).key }, this.world.chance.pick(TALK));
    });
  }

  // Whoever pressed the button sees that it failed, and that is all.
  #send(to: { storeId: number; key: string }, event: AnyEventObject): void {
    this.anyRuntime()
      ?.send(to, event, { source: 'staff' })
      .catch(() => undefined);
  }
}
