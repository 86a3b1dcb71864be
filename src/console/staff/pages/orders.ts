// The orders desk: what is open, by what it needs next. All other orders are found by search.
import { OrderState } from '../../../../schema/order.ts';
import { OrderPage } from '../../../web/wire/shop.ts';
import type { OrderItem } from '../../../web/wire/shop.ts';
import { element } from '../../dom.ts';
import type { OpenPage } from '../desk.ts';
import { choices } from '../parts/controls.ts';
import { load, throttled } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { search } from '../parts/search.ts';
import { empty } from '../parts/states.ts';
import { words } from '../words.ts';
import { orderCard } from './order-card.ts';

const COLUMN_MAX = 100;
const PAGE = 30;
const REFRESH_MS = 1_500;
/** What is over, or not a person's to do; everything else is a column, also states that this file never heard of. */
const QUIET: readonly OrderState[] = [
  'draft',
  'closing',
  'pickedUp',
  'delivered',
  'expired',
  'lapsed',
  'cancelled',
  'refunded',
  'refused',
];
const FIRST: readonly OrderState[] = [
  'underReview',
  'refundPending',
  'paid',
  'preparing',
  'ready',
  'held',
  'shipped',
  'awaitingPayment',
];

export const ordersPage: OpenPage = (office, { query }, signal) => {
  const { api, live, router } = office;
  let q = '';
  let state = query.get('state') ?? 'open';
  const body = element('div', { class: 'orders-body' });
  const again = () => loader.again();
  const card = (place: 'column' | 'list') => (order: OrderItem) => orderCard(office, order, again, signal, place);
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/orders', OrderPage, {
      query: { q, state: state === 'open' || state === 'all' ? '' : state, cursor, limit: PAGE },
      signal: stop,
    });
  const list = longList<OrderItem>({
    label: words.orders.title,
    idOf: ({ id }) => id,
    draw: (order) => [card('list')(order)],
    more: read,
    signal,
  });
  let isNew = true;
  const loader = load(
    body,
    async (stop) =>
      state === 'open' && q === '' ? { board: await readBoard(api, stop) } : { page: await read(null, stop) },
    (found) => {
      if (found.board) return body.replaceChildren(...boardOf(found.board, card('column')));
      if (isNew) list.reset(found.page);
      else list.refresh(found.page, new Set());
      isNew = false;
      body.replaceChildren(list.size() > 0 ? list.root : empty(words.orders.none, words.orders.noneText));
    },
    signal,
  );
  const anew = () => {
    isNew = true;
    body.replaceChildren();
    void loader.again();
  };
  const views = choices(words.orders.views, viewChoices, state, (value) => {
    state = value;
    router.note({ state: value === 'open' ? '' : value });
    views.show(viewChoices, value);
    anew();
  });
  const box = search(words.orders.search, '', (value) => {
    q = value;
    anew();
  });
  const refresh = throttled(REFRESH_MS, () => void loader.again(), signal);
  live.hear((news) => (news.kind === 'gap' || news.turn.machine === 'order') && refresh(), signal);
  const pick = element('a', { class: 'button button-plain', href: '/console/orders/pick-list' }, words.orders.pickList);
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.orders.title), box.root, pick);
  const root = element(
    'div',
    { class: 'page page-orders' },
    head,
    element('div', { class: 'toolbar' }, views.root),
    body,
  );
  return { title: words.orders.title, root, keys: [box.key, ...list.keys] };
};

const viewChoices = [
  { value: 'open', label: words.orders.open },
  { value: 'all', label: words.orders.everything },
  ...(['pickedUp', 'delivered', 'lapsed', 'cancelled', 'refunded'] satisfies OrderState[]).map((value) => ({
    value,
    label: words.orders.state(value),
  })),
];

type Column = { state: OrderState; items: OrderItem[]; hasMore: boolean };

function readBoard(api: Parameters<OpenPage>[0]['api'], signal: AbortSignal): Promise<Column[]> {
  const open = OrderState.options.filter((one) => !QUIET.includes(one));
  const states = [...FIRST, ...open.filter((one) => !FIRST.includes(one))];
  return Promise.all(
    states.map(async (state) => {
      const { items, nextCursor } = await api.get('/api/orders', OrderPage, {
        query: { state, limit: COLUMN_MAX },
        signal,
      });
      return { state, items, hasMore: nextCursor !== null };
    }),
  );
}

function boardOf(columns: Column[], card: (order: OrderItem) => HTMLElement): HTMLElement[] {
  const filled = columns.filter(({ items }) => items.length > 0);
  if (filled.length === 0) return [empty(words.orders.noneOpen, words.orders.noneOpenText)];
  const made = filled.map(({ state, items, hasMore }) => {
    const title = element(
      'h2',
      {},
      words.orders.state(state),
      ' ',
      element('span', { class: 'count' }, hasMore ? `${items.length}+` : String(items.length)),
    );
    return element('section', { class: 'column', 'data-state': state }, title, ...items.map(card));
  });
  return [element('div', { class: 'board', tabindex: '0', role: 'region', 'aria-label': words.orders.board }, ...made)];
}
