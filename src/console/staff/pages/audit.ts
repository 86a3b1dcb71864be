// Who did what, for admins: every act of staff with its answer. Names of acts and ids, never a text.
import { AuditPage } from '../../../web/wire/audit.ts';
import type { AuditItem } from '../../../web/wire/audit.ts';
import { element } from '../../dom.ts';
import type { OpenPage } from '../desk.ts';
import { chip } from '../parts/controls.ts';
import { load } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { empty } from '../parts/states.ts';
import { agoElement } from '../when.ts';
import { words } from '../words.ts';

const PAGE = 50;

export const auditPage: OpenPage = ({ api }, _place, signal) => {
  const body = element('div');
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/audit', AuditPage, { query: { cursor, limit: PAGE }, signal: stop });
  const list = longList<AuditItem>({
    label: words.audit.title,
    idOf: ({ id }) => id,
    draw: (item) => [auditRow(item)],
    more: read,
    signal,
  });
  load(
    body,
    (stop) => read(null, stop),
    (page) => {
      list.reset(page);
      body.replaceChildren(list.size() > 0 ? list.root : empty(words.audit.none, words.audit.noneText));
    },
    signal,
  );
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.audit.title));
  return { title: words.audit.title, root: element('div', { class: 'page' }, head, body), keys: list.keys };
};

function auditRow(item: AuditItem): HTMLElement {
  const { at, staff, act, status } = item;
  return element(
    'div',
    { class: 'audit-row' },
    element('strong', {}, staff.name),
    element('span', { title: act }, words.audit.act(act)),
    ...targetOf(item),
    ...(status >= 400 ? [chip(words.audit.refused(status), 'alarm')] : []),
    element('span', { class: 'note' }, agoElement(at)),
  );
}

/** An order or a conversation is a link; the ids of all else are shown as they are. */
function targetOf({ act, target }: AuditItem): HTMLElement[] {
  if (target === null) return [];
  const { customer, order } = words.audit.target;
  const link = (href: string, text: string) => [element('a', { href }, text)];
  if (target.startsWith('customer:'))
    return link(`/console/conversations/${target.slice('customer:'.length)}`, customer);
  if (act.startsWith('orders.')) return link(`/console/orders/${target}`, order(target));
  return [element('code', {}, target)];
}
