// A chart over days: bars or lines as SVG, each point with a tooltip, and the same figures as a table for those who cannot see it.
import { element, setAttributes } from '../../dom.ts';
import { words } from '../words.ts';

export type Series = { name: string; values: Array<number | null> };
type Plot = {
  title: string;
  kind: 'bars' | 'lines';
  /** ISO dates, one for each value. */
  days: string[];
  series: Series[];
  format: (value: number) => string;
  /** The one figure to read at a glance. */
  total: string;
};

const WIDTH = 480;
const HEIGHT = 170;
const ROOM = { left: 44, right: 8, top: 10, bottom: 22 };
const TICKS = 3;

export function plot({ title, kind, days, series, format, total }: Plot): HTMLElement {
  const most = niceMost(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'plot',
    role: 'img',
    'aria-label': `${title}: ${total}`,
  });
  const y = (value: number) => HEIGHT - ROOM.bottom - (value / most) * (HEIGHT - ROOM.top - ROOM.bottom);
  const step = (WIDTH - ROOM.left - ROOM.right) / Math.max(1, days.length);
  const x = (index: number) => ROOM.left + step * (index + 0.5);
  const hasAny = series.some(({ values }) => values.some((value) => value !== null && value > 0));
  for (let tick = 0; tick <= (hasAny ? TICKS : 0); tick += 1) {
    const value = (most / TICKS) * tick;
    picture.append(
      svg('line', { class: 'plot-grid', x1: ROOM.left, x2: WIDTH - ROOM.right, y1: y(value), y2: y(value) }),
      svg('text', { class: 'plot-tick', x: ROOM.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, format(value)),
    );
  }
  const every = Math.ceil(days.length / 6);
  days.forEach((day, index) => {
    if (index % every === 0)
      picture.append(
        svg('text', { class: 'plot-tick', x: x(index), y: HEIGHT - 6, 'text-anchor': 'middle' }, shortDay(day)),
      );
  });
  series.forEach(({ name, values }, index) => {
    const tell = (at: number, value: number) => `${shortDay(days[at] ?? '')}, ${name}: ${format(value)}`;
    picture.append(
      ...(kind === 'bars'
        ? bars(values, { index, of: series.length, step, x, y, tell })
        : line(values, { index, x, y, tell })),
    );
  });
  const legend = series.length > 1 ? [legendOf(series)] : [];
  const head = element(
    'figcaption',
    {},
    element('h2', {}, title),
    element('strong', { class: 'plot-total' }, total),
    ...legend,
  );
  const place = element('div', { class: 'plot-place' });
  place.append(picture);
  return element('figure', { class: 'card plot-card' }, head, place, tableOf(title, days, series, format));
}

type Scale = {
  x: (index: number) => number;
  y: (value: number) => number;
  tell: (at: number, value: number) => string;
};

function bars(
  values: Series['values'],
  { index, of, step, x, y, tell }: Scale & { index: number; of: number; step: number },
): SVGElement[] {
  const width = Math.max(1, (step * 0.7) / of);
  return values.flatMap((value, at) => {
    if (value === null || value === 0) return [];
    const left = x(at) - (width * of) / 2 + width * index;
    return [
      svg(
        'rect',
        {
          class: `plot-bar plot-${index}`,
          x: left,
          y: y(value),
          width,
          height: y(0) - y(value),
          rx: Math.min(3, width / 3),
        },
        svg('title', {}, tell(at, value)),
      ),
    ];
  });
}

function line(values: Series['values'], { index, x, y, tell }: Scale & { index: number }): SVGElement[] {
  const points = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  const d = points
    .map(({ at, value }, n) => `${n === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
    .join(' ');
  const dots = points.map(({ at, value }) =>
    svg(
      'circle',
      { class: `plot-dot plot-${index}`, cx: x(at), cy: y(value), r: 3 },
      svg('title', {}, tell(at, value)),
    ),
  );
  return [svg('path', { class: `plot-line plot-${index}`, d }), ...dots];
}

function legendOf(series: Series[]): HTMLElement {
  return element(
    'ul',
    { class: 'legend' },
    ...series.map(({ name }, index) => element('li', { class: `legend-${index}` }, name)),
  );
}

function tableOf(title: string, days: string[], series: Series[], format: (value: number) => string): HTMLElement {
  const header = element(
    'tr',
    {},
    element('th', { scope: 'col' }, words.numbers.day),
    ...series.map(({ name }) => element('th', { scope: 'col' }, name)),
  );
  const rows = days.map((day, at) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, day),
      ...series.map(({ values }) => element('td', { class: 'number' }, told(values[at] ?? null, format))),
    ),
  );
  const table = element(
    'table',
    { class: 'table' },
    element('caption', {}, title),
    element('thead', {}, header),
    element('tbody', {}, ...rows),
  );
  return element('details', { class: 'plot-table' }, element('summary', {}, words.numbers.asTable), table);
}

function told(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

/** The next of 1, 2, 5 and their tens that is not below; the three steps of the axis come out whole: halves of a text are none. */
function niceMost(value: number): number {
  if (value <= 0) return TICKS;
  const step = Math.max(1, 10 ** Math.floor(Math.log10(value / TICKS)));
  const nice = [1, 2, 5, 10].map((one) => one * step * TICKS).find((most) => most >= value);
  return nice ?? value;
}

function shortDay(day: string): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}

function svg(name: string, attributes: Record<string, string | number>, ...children: Array<Node | string>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAttributes(made, Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])));
  made.append(...children);
  return made;
}
