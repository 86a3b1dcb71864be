// The staff console: who is logged in, which page the address means, and what every page shares.
import './wire.ts';
import '../design/tokens.css';
import '../design/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/inbox.css';
import './styles/conversation.css';
import './styles/chart.css';
import './styles/desk.css';
import './styles/numbers.css';
import './styles/print.css';
import { InboxPage } from '../../web/wire/inbox.ts';
import { SessionInfo } from '../../web/wire/session.ts';
import { TroublePage } from '../../web/wire/trouble.ts';
import { createApi, isAbort, Refused, sentenceOf, Unreachable } from './api.ts';
import type { Office, OpenPage, Page } from './desk.ts';
import { listenToKeys } from './keys.ts';
import type { Keys } from './keys.ts';
import { createLive } from './live.ts';
import { auditPage } from './pages/audit.ts';
import { conversationPage } from './pages/conversation.ts';
import { inboxPage } from './pages/inbox.ts';
import { loginPage } from './pages/login.ts';
import { machinePage, machinesPage } from './pages/machines.ts';
import { numbersPage } from './pages/numbers.ts';
import { orderPage } from './pages/order.ts';
import { ordersPage } from './pages/orders.ts';
import { pickListPage } from './pages/pick-list.ts';
import { stockPage } from './pages/stock.ts';
import { troublePage } from './pages/trouble.ts';
import { every, STALE, throttled } from './parts/load.ts';
import { broken, empty } from './parts/states.ts';
import { createRouter, find } from './router.ts';
import type { Route } from './router.ts';
import { createShell, endSession, showHelp } from './shell.ts';
import { createDesk } from './store.ts';
import { applyTheme } from './theme.ts';
import { keepAges } from './when.ts';
import { words } from './words.ts';

const routes: Array<Route<OpenPage>> = [
  { pattern: '/console/inbox', page: inboxPage },
  { pattern: '/console/conversations/:key', page: conversationPage },
  { pattern: '/console/orders', page: ordersPage },
  { pattern: '/console/orders/pick-list', page: pickListPage },
  { pattern: '/console/orders/:id', page: orderPage },
  { pattern: '/console/stock', page: stockPage },
  { pattern: '/console/machines', page: machinesPage },
  { pattern: '/console/machines/:id', page: machinePage },
  { pattern: '/console/trouble', page: troublePage },
  { pattern: '/console/numbers', page: numbersPage },
  { pattern: '/console/audit', page: auditPage },
];
const HOME = '/console/inbox';
const LOGIN = '/console/login';
const COUNT_EVERY_MS = 5_000;
/** Not all trouble makes a turn that would have it counted. */
const COUNT_AT_LEAST_EVERY_MS = 60_000;

const everAfter = new AbortController().signal;
const store = createDesk();
const api = createApi(() => store.trigger.loggedOut());
const live = createLive((link) => store.trigger.linkChanged({ link }));
const router = createRouter(open);
const place = document.getElementById('console') ?? document.body;
const shell = createShell(
  store,
  () => void logOut(),
  () => [...(page?.keys ?? []), ...globalKeys],
);
let page: Page | null = null;
let leaving = new AbortController();
let notices = 0;

const globalKeys: Keys = [
  { keys: ['?'], label: words.keys.help, run: () => showHelp([...(page?.keys ?? []), ...globalKeys]) },
  { keys: ['1'], label: words.menu.inbox, run: () => router.go('/console/inbox') },
  { keys: ['2'], label: words.menu.orders, run: () => router.go('/console/orders') },
  { keys: ['3'], label: words.menu.stock, run: () => router.go('/console/stock') },
  { keys: ['4'], label: words.menu.machines, run: () => router.go('/console/machines') },
  { keys: ['5'], label: words.menu.trouble, run: () => router.go('/console/trouble') },
  { keys: ['6'], label: words.menu.numbers, run: () => router.go('/console/numbers') },
];

const recount = throttled(COUNT_EVERY_MS, () => void count(), everAfter);

applyTheme();
keepAges();
listenToKeys(() => [...(page?.keys ?? []), ...globalKeys], everAfter);
live.hear(recount, everAfter);
every(COUNT_AT_LEAST_EVERY_MS, recount, everAfter);
store.subscribe(({ context }) => {
  if (context.session !== null) return;
  live.close();
  if (location.pathname !== LOGIN) open(new URL(location.href));
});
place.addEventListener(STALE, (event) => event instanceof CustomEvent && complainOfStale(event.detail));
void begin();

async function begin(): Promise<void> {
  try {
    enter(await api.get('/api/session', SessionInfo));
  } catch (error) {
    const isStranger = error instanceof Refused && error.status === 401;
    if (!isStranger) return place.replaceChildren(broken(error, begin));
  }
  router.start();
}

function enter(session: SessionInfo): void {
  store.trigger.loggedIn({ session });
  live.open();
  void count();
}

async function logOut(): Promise<void> {
  const trouble = await endSession(api);
  store.trigger.loggedOut();
  if (trouble !== null) notice('trouble', trouble);
}

function open(url: URL): void {
  leaving.abort();
  leaving = new AbortController();
  page = null;
  const { session } = store.getSnapshot().context;
  if (session === null || url.pathname === LOGIN) return openLogin(url);
  if (url.pathname === '/console' || url.pathname === '/console/') return router.go(HOME, { replace: true });
  const found = find(routes, url);
  const office = officeFor(session);
  page = found
    ? found.page(office, found.place, leaving.signal)
    : { title: words.states.nowhere, root: empty(words.states.nowhere, words.states.nowhereText) };
  if (!shell.root.isConnected) place.replaceChildren(shell.root);
  shell.stage(page.title, page.root, url.pathname);
}

function openLogin(url: URL): void {
  const next = url.pathname === LOGIN ? (url.searchParams.get('next') ?? HOME) : `${url.pathname}${url.search}`;
  if (url.pathname !== LOGIN) history.replaceState(null, '', LOGIN);
  const goOn = (session: SessionInfo) => {
    enter(session);
    router.go(next.startsWith('/console') ? next : HOME, { replace: true });
  };
  const made = loginPage(api, goOn, url.searchParams.get('link') === 'used' ? words.login.usedLink : '');
  document.title = `${made.title} · ${words.brand.name}`;
  place.replaceChildren(made.root);
  made.root.querySelector('input')?.focus();
}

function officeFor({ staff }: SessionInfo): Office {
  return {
    api,
    live,
    router,
    store,
    staff,
    recount,
    tell: (text) => notice('done', text),
    complain: (error) => void (isAbort(error) || notice('trouble', sentenceOf(error))),
  };
}

function notice(kind: 'done' | 'trouble', text: string): void {
  notices += 1;
  store.trigger.noticed({ id: notices, kind, text });
}

/** While the banner says that the shop is out of reach, nothing else needs to say it. */
function complainOfStale(error: unknown): void {
  const isKnown = error instanceof Unreachable && store.getSnapshot().context.link === 'lost';
  if (!isKnown) notice('trouble', sentenceOf(error));
}

/** What the menu's badges say; a count that cannot be read stays as it was. */
async function count(): Promise<void> {
  if (store.getSnapshot().context.session === null) return;
  await Promise.allSettled([
    api
      .get('/api/inbox', InboxPage, { query: { filter: 'waiting', limit: 1 } })
      .then(({ counts }) => store.trigger.waitingCounted({ waiting: counts })),
    api
      .get('/api/trouble', TroublePage, { query: { limit: 1 } })
      .then(({ counts }) => store.trigger.troubleCounted({ trouble: counts.command + counts.event + counts.actor })),
  ]);
}
