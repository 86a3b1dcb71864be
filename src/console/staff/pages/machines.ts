// The statecharts from above: how many actors stand where, how long they stay, where they leave to, which version they run.
import { ActorPage } from '../../../web/wire/actors.ts';
import type { ActorSummary } from '../../../web/wire/actors.ts';
import { MachineDetail, MachineList, MachineStats } from '../../../web/wire/machines.ts';
import type { MachineSummary } from '../../../web/wire/machines.ts';
import { activeLeaves } from '../../chart/way.ts';
import { element } from '../../dom.ts';
import type { Office, OpenPage } from '../desk.ts';
import { count } from '../money.ts';
import { chartView, drawChart } from '../parts/chart-view.ts';
import { choices, chip } from '../parts/controls.ts';
import { load, throttled } from '../parts/load.ts';
import { longList } from '../parts/long-list.ts';
import { empty } from '../parts/states.ts';
import { agoElement, duration } from '../when.ts';
import { words } from '../words.ts';

const REFRESH_MS = 5_000;
const PAGE = 50;
const DAYS = ['1', '7', '30'];

export const machinesPage: OpenPage = ({ api }, _place, signal) => {
  const body = element('div', { class: 'cards' });
  load(
    body,
    (stop) => api.get('/api/machines', MachineList, { signal: stop }),
    ({ items }) => {
      body.replaceChildren(...items.map(machineCard));
    },
    signal,
  );
  const head = element(
    'header',
    { class: 'page-head' },
    element('h1', {}, words.machines.title),
    element('p', { class: 'note' }, words.machines.line),
  );
  return { title: words.machines.title, root: element('div', { class: 'page' }, head, body) };
};

function machineCard({ id, version, counts }: MachineSummary): HTMLElement {
  const paths = Object.keys(counts);
  const leaves = paths.filter(
    (path) => !paths.some((other) => other.startsWith(`${path}.`)) && words.standing([path]) !== '',
  );
  const top = leaves.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0)).slice(0, 6);
  const most = counts[top[0] ?? ''] ?? 1;
  const bars = top.map((path) =>
    element(
      'li',
      {},
      element('span', {}, words.state(path)),
      element('meter', { min: '0', max: String(most), value: String(counts[path]), 'aria-label': path }),
      element('strong', {}, count(counts[path] ?? 0)),
    ),
  );
  const link = element('a', { class: 'row-link', href: `/console/machines/${id}` }, words.machines.name(id));
  return element(
    'article',
    { class: 'card' },
    element('h2', {}, link, ' ', chip(words.machines.version(version))),
    element('ul', { class: 'meters' }, ...bars),
  );
}

export const machinePage: OpenPage = (office, { params, query }, signal) => {
  const { api, live, router } = office;
  const id = params['id'] ?? '';
  let days = query.get('days') ?? '7';
  const picture = element('div', { class: 'chart-place chart-place-tall' });
  const table = element('div');
  const people = element('section', { class: 'machine-people', 'aria-live': 'polite' });
  const open = (state: string) => {
    router.note({ state });
    people.replaceChildren(...actorsIn(office, id, state, signal));
    people.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  };
  const read = (stop: AbortSignal) => api.get(`/api/machines/${id}`, MachineDetail, { signal: stop });
  let view: ReturnType<typeof chartView> | null = null;
  const loader = load(
    picture,
    async (stop) => {
      const machine = await read(stop);
      return { machine, drawn: await drawChart(id, machine.version, machine.definition) };
    },
    ({ machine, drawn }) => {
      if (!view) {
        view = chartView(drawn, words.chart.heatLabel(id), open);
      }
      if (view.root.parentElement !== picture) {
        picture.replaceChildren(view.root);
        view.fit();
      }
      view.mark({ heat: heatOf(machine.counts) });
    },
    signal,
  );
  const stats = load(
    table,
    (stop) => api.get(`/api/machines/${id}/stats`, MachineStats, { query: { days }, signal: stop }),
    (found) => {
      table.replaceChildren(...statsOf(found, open));
    },
    signal,
  );
  const span = choices(
    words.machines.days,
    DAYS.map((value) => ({ value, label: words.machines.day(value) })),
    days,
    (value) => {
      days = value;
      router.note({ days });
      span.show(
        DAYS.map((one) => ({ value: one, label: words.machines.day(one) })),
        days,
      );
      void stats.again();
    },
  );
  live.hear(
    throttled(REFRESH_MS, () => void loader.again(), signal),
    signal,
  );
  const state = query.get('state');
  if (state !== null) open(state);
  const head = element(
    'header',
    { class: 'page-head' },
    element('a', { class: 'icon-button', href: '/console/machines', 'aria-label': words.machines.all }, '‹'),
    element('h1', {}, words.machines.name(id)),
    span.root,
  );
  const pane = element(
    'section',
    { class: 'chart-pane', 'aria-label': words.chart.title },
    element('p', { class: 'note' }, words.machines.hint),
    picture,
  );
  const root = element(
    'div',
    { class: 'page page-machine' },
    head,
    element('div', { class: 'machine-grid' }, pane, element('div', { class: 'machine-side' }, people, table)),
  );
  return { title: words.machines.name(id), root };
};

