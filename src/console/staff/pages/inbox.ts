// The inbox: every conversation, what waits for a person first. It moves by itself as turns commit; where one reads on, it stays.
import { InboxFilter, InboxPage } from '../../../web/wire/inbox.ts';
import type { InboxItem } from '../../../web/wire/inbox.ts';
import { MachineDetail } from '../../../web/wire/machines.ts';
import { element } from '../../dom.ts';
import type { Api } from '../api.ts';
import type { OpenPage } from '../desk.ts';
import { spoken } from '../money.ts';
import { choices, chip, options } from '../parts/controls.ts';
import { every, load, throttled } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { search } from '../parts/search.ts';
import { empty } from '../parts/states.ts';
import { agoElement } from '../when.ts';
import { words } from '../words.ts';

const PAGE = 50;
const REFRESH_MS = 900;
const AGE_MS = 30_000;
const TALK = 'conversation.';

export const inboxPage: OpenPage = ({ api, live, router, store, staff, complain }, { query }, signal) => {
  let filter = InboxFilter.safeParse(query.get('filter')).data ?? 'waiting';
  let state = query.get('state') ?? '';
  let q = router.kept()['q'] ?? '';
  /** Where they were before they searched. */
  let before = filter;
  const touched = new Set<string>();
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/inbox', InboxPage, { query: { filter, q, state, cursor, limit: PAGE }, signal: stop });
  const list = longList<InboxItem>({
    label: words.inbox.title,
    idOf: ({ key }) => key,
    draw: (item) => rowOf(item, staff.id),
    more: read,
    signal,
  });
  const body = element('div', { class: 'inbox-body' });
  const nothing = element('div');
  const show = (page: InboxPage, gone: ReadonlySet<string>, isNew: boolean) => {
    store.trigger.waitingCounted({ waiting: page.counts });
    filters.show(filterChoices(page.counts), filter);
    if (isNew) list.reset(page);
    else list.refresh(page, gone);
    nothing.replaceChildren(...(list.size() === 0 ? [nothingFound(filter, q, state)] : []));
    if (!list.root.isConnected) body.replaceChildren(list.root, nothing);
  };
  let isNew = true;
  const loader = load(
    body,
    (stop) => {
      const gone = new Set(touched);
      touched.clear();
      return read(null, stop).then((page) => ({ page, gone }));
    },
    ({ page, gone }) => {
      show(page, gone, isNew);
      isNew = false;
    },
    signal,
  );
  const anew = () => {
    isNew = true;
    void loader.again();
  };
  const filterBy = (value: InboxFilter) => {
    filter = value;
    router.note({ filter });
    filters.show(filterChoices(store.getSnapshot().context.waiting), filter);
    anew();
  };
  const filters = choices(words.inbox.filters, filterChoices(store.getSnapshot().context.waiting), filter, (value) =>
    filterBy(InboxFilter.parse(value)),
  );
  const box = search(words.inbox.search, q, (value) => {
    if (q === '') before = filter;
    q = value;
    router.keep({ q });
    // Who looks for somebody means everybody, not only those who wait.
    filterBy(q === '' ? before : 'all');
  });
  const { states: label, anyState } = words.inbox;
  const states = options(label, anyState, { chosen: state, nameOf: words.state }, (value) => {
    state = value;
    router.note({ state });
    anew();
  });
  statesOf(api, signal).then(states.offer, complain);
  const refresh = throttled(REFRESH_MS, () => void loader.again(), signal);
  live.hear((news) => {
    if (news.kind === 'turn') touched.add(news.turn.key);
    refresh();
  }, signal);
  every(AGE_MS, refresh, signal);
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.inbox.title), box.root);
  const root = element(
    'div',
    { class: 'page page-inbox' },
    head,
    element('div', { class: 'toolbar' }, filters.root, states.root),
    body,
  );
  return { title: words.inbox.title, root, keys: [box.key, ...list.keys] };
};

