// Orders as the API shows them, each with what its own statechart would take from staff as it stands.
import { orderMachine } from '../../../machines/order.ts';
import { getOrder, listOrders } from '../../commerce/orders.ts';
import type { OrderView } from '../../commerce/orders.ts';
import { allowedEvents } from '../../runtime/allowed.ts';
import type { Standing } from '../../runtime/allowed.ts';
import type { OrderReader } from '../../web/deps.ts';
import { ORDER_EVENTS } from '../../web/order-actions.ts';
import { OrderAction } from '../../web/wire/shop.ts';
import type { OrderItem } from '../../web/wire/shop.ts';
import { archiveOf } from './actor-desk.ts';
import { findPeople } from './inbox/find-customers.ts';
import type { Shop } from './open-shop.ts';
import { peopleOf } from './people.ts';
import { cursorOf, placeOf } from './place.ts';

export function orderReader(shop: Shop): OrderReader {
  return {
    async list({ storeId, state, q, cursor, limit }) {
      const before = cursor === undefined ? undefined : placeOf(cursor);
      const people = q ? await findPeople(shop, storeId, q) : [];
      const { items, next } = await listOrders(shop.db, { storeId, state, q, people, before, limit });
      return { items: await orderItems(shop, storeId, items), nextCursor: next && cursorOf(next) };
    },
    async show(storeId, id) {
      const order = await getOrder(shop.db, storeId, id);
      const [item = null] = order ? await orderItems(shop, storeId, [order]) : [];
      return item;
    },
  };
}

/** In the order given: two queries for all of them. */
export async function orderItems(shop: Shop, storeId: number, orders: readonly OrderView[]): Promise<OrderItem[]> {
  if (orders.length === 0) return [];
  const [people, standings] = await Promise.all([
    peopleOf(
      shop,
      storeId,
      orders.map(({ customer }) => customer),
    ),
    archiveOf(shop).standing(
      storeId,
      orders.map(({ id }) => id),
    ),
  ]);
  const byOrder = new Map(standings.map((standing) => [standing.key, standing]));
  return orders.map((order) => {
    const person = people.get(order.customer);
    return {
      ...order,
      customer: person?.id ?? `customer:${order.customer}`,
      customerKey: order.customer,
      customerName: person?.name ?? null,
      actions: actionsOf(shop, order, byOrder.get(order.id)),
    };
  });
}

const asked = OrderAction.options.map((action) => ({ type: ORDER_EVENTS[action], action }));

/** Asked as by somebody who has the order before them. */
function actionsOf({ runtime, clock }: Shop, { concern }: OrderView, standing: Standing | undefined): OrderAction[] {
  const definition = runtime.knowledge.machines.get(orderMachine.id);
  if (!standing || !definition) return [];
  const seen = asked.map((event) => (event.action === 'settle' ? { ...event, seen: concern } : event));
  return allowedEvents(definition, standing, seen, clock.now()).map(({ action }) => action);
}