/** Beside the fullest innermost state; the square root, so that small crowds are seen too. */
function heatOf(counts: MachineSummary['counts']): Map<string, { count: number; heat: number }> {
  const paths = Object.keys(counts);
  const isLeaf = (path: string) => !paths.some((other) => other.startsWith(`${path}.`));
  const most = Math.max(1, ...paths.filter(isLeaf).map((path) => counts[path] ?? 0));
  return new Map(
    paths.map((path) => [
      path,
      { count: counts[path] ?? 0, heat: isLeaf(path) ? Math.sqrt((counts[path] ?? 0) / most) : 0 },
    ]),
  );
}

function statsOf(
  { states, versions, turns, sampled, days }: MachineStats,
  open: (state: string) => void,
): HTMLElement[] {
  const header = element(
    'tr',
    {},
    ...Object.values(words.machines.columns).map((name) => element('th', { scope: 'col' }, name)),
  );
  const rows = talkFirst(states).map(({ state, standing, entered, dwellP50, dwellP95, leftTo }) => {
    const name = element('button', { type: 'button', class: 'link-button' }, words.state(state));
    name.addEventListener('click', () => open(state));
    const ways = leftTo
      .slice(0, 3)
      .map(({ state: to, times, event }) =>
        element(
          'li',
          { title: words.event(event) },
          `${words.state(to)} `,
          element('span', { class: 'note' }, `${count(times)} ×`),
        ),
      );
    return element(
      'tr',
      {},
      element('th', { scope: 'row', title: state }, name),
      ...[count(standing), count(entered), duration(dwellP50), duration(dwellP95)].map((text) =>
        element('td', { class: 'number' }, text),
      ),
      element('td', {}, element('ul', { class: 'ways' }, ...ways)),
    );
  });
  const table = element(
    'table',
    { class: 'table' },
    element('caption', {}, words.machines.stays(days)),
    element('thead', {}, header),
    element('tbody', {}, ...rows),
  );
  const running = versions.map(({ version, actors }) => chip(`${words.machines.version(version)}: ${count(actors)}`));
  const note = element('p', { class: 'note' }, words.machines.read(count(turns), sampled));
  return [
    element('div', { class: 'chips' }, element('span', { class: 'note' }, words.machines.versions), ...running),
    element(
      'div',
      { class: 'table-place', tabindex: '0', role: 'region', 'aria-label': words.machines.stays(days) },
      table,
    ),
    note,
  ];
}

/** What a conversation is about comes before what runs beside it. */
function talkFirst(states: MachineStats['states']): MachineStats['states'] {
  const isTalk = ({ state }: { state: string }) => state.startsWith('conversation.');
  return [...states.filter(isTalk), ...states.filter((one) => !isTalk(one))];
}

function actorsIn({ api }: Office, machine: string, state: string, signal: AbortSignal): HTMLElement[] {
  const body = element('div');
  const read = (cursor: string | null, stop: AbortSignal) =>
    api.get('/api/actors', ActorPage, { query: { machine, state, cursor, limit: PAGE }, signal: stop });
  const list = longList<ActorSummary>({
    label: words.machines.standing(words.state(state)),
    idOf: ({ key }) => key,
    draw: actorRow,
    more: read,
    signal,
  });
  load(
    body,
    (stop) => read(null, stop),
    (page) => {
      list.reset(page);
      body.replaceChildren(list.size() > 0 ? list.root : empty(words.machines.nobody, words.machines.nobodyText));
    },
    signal,
  );
  return [element('h2', {}, words.machines.standing(words.state(state))), body];
}

function actorRow({ id, key, machine, value, updatedAt, version, status }: ActorSummary): HTMLElement[] {
  const href =
    machine === 'customer' ? `/console/conversations/${key}` : `/console/orders/${id.slice(id.indexOf(':') + 1)}`;
  const name = element('a', { class: 'row-link', href }, words.machines.actor(id));
  return [
    element(
      'div',
      { class: 'actor-row' },
      name,
      element(
        'span',
        { class: 'chips' },
        chip(words.standing(activeLeaves(value)), 'state'),
        ...(status === 'active' ? [] : [chip(status, 'alarm')]),
        chip(words.machines.version(version)),
      ),
      element('span', { class: 'note' }, agoElement(updatedAt)),
    ),
  ];
}
