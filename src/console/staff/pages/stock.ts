// The shelves: what stands there, what of it is promised to whom, corrections with their reason, and new titles by CSV.
import { AdjustmentPage, InventoryPage } from '../../../web/wire/stock.ts';
import type { InventoryItem } from '../../../web/wire/stock.ts';
import { StockCount } from '../../../web/wire/shop.ts';
import { element } from '../../dom.ts';
import type { Office, OpenPage } from '../desk.ts';
import { money } from '../money.ts';
import { button, choices, chip, field } from '../parts/controls.ts';
import { ask, show as showDialog } from '../parts/dialog.ts';
import { load } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { search } from '../parts/search.ts';
import { empty } from '../parts/states.ts';
import { agoElement, countdown } from '../when.ts';
import { words } from '../words.ts';
import { importBooks } from './stock-import.ts';

const PAGE = 50;

export const stockPage: OpenPage = (office, { query }, signal) => {
  const { api, router } = office;
  let q = query.get('q') ?? '';
  let reserved = query.get('reserved') === 'true';
  const body = element('div');
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/inventory', InventoryPage, { query: { q, reserved, cursor, limit: PAGE }, signal: stop });
  const list = longList<InventoryItem>({
    label: words.stock.title,
    idOf: ({ isbn13 }) => isbn13,
    draw: (book) => [bookRow(office, book, () => loader.again(), signal)],
    more: read,
    signal,
  });
  const loader = load(
    body,
    (stop) => read(null, stop),
    (page) => {
      list.reset(page);
      body.replaceChildren(list.size() > 0 ? list.root : empty(words.stock.none, words.stock.noneText));
    },
    signal,
  );
  const box = search(words.stock.search, q, (value) => {
    q = value;
    router.note({ q });
    void loader.again();
  });
  const views = choices(words.stock.views, viewChoices, reserved ? 'reserved' : 'all', (value) => {
    reserved = value === 'reserved';
    router.note({ reserved: reserved ? 'true' : '' });
    views.show(viewChoices, value);
    void loader.again();
  });
  const csv = button(words.stock.import, async () => {
    await importBooks(office);
    await loader.again();
  });
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.stock.title), box.root, csv);
  const root = element(
    'div',
    { class: 'page page-stock' },
    head,
    element('div', { class: 'toolbar' }, views.root),
    body,
  );
  return { title: words.stock.title, root, keys: [box.key, ...list.keys] };
};

const viewChoices = [
  { value: 'all', label: words.stock.all },
  { value: 'reserved', label: words.stock.reservedOnly },
];

function bookRow(office: Office, book: InventoryItem, changed: () => unknown, signal: AbortSignal): HTMLElement {
  const { title, authors, year, isbn13, priceCents, currency, onHand, reserved, reservedBy, shelf } = book;
  const whose = reservedBy.map(({ orderId, copies, until }) =>
    element(
      'li',
      {},
      element('a', { href: `/console/orders/${orderId}` }, words.stock.order(orderId, copies)),
      ' ',
      countdown(until, signal),
    ),
  );
  const about = [
    authors.join(', '),
    ...(year === null ? [] : [String(year)]),
    isbn13,
    ...(shelf === null ? [] : [shelf]),
  ].join(' · ');
  const left = onHand - reserved;
  return element(
    'div',
    { class: 'book-row' },
    element(
      'div',
      { class: 'book-main' },
      element(
        'p',
        {},
        element('strong', {}, title),
        ' ',
        ...(left <= 0 ? [chip(words.stock.nothingLeft, 'alarm')] : []),
      ),
      element('p', { class: 'note' }, about),
      ...(whose.length > 0
        ? [
            element(
              'details',
              {},
              element('summary', {}, words.stock.reservedBy(reserved)),
              element('ul', {}, ...whose),
            ),
          ]
        : []),
    ),
    element(
      'div',
      { class: 'book-count' },
      element('strong', {}, String(onHand)),
      element('span', { class: 'note' }, words.stock.onHand),
    ),
    element('span', { class: 'number' }, money(priceCents, currency)),
    element(
      'div',
      { class: 'buttons' },
      button(words.stock.adjust, () => adjust(office, book, changed), { small: true }),
      button(words.stock.past, () => showPast(office, book), { small: true, look: 'quiet' }),
    ),
  );
}

async function adjust(
  { api, tell, complain }: Office,
  { isbn13, title, onHand, reserved }: InventoryItem,
  changed: () => unknown,
): Promise<void> {
  const copies = field(words.stock.copies, {
    name: 'copies',
    type: 'number',
    min: '0',
    max: '1000000',
    required: true,
    value: String(onHand),
    hint: words.stock.copiesHint(reserved),
  });
  const reason = field(words.stock.reason, {
    name: 'reason',
    required: true,
    maxlength: '200',
    placeholder: words.stock.reasonExample,
  });
  const body = element('div', { class: 'fields' }, copies.root, reason.root);
  if (!(await ask({ title: words.stock.adjustTitle, text: title, yes: words.stock.adjustYes, body }))) return;
  try {
    const change = { onHand: Number(copies.input.value), reason: reason.input.value.trim() };
    await api.send({ method: 'PATCH', path: `/api/inventory/${isbn13}`, body: change, schema: StockCount });
    tell(words.stock.adjusted(title, change.onHand));
  } catch (error) {
    complain(error);
  }
  await changed();
}

async function showPast({ api, complain }: Office, { isbn13, title }: InventoryItem): Promise<void> {
  try {
    const { items } = await api.get(`/api/inventory/${isbn13}/adjustments`, AdjustmentPage);
    const rows = items.map(({ at, by, from, to, reason }) =>
      element(
        'li',
        {},
        element('strong', {}, `${from} → ${to}`),
        ` ${reason ?? ''} `,
        element('span', { class: 'note' }, by.name, ' · ', agoElement(at)),
      ),
    );
    showDialog(
      title,
      rows.length > 0 ? element('ul', { class: 'rows' }, ...rows) : element('p', {}, words.stock.noPast),
    );
  } catch (error) {
    complain(error);
  }
}
