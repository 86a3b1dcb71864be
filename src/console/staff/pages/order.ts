// One order: what it is, what can be done with it, and its statechart with all its turns.
import { OrderItem } from '../../../web/wire/shop.ts';
import { element } from '../../dom.ts';
import type { OpenPage } from '../desk.ts';
import type { Keys } from '../keys.ts';
import { money } from '../money.ts';
import { chip } from '../parts/controls.ts';
import { load, throttled } from '../parts/load.ts';
import { actorView } from '../time/actor-view.ts';
import { pastBanner } from '../time/slider.ts';
import { agoElement, countdown, moment } from '../when.ts';
import { words } from '../words.ts';
import { actionButtons, nameOf } from './order-card.ts';

const REFRESH_MS = 500;

export const orderPage: OpenPage = (office, { params }, signal) => {
  const id = params['id'] ?? '';
  const actor = `order:${id}`;
  const summary = element('section', { class: 'order-summary' });
  const keys: Keys = [{ keys: ['u', 'Escape'], label: words.conversation.back, run: () => history.back() }];
  const inside = element('div', { class: 'order-inside' });
  let isBuilt = false;
  const loader = load(
    summary,
    (stop) => office.api.get(`/api/orders/${id}`, OrderItem, { signal: stop }),
    (order) => {
      summary.replaceChildren(
        ...summaryOf(order, signal),
        element('div', { class: 'buttons' }, ...actionButtons(office, order, () => loader.again())),
      );
      if (isBuilt) return;
      isBuilt = true;
      const view = actorView(office, actor, 'order', [], signal);
      keys.push(...view.keys);
      inside.replaceChildren(
        pastBanner(view.journey, signal),
        element('div', { class: 'order-grid' }, view.chart, view.details),
      );
    },
    signal,
  );
  const refresh = throttled(REFRESH_MS, () => void loader.again(), signal);
  office.live.hear((news) => (news.kind === 'gap' || news.turn.id === actor) && refresh(), signal);
  const back = element('a', { class: 'icon-button', href: '/console/orders', 'aria-label': words.orders.back }, '‹');
  const head = element('header', { class: 'page-head' }, back, element('h1', {}, words.orders.one(id)));
  return {
    title: words.orders.one(id),
    root: element('div', { class: 'page page-order' }, head, summary, inside),
    keys,
  };
};

function summaryOf(order: OrderItem, signal: AbortSignal): HTMLElement[] {
  const {
    lines,
    currency,
    totalCents,
    state,
    fulfillment,
    concern,
    payment,
    heldUntil,
    tracking,
    createdAt,
    customerKey,
  } = order;
  const rows = lines.map(({ copies, title, isbn13, priceCents }) =>
    element(
      'li',
      {},
      element('span', {}, `${copies} × ${title}`),
      element('span', { class: 'note' }, isbn13),
      element('span', { class: 'number' }, money(priceCents * copies, currency)),
    ),
  );
  const facts = element('dl', { class: 'figures' });
  const fact = (label: string, ...value: Array<Node | string>) =>
    facts.append(element('div', {}, element('dt', {}, label), element('dd', {}, ...value)));
  fact(words.orders.customer, element('a', { href: `/console/conversations/${customerKey}` }, nameOf(order)));
  fact(words.orders.total, money(totalCents, currency));
  fact(words.orders.payment, words.orders.paid(payment?.status ?? 'none'));
  fact(words.orders.placed, element('time', { datetime: createdAt }, moment(createdAt)), ' · ', agoElement(createdAt));
  if (heldUntil !== null) fact(words.orders.held, countdown(heldUntil, signal));
  if (tracking !== null) fact(words.orders.tracking, tracking);
  const worry = concern === null ? [] : [chip(words.orders.concern(concern), 'alarm')];
  const chips = element(
    'div',
    { class: 'chips' },
    chip(words.orders.state(state), 'state'),
    chip(words.orders.fulfillment(fulfillment)),
    ...worry,
  );
  return [chips, element('ul', { class: 'rows order-lines' }, ...rows), facts];
}
