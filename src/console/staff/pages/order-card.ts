// One order as a card with the buttons that its statechart allows, and no others: they come as data.
import { Accepted } from '../../../web/wire/common.ts';
import type { OrderAction, OrderItem } from '../../../web/wire/shop.ts';
import { element } from '../../dom.ts';
import type { Office } from '../desk.ts';
import { money, spoken } from '../money.ts';
import { button, chip, field } from '../parts/controls.ts';
import { ask } from '../parts/dialog.ts';
import { agoElement, countdown } from '../when.ts';
import { words } from '../words.ts';

/** These move money, or end what a customer counts on: they are asked about once. */
const GRAVE: ReadonlySet<OrderAction> = new Set(['cancel', 'refund']);

/** What these do depends on what the order tells of: it is done only while the order still shows what the person saw. */
const SAID_OF_A_CONCERN: ReadonlySet<OrderAction> = new Set(['refund', 'settle']);

/** `changed` is awaited after each act. `place` is a column, whose name is the state, or a list of all kinds. */
export function orderCard(
  office: Office,
  order: OrderItem,
  changed: () => unknown,
  signal: AbortSignal,
  place: 'column' | 'list',
): HTMLElement {
  const { id, lines, state, concern, customerKey, fulfillment, totalCents, currency, updatedAt, heldUntil, tracking } =
    order;
  const titles = lines.map(({ copies, title }) => element('li', {}, copies > 1 ? `${copies} × ${title}` : title));
  const who = element('a', { href: `/console/conversations/${customerKey}` }, nameOf(order));
  const worry = concern === null ? [] : [chip(words.orders.concern(concern), 'alarm')];
  const standing = place === 'list' ? [chip(words.orders.state(state), 'state')] : [];
  const until =
    heldUntil === null
      ? []
      : [element('span', { class: 'chip' }, words.orders.held, ' ', countdown(heldUntil, signal))];
  return element(
    'article',
    { class: 'order-card', 'data-state': state },
    element(
      'header',
      {},
      element('a', { class: 'row-link', href: `/console/orders/${id}` }, element('ul', {}, ...titles)),
    ),
    element('p', { class: 'order-who' }, who, ' · ', money(totalCents, currency), ' · ', agoElement(updatedAt)),
    element('div', { class: 'chips' }, ...standing, chip(words.orders.fulfillment(fulfillment)), ...worry, ...until),
    ...(tracking === null ? [] : [element('p', { class: 'note' }, words.orders.tracking, ' ', tracking)]),
    element('div', { class: 'buttons' }, ...actionButtons(office, order, changed)),
  );
}

export function actionButtons(office: Office, order: OrderItem, changed: () => unknown): HTMLElement[] {
  return order.actions.map((action, index) =>
    button(labelOf(order, action), () => act(office, order, action, changed), {
      small: true,
      look: GRAVE.has(action) || isOfMoneyBack(order, action) ? 'quiet' : index === 0 ? 'main' : 'plain',
    }),
  );
}

/** Where the money would not go back, it is dealt with once it has gone back by hand. */
function isOfMoneyBack({ state }: Pick<OrderItem, 'state'>, action: OrderAction): boolean {
  return action === 'settle' && state === 'refundPending';
}

function labelOf(order: OrderItem, action: OrderAction): string {
  return isOfMoneyBack(order, action) ? words.orders.wentBack : words.orders.action(action);
}

/** The customer's name, or their number. */
export function nameOf({ customer, customerName }: Pick<OrderItem, 'customer' | 'customerName'>): string {
  return customerName ?? spoken(customer.replace(/^customer:/, ''));
}

async function act(office: Office, order: OrderItem, action: OrderAction, changed: () => unknown): Promise<void> {
  const body = await detailsFor(order, action);
  if (body === null) return;
  try {
    const seen = SAID_OF_A_CONCERN.has(action) ? `?seen=${order.concern ?? 'none'}` : '';
    const path = `/api/orders/${order.id}/${action}${seen}`;
    await office.api.send({ method: 'POST', path, ...(action === 'shipped' ? { body } : {}), schema: Accepted });
    office.tell(words.orders.did(action));
    office.recount();
  } catch (error) {
    office.complain(error);
  }
  await changed();
}

/** What an act needs besides; null where the person thought better of it. */
async function detailsFor(order: OrderItem, action: OrderAction): Promise<object | null> {
  const sum = money(order.totalCents, order.currency);
  if (action === 'shipped') {
    const tracking = field(words.orders.tracking, {
      name: 'tracking',
      maxlength: '80',
      hint: words.orders.trackingHint,
    });
    const isMeant = await ask({ ...words.orders.ship(nameOf(order)), body: tracking.root });
    const number = tracking.input.value.trim();
    return isMeant ? (number === '' ? {} : { tracking: number }) : null;
  }
  if (action === 'cancel') return (await ask({ ...words.orders.cancel(nameOf(order), sum), danger: true })) ? {} : null;
  if (action === 'refund') return (await ask({ ...refundWords(order, sum), danger: true })) ? {} : null;
  if (isOfMoneyBack(order, action))
    return (await ask({ ...words.orders.backByHand(nameOf(order), sum), danger: true })) ? {} : null;
  const isPaidHere = action === 'picked-up' && order.state === 'held';
  return !isPaidHere || (await ask(words.orders.paidHere(nameOf(order), sum))) ? {} : null;
}

function refundWords(order: OrderItem, sum: string) {
  return order.concern === 'extra_payment'
    ? words.orders.refundExtra(nameOf(order))
    : words.orders.refund(nameOf(order), sum);
}
