// The customer's file: orders, what was spent, books that came up, what Marty remembers, consents.
import type { Conversation } from '../../../../web/wire/conversation.ts';
import { element } from '../../../dom.ts';
import { count, money } from '../../money.ts';
import { chip } from '../../parts/controls.ts';
import { agoElement } from '../../when.ts';
import { words } from '../../words.ts';

export function customerPanel(conversation: Conversation): HTMLElement {
  const { orders, orderCount, spentCents, remembered, books, consents, channel, variant, tokens } = conversation;
  const figures = [
    figure(words.customer.orders, count(orderCount)),
    figure(words.customer.spent, orders[0] ? money(spentCents, orders[0].currency) : '–'),
    figure(words.customer.channel, channel ?? '–'),
    figure(words.customer.variant, variant),
    figure(words.customer.tokens, count(tokens.month.input + tokens.month.output)),
  ];
  const bookRows = books.map(({ title, saidBy, lastAt }) => row(title, words.customer.saidBy(saidBy), lastAt));
  const consentRows = consents.map(({ at, change, source }) => row(words.customer.consent[change], source, at));
  return element(
    'div',
    { class: 'file' },
    element('dl', { class: 'figures' }, ...figures),
    ...section(
      words.customer.remembered,
      remembered === null ? [] : [element('li', { class: 'remembered' }, remembered)],
    ),
    ...section(words.customer.orders, orders.map(orderRow)),
    ...section(words.customer.books, bookRows),
    ...section(words.customer.consents, consentRows),
  );
}

function orderRow(order: Conversation['orders'][number]): HTMLElement {
  const { id, lines, state, totalCents, currency, concern, updatedAt } = order;
  const title = lines.map((line) => (line.copies > 1 ? `${line.copies} × ${line.title}` : line.title)).join(', ');
  const worry = concern ? [chip(words.orders.concern(concern), 'alarm')] : [];
  return element(
    'li',
    {},
    element('a', { href: `/console/orders/${id}` }, title),
    element('span', { class: 'chips' }, chip(words.orders.state(state), 'state'), ...worry),
    element('span', { class: 'note' }, `${money(totalCents, currency)} · `, agoElement(updatedAt)),
  );
}

function figure(label: string, value: string): HTMLElement {
  return element('div', {}, element('dt', {}, label), element('dd', {}, value));
}

function row(text: string, note: string, at: string): HTMLElement {
  return element('li', {}, element('span', {}, text), element('span', { class: 'note' }, `${note} · `, agoElement(at)));
}

/** Nothing where there is nothing to list. */
function section(title: string, rows: HTMLElement[]): HTMLElement[] {
  if (rows.length === 0) return [];
  return [element('section', {}, element('h3', {}, title), element('ul', { class: 'rows' }, ...rows))];
}
