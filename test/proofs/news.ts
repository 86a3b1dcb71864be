// What orders tell their customers, by its form: two pieces of news have the same one where the customer's chart makes no difference
// between them, whatever they are called. So a customer's world need hear one of each.
import type { AnyEventObject } from 'xstate';
import { customerMachine } from '../../machines/customer.ts';
import { openOrdersAfter } from '../../machines/customer-rules.ts';
import { isNotice } from '../../machines/notices.ts';
import type { OpenOrder } from '../../schema/customer.ts';
import { OrderNews } from '../../schema/order.ts';
import { nodesOf } from '../machines/graph.ts';
import { HEARD } from './customer-world.ts';

const PHASES: ReadonlyArray<OpenOrder['phase']> = ['opening', 'unpaid', 'held', 'paid'];
const NOW = 0;

const forms = new Set(HEARD.map(formOf));
const knownByName = new Map<string, boolean>();

/** Whether some customer's world hears news of this form. */
export function isHeardSomewhere(event: AnyEventObject): boolean {
  const name = `${event.type} ${String(event['code'] ?? '')}`;
  const known = knownByName.get(name) ?? isHeard(event);
  knownByName.set(name, known);
  return known;
}

function isHeard(event: AnyEventObject): boolean {
  const { success, data } = OrderNews.safeParse(event);
  return success && forms.has(formOf(data));
}

/** Whether it waits for its time or is told at once, which orders are open after it, and each way that the chart goes by it. */
function formOf(news: OrderNews): string {
  const waits = [[], [NOW]].map((heardAtMs) => isNotice(news.type, { heardAtMs }, NOW));
  const open = PHASES.map((phase) => openOrdersAfter([{ orderId: news.orderId, phase }], news).map((it) => it.phase));
  const ways = nodesOf(customerMachine.root).flatMap(({ id, config }) => {
    const way = config.on?.[news.type];
    return way === undefined ? [] : [[id, way]];
  });
  const code = news.type === 'order.refused' ? news.code : null;
  return JSON.stringify([waits, open, ways, code]);
}