function filterChoices({ waiting, unread, staff }: InboxPage['counts']) {
  return [
    { value: 'waiting', label: words.inbox.filter.waiting, count: waiting },
    { value: 'unread', label: words.inbox.filter.unread, count: unread },
    { value: 'mine', label: words.inbox.filter.mine },
    { value: 'staff', label: words.inbox.filter.staff, count: staff },
    { value: 'all', label: words.inbox.filter.all },
  ];
}

function nothingFound(filter: InboxFilter, q: string, state: string): HTMLElement {
  if (q !== '') return empty(words.inbox.nothing.search, words.inbox.nothing.searchText(q));
  if (state !== '') return empty(words.inbox.nothing.state, words.inbox.nothing.stateText);
  if (filter === 'waiting') return empty(words.inbox.nothing.waiting, words.inbox.nothing.waitingText);
  return empty(words.inbox.nothing.any, words.inbox.nothing.anyText);
}

/** Where conversations stand now, innermost states only, and those who want no texts. */
async function statesOf(api: Api, signal: AbortSignal): Promise<string[]> {
  const { counts } = await api.get('/api/machines/customer', MachineDetail, { signal });
  const paths = Object.keys(counts);
  const standing = paths.filter(
    (path) => path.startsWith(TALK) && !paths.some((other) => other.startsWith(`${path}.`)),
  );
  const gone = paths.filter((path) => path === 'consent.optedOut');
  return [...standing.map((path) => path.slice(TALK.length)).sort(), ...gone];
}

function rowOf(item: InboxItem, staffId: string): HTMLElement[] {
  const { key, name, phone, state, last, lastAt, unread, waits, keeper, optedOut, openOrders, attention, status } =
    item;
  const who = element('span', { class: 'inbox-name' }, name ?? spoken(phone));
  const number = name === null ? [] : [element('span', { class: 'inbox-phone' }, spoken(phone))];
  const unseen =
    unread > 0
      ? [
          element(
            'span',
            { class: 'unread', title: words.inbox.unread(unread) },
            String(unread),
            element('span', { class: 'unseen' }, ` ${words.inbox.unreadWord}`),
          ),
        ]
      : [];
  const chips = [
    ...waits.map(({ reason, since }) =>
      element('span', { class: 'chip chip-wait' }, words.waits[reason], ' ', agoElement(since)),
    ),
    ...(attention === 'staff'
      ? [chip(keeper?.id === staffId ? words.inbox.yours : words.inbox.keptBy(keeper?.name ?? ''), 'staff')]
      : []),
    ...(status === 'aside' ? [chip(words.inbox.aside, 'alarm')] : []),
    ...(optedOut ? [chip(words.inbox.optedOut, 'alarm')] : []),
    ...(openOrders > 0 ? [chip(words.inbox.openOrders(openOrders))] : []),
    chip(words.state(state), 'state', state),
  ];
  const line = element('p', { class: 'inbox-text' }, ...lastLine(last));
  const link = element('a', { class: 'row-link', href: `/console/conversations/${key}` }, who);
  return [
    element(
      'div',
      { class: 'inbox-row', 'data-waits': waits.length > 0, 'data-unread': unread > 0 },
      element('span', { class: 'avatar', 'aria-hidden': 'true' }, initialsOf(name, phone)),
      element(
        'div',
        { class: 'inbox-main' },
        element('div', { class: 'inbox-line' }, link, ...number, ...unseen),
        line,
        element('div', { class: 'chips' }, ...chips),
      ),
      element('div', { class: 'inbox-when' }, agoElement(last?.at ?? lastAt)),
    ),
  ];
}

function lastLine(last: InboxItem['last']): Array<Node | string> {
  if (last === null) return [words.inbox.noText];
  const by = element('span', { class: 'inbox-by' }, `${words.by[last.by]}: `);
  return last.by === 'customer' ? [last.text] : [by, last.text];
}

/** Two letters of a name, or the last two digits of a number. */
export function initialsOf(name: string | null, phone: string): string {
  if (name === null) return phone.slice(-2);
  const parts = name.trim().split(/\s+/);
  return `${parts[0]?.[0] ?? ''}${parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : ''}`.toUpperCase();
}
