// Trouble: what failed and what was set aside, why, and a second chance. Nothing leaves this list by itself.
import { z } from 'zod';
import { RetriedAll, TroubleKind, TroublePage } from '../../../web/wire/trouble.ts';
import type { TroubleItem } from '../../../web/wire/trouble.ts';
import { element } from '../../dom.ts';
import type { Office, OpenPage } from '../desk.ts';
import { button, choices } from '../parts/controls.ts';
import { ask } from '../parts/dialog.ts';
import { every, load, throttled } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { empty } from '../parts/states.ts';
import { agoElement } from '../when.ts';
import { words } from '../words.ts';

const PAGE = 50;
const REFRESH_MS = 3_000;
/** What is set aside, or comes back after a retry, makes no turn that could tell of it. */
const LOOK_MS = 5_000;
const Done = z.object({ status: z.literal('done') });

export const troublePage: OpenPage = (office, { query }, signal) => {
  const { api, live, router, store, tell, complain } = office;
  let kind = TroubleKind.safeParse(query.get('kind')).data ?? null;
  const body = element('div');
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/trouble', TroublePage, { query: { kind, cursor, limit: PAGE }, signal: stop });
  const list = longList<TroubleItem>({
    label: words.trouble.title,
    idOf: ({ id }) => id,
    draw: (item) => [troubleRow(office, item, () => loader.again())],
    more: read,
    signal,
  });
  const loader = load(
    body,
    (stop) => read(null, stop),
    (page) => {
      const { command, event, actor } = page.counts;
      store.trigger.troubleCounted({ trouble: command + event + actor });
      kinds.show(kindChoices(page.counts), kind ?? 'all');
      all.hidden = page.items.every(({ can }) => !can.includes('retry'));
      list.reset(page);
      body.replaceChildren(list.size() > 0 ? list.root : empty(words.trouble.none, words.trouble.noneText));
    },
    signal,
  );
  const kinds = choices(
    words.trouble.kinds,
    kindChoices({ command: 0, event: 0, actor: 0 }),
    kind ?? 'all',
    (value) => {
      kind = TroubleKind.safeParse(value).data ?? null;
      router.note({ kind: kind ?? '' });
      void loader.again();
    },
  );
  const all = button(words.trouble.retryAll, async () => {
    if (!(await ask(words.trouble.retryAllQuestion))) return;
    try {
      const { retried, left } = await api.send({ method: 'POST', path: '/api/trouble/retry', schema: RetriedAll });
      tell(words.trouble.retriedAll(retried, left));
    } catch (error) {
      complain(error);
    }
    await loader.again();
  });
  const refresh = throttled(REFRESH_MS, () => void loader.again(), signal);
  live.hear(refresh, signal);
  every(LOOK_MS, refresh, signal);
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.trouble.title), all);
  const root = element(
    'div',
    { class: 'page page-trouble' },
    head,
    element('div', { class: 'toolbar' }, kinds.root),
    body,
  );
  return { title: words.trouble.title, root, keys: list.keys };
};

function kindChoices({ command, event, actor }: TroublePage['counts']) {
  return [
    { value: 'all', label: words.trouble.all, count: command + event + actor },
    { value: 'command', label: words.trouble.kind.command, count: command },
    { value: 'event', label: words.trouble.kind.event, count: event },
    { value: 'actor', label: words.trouble.kind.actor, count: actor },
  ];
}

function troubleRow(
  { api, tell, complain, recount, staff }: Office,
  item: TroubleItem,
  changed: () => unknown,
): HTMLElement {
  const { id, kind, actor, key, name, code, message, since, attempts } = item;
  const can = item.can.filter((verb) => verb === 'retry' || staff.role === 'admin');
  const href = actor.startsWith('order:')
    ? `/console/orders/${actor.slice('order:'.length)}`
    : `/console/conversations/${key}`;
  const act = (verb: 'retry' | 'dismiss') => async () => {
    if (verb === 'dismiss' && !(await ask({ ...words.trouble.dismissQuestion(name), danger: true }))) return;
    try {
      await api.send({ method: 'POST', path: `/api/trouble/${id}/${verb}`, schema: Done });
      tell(words.trouble.did[verb](name));
      recount();
    } catch (error) {
      complain(error);
    }
    await changed();
  };
  const buttons = can.map((verb) =>
    button(words.trouble.can[verb], act(verb), { small: true, look: verb === 'retry' ? 'main' : 'quiet' }),
  );
  return element(
    'article',
    { class: 'trouble-row', 'data-kind': kind },
    element(
      'div',
      {},
      element('h2', {}, words.trouble.task(kind, name), ' ', element('code', { class: 'note' }, name)),
      element('p', {}, words.trouble.reason(code, message)),
      ...(item.can.includes('retry') ? [] : [element('p', { class: 'note' }, words.trouble.over)]),
      element(
        'p',
        { class: 'note' },
        words.trouble.kindOf[kind],
        ' · ',
        element('a', { class: 'row-link', href }, words.trouble.whose(actor)),
        ' · ',
        agoElement(since),
        ...(attempts === null ? [] : [` · ${words.trouble.attempts(attempts)}`]),
        ' · ',
        element('code', {}, kind === 'command' ? code : message),
      ),
    ),
    element('div', { class: 'buttons' }, ...buttons),
  );
}
