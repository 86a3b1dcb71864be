// What to take off the shelves, to be printed and carried along.
import { PickList } from '../../../web/wire/stock.ts';
import { element } from '../../dom.ts';
import type { OpenPage } from '../desk.ts';
import { spoken } from '../money.ts';
import { button } from '../parts/controls.ts';
import { load } from '../parts/load.ts';
import { empty } from '../parts/states.ts';
import { moment } from '../when.ts';
import { words } from '../words.ts';

export const pickListPage: OpenPage = ({ api }, _place, signal) => {
  const body = element('div');
  load(
    body,
    (stop) => api.get('/api/orders/pick-list', PickList, { signal: stop }),
    (list) => {
      body.replaceChildren(
        ...(list.books.length > 0 ? sheetOf(list) : [empty(words.pickList.none, words.pickList.noneText)]),
      );
    },
    signal,
  );
  const back = element('a', { class: 'icon-button', href: '/console/orders', 'aria-label': words.orders.back }, '‹');
  const printing = button(words.pickList.print, () => print(), { look: 'main', icon: 'print' });
  const head = element('header', { class: 'page-head' }, back, element('h1', {}, words.pickList.title), printing);
  return {
    title: words.pickList.title,
    root: element('div', { class: 'page page-pick-list' }, head, body),
    keys: [{ keys: ['p'], label: words.pickList.print, run: () => print() }],
  };
};

function sheetOf({ books, truncated }: PickList): HTMLElement[] {
  const header = element(
    'tr',
    {},
    ...Object.values(words.pickList.columns).map((name) => element('th', { scope: 'col' }, name)),
  );
  const rows = books.map(({ title, authors, shelf, copies, orders }) => {
    const whose = orders.map(({ name, customer, copies: share, fulfillment }) =>
      element(
        'li',
        {},
        share > 1 ? `${share} × ` : '',
        element('span', { class: 'whole' }, name ?? spoken(customer.replace(/^customer:/, ''))),
        ` · ${words.orders.fulfillment(fulfillment)}`,
      ),
    );
    return element(
      'tr',
      {},
      element('td', { class: 'pick-box' }, '☐'),
      element('td', {}, String(copies)),
      element('th', { scope: 'row' }, title, element('span', { class: 'note' }, authors.join(', '))),
      element('td', {}, shelf ?? '–'),
      element('td', {}, element('ul', {}, ...whose)),
    );
  });
  const caption = element('caption', {}, words.pickList.asOf(moment(new Date().toISOString())));
  const sheet = element(
    'table',
    { class: 'table' },
    caption,
    element('thead', {}, header),
    element('tbody', {}, ...rows),
  );
  return [sheet, ...(truncated ? [element('p', { class: 'note' }, words.pickList.truncated)] : [])];
}
