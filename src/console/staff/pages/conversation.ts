// One conversation: the transcript as the customer sees it, and beside it the actor from inside. A person can take it over.
import { ReadAnswer, Conversation } from '../../../web/wire/conversation.ts';
import { element, setAttributes } from '../../dom.ts';
import { isAbort } from '../api.ts';
import type { OpenPage } from '../desk.ts';
import type { Keys } from '../keys.ts';
import { spoken } from '../money.ts';
import { button, choices, chip } from '../parts/controls.ts';
import { load, throttled } from '../parts/load.ts';
import { actorView } from '../time/actor-view.ts';
import { agoElement, countdown, moment } from '../when.ts';
import { words } from '../words.ts';
import { createComposer } from './conversation/composer.ts';
import { customerPanel } from './conversation/customer.ts';
import { handBack, takeOver } from './conversation/keeping.ts';
import { notesPanel } from './conversation/notes.ts';
import { createTranscript } from './conversation/transcript.ts';
import { initialsOf } from './inbox.ts';

const REFRESH_MS = 500;
type View = 'talk' | 'chart' | 'details';

export const conversationPage: OpenPage = (office, { params }, signal) => {
  const { api, live } = office;
  const path = `/api/conversations/${encodeURIComponent(params['key'] ?? '')}`;
  const root = element('div', { class: 'page page-conversation', 'data-view': 'talk' });
  const keys: Keys = [{ keys: ['u', 'Escape'], label: words.conversation.back, run: () => history.back() }];
  let parts: ReturnType<typeof build> | null = null;
  const build = (first: Conversation) => {
    let conversation = first;
    const head = element('header', { class: 'conversation-head' });
    const about = element('div', { class: 'about' }, ...switchOf(root));
    const view = actorView(
      office,
      first.id,
      'customer',
      [
        { id: 'customer', label: words.customer.tab, open: () => customerPanel(conversation) },
        {
          id: 'notes',
          label: words.notes.tab,
          open: () => notesPanel(office, path, conversation, () => void loader.again()),
        },
      ],
      signal,
    );
    const transcript = createTranscript(office, path, spoken(first.phone), view.journey, signal);
    const composer = createComposer(
      office,
      path,
      () => conversation,
      async () => {
        await Promise.all([loader.again(), transcript.refresh()]);
      },
      signal,
    );
    const talk = element(
      'section',
      { class: 'talk', 'aria-label': words.conversation.talk },
      transcript.root,
      composer.root,
    );
    const insight = element('div', { class: 'insight' }, view.chart, view.details);
    const grid = element('div', { class: 'conversation-grid' }, talk, insight);
    let drawn = '';
    const show = (next: Conversation) => {
      conversation = next;
      if (grid.parentElement !== root) root.replaceChildren(head, about, grid);
      // Other customers' turns lead here too: a button that somebody is about to press stays where it is.
      if (drawn === JSON.stringify(next)) return;
      drawn = JSON.stringify(next);
      head.replaceChildren(...headOf(next, office.staff.id, signal));
      head.append(element('div', { class: 'head-actions' }, ...actionsOf(next)));
      composer.show(next);
      view.refresh('customer', 'notes');
    };
    const taking = async () => {
      await takeOver(office, path);
      await loader.again();
      composer.answer();
    };
    const actionsOf = (now: Conversation) => {
      const again = () => loader.again();
      const take = button(words.keeping.take, taking, { look: 'main', icon: 'hand' });
      const give = button(words.keeping.give, () => handBack(office, path).then(again), { icon: 'marty' });
      return now.keeper?.id === office.staff.id ? [give] : now.attention === 'staff' ? [give, take] : [take];
    };
    keys.push(
      { keys: ['t'], label: words.keeping.take, run: () => void taking() },
      { keys: ['h'], label: words.keeping.give, run: () => void handBack(office, path).then(() => loader.again()) },
      { keys: ['r'], label: words.composer.answer, run: composer.answer },
      ...view.keys,
    );
    return { show, transcript };
  };
  const readAll = async (stop: AbortSignal) => {
    const conversation = await api.get(path, Conversation, { signal: stop });
    if (conversation.unread > 0 && document.visibilityState === 'visible') void markRead();
    return conversation;
  };
  const markRead = async () => {
    try {
      await api.send({ method: 'POST', path: `${path}/read`, schema: ReadAnswer });
      office.recount();
    } catch (error) {
      if (!isAbort(error)) office.complain(error);
    }
  };
  const loader = load(
    root,
    readAll,
    (conversation) => {
      parts ??= build(conversation);
      parts.show(conversation);
      document.title = `${conversation.name ?? spoken(conversation.phone)} · ${words.brand.name}`;
    },
    signal,
  );
  const refresh = throttled(
    REFRESH_MS,
    () => {
      void loader.again();
      void parts?.transcript.refresh();
    },
    signal,
  );
  live.hear(
    (news) => (news.kind === 'gap' || news.turn.key === params['key'] || news.turn.machine === 'order') && refresh(),
    signal,
  );
  return { title: words.conversation.title, root, keys };
};

function headOf(conversation: Conversation, staffId: string, signal: AbortSignal): Node[] {
  const { name, phone, state, attention, keeper, waits, optedOut, status, since } = conversation;
  const title = element('h1', {}, name ?? spoken(phone));
  const lease = keeper?.until ? [' ', countdown(keeper.until, signal)] : [];
  const kept = keeper?.id === staffId ? words.inbox.yours : words.inbox.keptBy(keeper?.name ?? '');
  const chips = [
    ...(attention === 'staff'
      ? [element('span', { class: 'chip chip-staff', title: words.keeping.lease }, kept, ...lease)]
      : []),
    ...waits.map(waitChip),
    chip(words.state(state), 'state', state),
    ...(optedOut ? [chip(words.inbox.optedOut, 'alarm')] : []),
    ...(status === 'aside' ? [chip(words.inbox.aside, 'alarm')] : []),
  ];
  const line = element(
    'p',
    { class: 'head-line' },
    ...(name === null ? [] : [spoken(phone), ' · ']),
    words.conversation.since(moment(since)),
  );
  return [
    element(
      'a',
      { class: 'icon-button head-back', href: '/console/inbox', 'aria-label': words.conversation.back },
      '‹',
    ),
    element('span', { class: 'avatar', 'aria-hidden': 'true' }, initialsOf(name, phone)),
    element('div', { class: 'head-who' }, title, line),
    element('div', { class: 'chips' }, ...chips),
  ];
}

/** Leads to what is to be done about it, where that is on another page. */
function waitChip({ reason, since, orderId }: Conversation['waits'][number]): HTMLElement {
  const said = [words.waits[reason], ' ', agoElement(since)];
  const href = {
    order: `/console/orders/${orderId}`,
    aside: '/console/trouble',
    asked: null,
    unanswered: null,
    undelivered: null,
  }[reason];
  return href === null
    ? element('span', { class: 'chip chip-wait' }, ...said)
    : element('a', { class: 'chip chip-wait', href }, ...said);
}

/** On a narrow display one of three is shown. */
function switchOf(root: HTMLElement): Node[] {
  const all = (['talk', 'chart', 'details'] satisfies View[]).map((value) => ({
    value,
    label: words.conversation.views[value],
  }));
  const made = choices(words.conversation.viewsLabel, all, root.getAttribute('data-view') ?? 'talk', (value) => {
    setAttributes(root, { 'data-view': value });
    made.show(all, value);
  });
  return [made.root];
}
