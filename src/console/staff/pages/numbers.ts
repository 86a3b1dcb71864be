// The shop in numbers, day by day in its own zone: how much is talked, how fast, what is sold, what it costs.
import { Numbers } from '../../../web/wire/numbers.ts';
import type { NumbersDay } from '../../../web/wire/numbers.ts';
import { element } from '../../dom.ts';
import type { OpenPage } from '../desk.ts';
import { count, money } from '../money.ts';
import { choices } from '../parts/controls.ts';
import { load } from '../parts/load.ts';
import { plot } from '../parts/plot.ts';
import { empty } from '../parts/states.ts';
import { duration } from '../when.ts';
import { words } from '../words.ts';
import { trialsCard, variantsCard } from './voices.ts';

const SPANS = ['7', '14', '30', '90'];
const DAY_MS = 24 * 60 * 60 * 1000;

export const numbersPage: OpenPage = ({ api, router }, { query }, signal) => {
  let days = SPANS.find((span) => span === query.get('days')) ?? '14';
  const body = element('div', { class: 'numbers' });
  const loader = load(
    body,
    (stop) => api.get('/api/numbers', Numbers, { query: spanOf(Number(days)), signal: stop }),
    (numbers) =>
      body.replaceChildren(
        ...(isEmpty(numbers) ? [empty(words.numbers.none, words.numbers.noneText)] : figuresOf(numbers)),
      ),
    signal,
  );
  const spans = SPANS.map((value) => ({ value, label: words.machines.day(value) }));
  const span = choices(words.machines.days, spans, days, (value) => {
    days = value;
    router.note({ days });
    span.show(spans, days);
    void loader.again();
  });
  const head = element('header', { class: 'page-head' }, element('h1', {}, words.numbers.title), span.root);
  return { title: words.numbers.title, root: element('div', { class: 'page page-numbers' }, head, body) };
};

/** The last so many days, today among them. */
function spanOf(days: number): { from: string; to: string } {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: day(Date.now() - (days - 1) * DAY_MS), to: day(Date.now()) };
}

function isEmpty({ days }: Numbers): boolean {
  return days.every(({ textsIn, bubblesOut, orders }) => textsIn + bubblesOut + orders === 0);
}

function figuresOf(numbers: Numbers): HTMLElement[] {
  const { days: all, currency, timezone } = numbers;
  const { labels } = words.numbers;
  const days = all.map(({ day }) => day);
  const values = (key: Exclude<keyof NumbersDay, 'day'>) => all.map((one) => one[key]);
  const sum = (key: Exclude<keyof NumbersDay, 'day'>) => all.reduce((total, one) => total + (one[key] ?? 0), 0);
  const inMoney = (cents: number) => money(cents, currency);
  const p50 = all.map(({ answerP50 }) => answerP50).findLast((value) => value !== null) ?? null;
  return [
    plot({
      title: labels.conversations,
      kind: 'bars',
      days,
      format: short,
      total: count(sum('conversations')),
      series: [{ name: labels.conversations, values: values('conversations') }],
    }),
    plot({
      title: labels.answers,
      kind: 'lines',
      days,
      format: duration,
      total: duration(p50),
      series: [
        { name: labels.p50, values: values('answerP50') },
        { name: labels.p95, values: values('answerP95') },
      ],
    }),
    plot({
      title: labels.sales,
      kind: 'bars',
      days,
      format: inMoney,
      total: inMoney(sum('salesCents')),
      series: [{ name: labels.sales, values: values('salesCents') }],
    }),
    funnelCard(numbers),
    plot({
      title: labels.texts,
      kind: 'bars',
      days,
      format: short,
      total: count(sum('textsIn') + sum('bubblesOut')),
      series: [
        { name: labels.textsIn, values: values('textsIn') },
        { name: labels.bubblesOut, values: values('bubblesOut') },
      ],
    }),
    plot({
      title: labels.trouble,
      kind: 'bars',
      days,
      format: short,
      total: count(sum('fallbacks') + sum('undelivered')),
      series: [
        { name: labels.fallbacks, values: values('fallbacks') },
        { name: labels.undelivered, values: values('undelivered') },
      ],
    }),
    plot({
      title: labels.consent,
      kind: 'bars',
      days,
      format: short,
      total: count(sum('optOuts')),
      series: [
        { name: labels.optOuts, values: values('optOuts') },
        { name: labels.optIns, values: values('optIns') },
      ],
    }),
    plot({
      title: labels.tokens,
      kind: 'bars',
      days,
      format: short,
      total: count(sum('inputTokens') + sum('outputTokens')),
      series: [
        { name: labels.inputTokens, values: values('inputTokens') },
        { name: labels.outputTokens, values: values('outputTokens') },
      ],
    }),
    plot({
      title: labels.cost,
      kind: 'bars',
      days,
      format: (cents) => money(cents, 'USD'), // as the model's maker asks for it
      total: money(sum('costCents'), 'USD'),
      series: [{ name: labels.cost, values: values('costCents') }],
    }),
    variantsCard(numbers),
    trialsCard(numbers),
    element('p', { class: 'note numbers-note' }, words.numbers.zone(timezone)),
  ];
}

/** How many of those who began came how far; a list, so that it needs no other form. */
function funnelCard({ funnel }: Numbers): HTMLElement {
  const most = Math.max(1, ...funnel.map(({ customers }) => customers));
  const rows = funnel.map(({ state, customers }) =>
    element(
      'li',
      {},
      element('span', {}, words.numbers.step(state)),
      element('meter', {
        min: '0',
        max: String(most),
        value: String(customers),
        'aria-label': words.numbers.step(state),
      }),
      element('strong', {}, count(customers)),
      element('span', { class: 'note' }, `${Math.round((customers / most) * 100)} %`),
    ),
  );
  return element(
    'section',
    { class: 'card' },
    element('h2', {}, words.numbers.labels.funnel),
    element('ol', { class: 'meters funnel' }, ...rows),
  );
}

function short(value: number): string {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
