// A drawing as SVG: a small tree of nodes that a page builds as DOM and svg.ts writes as text. What is lit is a class, so that
// time travel changes classes and never draws anew.
import { DOT, LABEL, TITLE } from './drawing.ts';
import type { Box, Drawing, Line, Point } from './drawing.ts';
import { activePaths } from './way.ts';

export type SvgNode = { name: string; attributes: Record<string, string>; children: Array<SvgNode | string> };
/** `heat` is 0 to 1: how full a state is beside the fullest. */
export type Marks = {
  active?: ReadonlySet<string>;
  /** Keys of the arrows of this turn. */
  taken?: ReadonlySet<string>;
  /** Keys of the arrows of earlier turns. */
  walked?: ReadonlySet<string>;
  heat?: ReadonlyMap<string, { count: number; heat: number }>;
};
const HEATS = 5;
const CORNER = 8;

export function svgNode(
  name: string,
  attributes: Record<string, string | number>,
  ...children: Array<SvgNode | string>
): SvgNode {
  const written = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'number' ? rounded(value) : value,
  ]);
  return { name, attributes: Object.fromEntries(written), children };
}

/** The whole picture, 12 pixels of room around it. */
export function render(drawing: Drawing, marks: Marks = {}): SvgNode {
  const { id, width, height, boxes, dots, lines } = drawing;
  const size = { viewBox: `-12 -12 ${Math.ceil(width + 24)} ${Math.ceil(height + 24)}` };
  const arrows = lines.filter(({ key }) => key !== '');
  return svgNode(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', class: 'chart', 'data-chart': id, ...size },
    svgNode('defs', {}, ...['plain', 'walked', 'taken'].map(arrowHead)),
    ...boxes.map((box) => boxNode(box, marks)),
    ...dots.map(({ x, y }) => svgNode('circle', { class: 'chart-dot', cx: x, cy: y, r: DOT })),
    ...lines
      .filter(({ key }) => key === '')
      .map((line) => svgNode('path', { class: 'chart-first', d: pathOf(line.points) })),
    ...arrows.map((line) => arrowNode(line, marks)),
  );
}

/** The class of a state as `marks` have it. */
export function boxClass({ path, kind, depth }: Pick<Box, 'path' | 'kind' | 'depth'>, { active, heat }: Marks): string {
  const warmth = heat?.get(path)?.heat ?? 0;
  return [
    `chart-state chart-${kind} chart-depth-${Math.min(depth, 3)}`,
    ...(active?.has(path) ? ['is-active'] : []),
    ...(heat ? [`chart-heat-${Math.ceil(warmth * HEATS)}`] : []),
  ].join(' ');
}

/** The class of an arrow as `marks` have it. */
export function arrowClass(key: string, { taken, walked }: Marks): string {
  const state = taken?.has(key) ? ' is-taken' : walked?.has(key) ? ' is-walked' : '';
  return `chart-arrow${state}`;
}

/** Marks for a state value. */
export function litBy(value: unknown): Marks {
  return { active: new Set(activePaths(value)) };
}

function boxNode(box: Box, marks: Marks): SvgNode {
  const { x, y, width, height, key, path, invokes, kind } = box;
  const isLeaf = kind === 'atomic' || kind === 'final';
  const centre = x + width / 2;
  const at = isLeaf ? { x: centre, 'text-anchor': 'middle' } : { x: x + 14, 'text-anchor': 'start' };
  const top = isLeaf ? y + (height - TITLE.line * (1 + invokes.length)) / 2 : y + 9;
  const count = marks.heat?.get(path)?.count;
  return svgNode(
    'g',
    { class: boxClass(box, marks), 'data-path': path },
    svgNode('title', {}, box.description === '' ? path : `${path}: ${box.description}`),
    svgNode('rect', { class: 'chart-box', x, y, width, height, rx: isLeaf ? 10 : 14 }),
    ...(kind === 'final'
      ? [svgNode('rect', { class: 'chart-inner', x: x + 4, y: y + 4, width: width - 8, height: height - 8, rx: 7 })]
      : []),
    svgNode('text', { class: 'chart-name', ...at, y: top + 13 }, key),
    ...invokes.map((id, index) =>
      svgNode('text', { class: 'chart-invoke', ...at, y: top + 13 + TITLE.line * (index + 1) }, `⟳ ${id}`),
    ),
    ...box.shortcuts.map(({ key, words, told }, index) =>
      svgNode(
        'g',
        { class: arrowClass(key, marks), 'data-arrow': key },
        svgNode('title', {}, told),
        svgNode(
          'text',
          { class: 'chart-label', ...at, y: top + 12 + TITLE.line * (1 + invokes.length) + LABEL.line * index },
          words,
        ),
      ),
    ),
    ...(count === undefined ? [] : [countNode(box, count)]),
  );
}

/** How many stand in a state, at its corner. */
export function countNode({ x, y, width }: Box, count: number): SvgNode {
  const text = count.toLocaleString('en-US');
  const wide = text.length * 7 + 14;
  return svgNode(
    'g',
    { class: 'chart-count' },
    svgNode('rect', { x: x + width - wide + 7, y: y - 9, width: wide, height: 19, rx: 9.5 }),
    svgNode('text', { x: x + width - wide / 2 + 7, y: y + 5, 'text-anchor': 'middle' }, text),
  );
}

function arrowNode({ key, points, labels, at, told }: Line, marks: Marks): SvgNode {
  const width = Math.max(...labels.map((label) => label.length)) * LABEL.letter + 6;
  const label = at && [
    svgNode('rect', {
      class: 'chart-label-back',
      x: at.x - width / 2,
      y: at.y - LABEL.line / 2 - 1,
      width,
      height: labels.length * LABEL.line + 2,
      rx: 3,
    }),
    ...labels.map((text, index) =>
      svgNode(
        'text',
        { class: 'chart-label', x: at.x, y: at.y + 4 + index * LABEL.line, 'text-anchor': 'middle' },
        text,
      ),
    ),
  ];
  return svgNode(
    'g',
    { class: arrowClass(key, marks), 'data-arrow': key },
    svgNode('title', {}, told),
    svgNode('path', { class: 'chart-line', d: pathOf(points) }),
    ...(label ?? []),
  );
}

function arrowHead(kind: string): SvgNode {
  const size = { viewBox: '0 0 10 10', refX: '9', refY: '5', markerWidth: '7', markerHeight: '7' };
  return svgNode(
    'marker',
    { id: `chart-head-${kind}`, class: `chart-head chart-head-${kind}`, orient: 'auto-start-reverse', ...size },
    svgNode('path', { d: 'M0 0.8 10 5 0 9.2z' }),
  );
}

/** Straight pieces with round corners. */
function pathOf(points: Point[]): string {
  return points.map((point, index) => pieceOf(points[index - 1], point, points[index + 1])).join(' ');
}

function pieceOf(before: Point | undefined, point: Point, after: Point | undefined): string {
  if (!before) return `M${written(point)}`;
  if (!after) return `L${written(point)}`;
  const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
  return `L${written(towards(point, before, radius))} Q${written(point)} ${written(towards(point, after, radius))}`;
}

function towards(from: Point, to: Point, by: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function written({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
