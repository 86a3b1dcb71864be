// What stands around every page: the menu with what waits, the connection's state, notices, help.
import { drawing, element, setAttributes, setText } from '../dom.ts';
import { isAbort, sentenceOf, Whatever } from './api.ts';
import type { Api } from './api.ts';
import type { Keys } from './keys.ts';
import { openDialog, show as showDialog } from './parts/dialog.ts';
import { button, iconButton } from './parts/controls.ts';
import type { Desk, DeskStore } from './store.ts';
import { cycleTheme } from './theme.ts';
import { words } from './words.ts';

type MenuItem = { href: string; icon: string; label: string; role?: 'admin'; badge?: (desk: Desk) => number };

const menu: MenuItem[] = [
  { href: '/console/inbox', icon: 'inbox', label: words.menu.inbox, badge: ({ waiting }) => waiting.waiting },
  { href: '/console/orders', icon: 'orders', label: words.menu.orders },
  { href: '/console/stock', icon: 'stock', label: words.menu.stock },
  { href: '/console/machines', icon: 'machines', label: words.menu.machines },
  { href: '/console/trouble', icon: 'trouble', label: words.menu.trouble, badge: ({ trouble }) => trouble },
  { href: '/console/numbers', icon: 'numbers', label: words.menu.numbers },
  { href: '/console/audit', icon: 'audit', label: words.menu.audit, role: 'admin' },
];
/** In milliseconds. */
const NOTICE_FOR = 6_000;

export type Shell = {
  root: HTMLElement;
  /** Puts a page on the stage and its name in the title. */
  stage(title: string, page: HTMLElement, path: string): void;
};

export function createShell(store: DeskStore, logOut: () => void, pageKeys: () => Keys): Shell {
  const stage = element('main', { id: 'stage', class: 'stage', tabindex: '-1' });
  const banner = element('p', { class: 'banner', role: 'status', hidden: true });
  const notices = element('ol', { class: 'notices', role: 'status', 'aria-live': 'polite' });
  const links = menu.map((item) => menuLink(item));
  const who = element('p', { class: 'who-am-i' });
  const foot = element('div', { class: 'menu-foot' }, who);
  foot.append(
    iconButton(words.menu.help, 'help', () => showHelp(pageKeys())),
    iconButton(words.menu.theme, 'sun', cycleTheme),
    iconButton(words.menu.logOut, 'door', logOut),
    moreButton(logOut),
  );
  const nav = element(
    'nav',
    { class: 'menu', 'aria-label': words.menu.label },
    brand(),
    element('ul', {}, ...links.map(({ row }) => row)),
    foot,
  );
  const root = element(
    'div',
    { class: 'shell' },
    element('a', { class: 'skip', href: '#stage' }, words.menu.skip),
    nav,
  );
  root.append(element('div', { class: 'house' }, banner, stage), notices);
  const refresh = (desk: Desk) => {
    setText(who, desk.session?.staff.name ?? '');
    for (const { item, row, badge } of links) {
      row.hidden = item.role === 'admin' && desk.session?.staff.role !== 'admin';
      showBadge(badge, item.badge?.(desk) ?? 0);
    }
    banner.hidden = desk.link !== 'lost';
    setText(banner, desk.link === 'lost' ? words.link.lost : '');
    showNotices(notices, desk, (id) => store.trigger.noticeLeft({ id }));
  };
  store.subscribe(({ context }) => refresh(context));
  refresh(store.getSnapshot().context);
  return {
    root,
    stage: (title, page, path) => {
      document.title = `${title} · ${words.brand.name}`;
      for (const { item, link } of links)
        setAttributes(link, { 'aria-current': path.startsWith(item.href) ? 'page' : null });
      stage.replaceChildren(page);
      stage.scrollTo({ top: 0 });
    },
  };
}

/** On a narrow display, in place of what stands in the menu's foot. */
function moreButton(logOut: () => void): HTMLElement {
  const label = element('span', { class: 'menu-label' }, words.menu.more);
  const made = element('button', { type: 'button', class: 'menu-more' }, drawing('menu'), label);
  made.addEventListener('click', () => {
    const { root, close } = openDialog(words.menu.more, () => undefined);
    const leave = () => {
      close();
      logOut();
    };
    const actions = [
      button(words.menu.theme, cycleTheme, { icon: 'sun' }),
      button(words.menu.logOut, leave, { icon: 'door' }),
      button(words.dialog.close, close, { look: 'main' }),
    ];
    root.append(element('div', { class: 'dialog-body' }, element('div', { class: 'dialog-actions' }, ...actions)));
    root.showModal();
  });
  return made;
}

function brand(): HTMLElement {
  const portrait = element('span', { class: 'portrait' }, drawing('marty'));
  return element(
    'a',
    { class: 'brand', href: '/console/inbox' },
    portrait,
    element('span', { class: 'brand-name' }, words.brand.name),
  );
}

function menuLink(item: MenuItem) {
  const badge = element('span', { class: 'badge', hidden: true });
  const link = element(
    'a',
    { href: item.href },
    drawing(item.icon),
    element('span', { class: 'menu-label' }, item.label),
    badge,
  );
  return { item, link, badge, row: element('li', {}, link) };
}

function showBadge(badge: HTMLElement, value: number): void {
  badge.hidden = value === 0;
  setText(badge, value > 99 ? '99+' : String(value));
}

const leaving = new Set<number>();

function showNotices(root: HTMLElement, { notices }: Desk, leave: (id: number) => void): void {
  const shown = new Set([...root.children].map((child) => child.getAttribute('data-id')));
  for (const row of root.querySelectorAll('[data-id]')) {
    if (!notices.some(({ id }) => String(id) === row.getAttribute('data-id'))) row.remove();
  }
  for (const { id, kind, text } of notices) {
    if (shown.has(String(id))) continue;
    const row = element('li', { class: `notice notice-${kind}`, 'data-id': String(id) }, element('span', {}, text));
    row.append(iconButton(words.dialog.close, 'cross', () => leave(id)));
    root.append(row);
    if (leaving.has(id)) continue;
    leaving.add(id);
    setTimeout(() => leave(id), kind === 'trouble' ? 2 * NOTICE_FOR : NOTICE_FOR);
  }
}

/** The keys of this page and of every page. */
export function showHelp(keys: Keys): void {
  const rows = keys.flatMap(({ keys: names, label }) => [
    element('dt', {}, ...names.slice(0, 2).map((name) => element('kbd', {}, words.keys.names[name] ?? name))),
    element('dd', {}, label),
  ]);
  showDialog(words.keys.title, element('dl', { class: 'key-list' }, ...rows));
}

/** Ends the session at the server; what goes wrong there is told, and the page forgets all the same. */
export async function endSession(api: Api): Promise<string | null> {
  try {
    await api.send({ method: 'DELETE', path: '/api/session', schema: Whatever });
    return null;
  } catch (error) {
    return isAbort(error) ? null : sentenceOf(error);
  }
}
