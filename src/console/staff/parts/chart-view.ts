// A statechart on the page: drawn once, then only lit. Moved by mouse, fingers, wheel and keyboard through its viewBox.
import { readChart } from '../../chart/chart.ts';
import type { Chart } from '../../chart/chart.ts';
import type { Box, Drawing } from '../../chart/drawing.ts';
import { layOut } from '../../chart/layout.ts';
import { arrowClass, boxClass, countNode, render } from '../../chart/render.ts';
import type { Marks, SvgNode } from '../../chart/render.ts';
import { element, setAttributes } from '../../dom.ts';
import { words } from '../words.ts';
import { iconButton } from './controls.ts';

export type DrawnChart = { chart: Chart; drawing: Drawing };
export type ChartView = {
  root: HTMLElement;
  mark(marks: Marks): void;
  /** Brings states into view, at a size that can be read. */
  follow(paths: readonly string[]): void;
  fit(): void;
};
type View = { x: number; y: number; scale: number };

/** Pixels on the screen for each of the drawing's. */
const SCALE = { least: 0.12, most: 2.5, readable: 0.75 };
const STEP = 1.3;
const PAN_PX = 80;

const drawn = new Map<string, Promise<DrawnChart>>();

/** Lays a machine out, in a worker; the same machine and version once for as long as the page lives. */
export function drawChart(id: string, version: number, definition: unknown): Promise<DrawnChart> {
  const key = `${id} ${version}`;
  const known = drawn.get(key);
  if (known) return known;
  const made = layOutHere(definition);
  drawn.set(key, made);
  made.catch(() => drawn.delete(key));
  return made;
}

async function layOutHere(definition: unknown): Promise<DrawnChart> {
  const chart = readChart(definition);
  const [{ default: Elk }, { default: url }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker(url) });
  try {
    return { chart, drawing: await layOut(chart, { layout: (graph) => elk.layout(graph) }) };
  } finally {
    elk.terminateWorker();
  }
}

/** `pressed` is told which state was clicked. */
export function chartView(
  { chart, drawing }: DrawnChart,
  label: string,
  pressed: ((path: string) => void) | null,
): ChartView {
  const svg = svgElement(render(drawing));
  setAttributes(svg, { role: 'img', 'aria-label': label });
  const frame = element(
    'div',
    { class: 'chart-frame', tabindex: '0', role: 'group', 'aria-label': words.chart.keys },
    svg,
  );
  const view: View = { x: 0, y: 0, scale: 0 };
  const boxes = new Map(drawing.boxes.map((box) => [box.path, box]));
  const apply = () => {
    const { clientWidth: width, clientHeight: height } = frame;
    if (width === 0 || view.scale === 0) return;
    svg.setAttribute(
      'viewBox',
      [view.x, view.y, width / view.scale, height / view.scale].map((n) => n.toFixed(1)).join(' '),
    );
  };
  const zoom = (factor: number, at = { x: frame.clientWidth / 2, y: frame.clientHeight / 2 }) => {
    const scale = Math.min(SCALE.most, Math.max(SCALE.least, view.scale * factor));
    view.x += at.x / view.scale - at.x / scale;
    view.y += at.y / view.scale - at.y / scale;
    view.scale = scale;
    apply();
  };
  const pan = (dx: number, dy: number) => {
    view.x += dx / view.scale;
    view.y += dy / view.scale;
    apply();
  };
  const fit = () => {
    const [width, height] = [drawing.width + 24, drawing.height + 24];
    view.scale = Math.max(SCALE.least, Math.min(frame.clientWidth / width, frame.clientHeight / height, 1));
    view.x = -12 - (frame.clientWidth / view.scale - width) / 2;
    view.y = -12 - (frame.clientHeight / view.scale - height) / 2;
    apply();
  };
  let last: readonly string[] = [];
  const follow = (paths: readonly string[], again = false) => {
    last = paths;
    const target = paths.map((path) => boxes.get(path)).find((box) => box !== undefined);
    if (!target || frame.clientWidth === 0) return;
    if (view.scale === 0 || again) view.scale = SCALE.readable;
    else if (isInView(target, view, frame)) return;
    view.x = target.x + target.width / 2 - frame.clientWidth / view.scale / 2;
    view.y = target.y + target.height / 2 - frame.clientHeight / view.scale / 2;
    apply();
  };
  new ResizeObserver(() => {
    if (view.scale > 0) apply();
    else if (last.length > 0) follow(last);
    else fit();
  }).observe(frame);
  listen(frame, { zoom, pan, fit, pressed, centre: () => follow(last, true) });
  const tools = element(
    'div',
    { class: 'chart-tools' },
    iconButton(words.chart.zoomIn, 'plus', () => zoom(STEP)),
    iconButton(words.chart.zoomOut, 'minus', () => zoom(1 / STEP)),
    iconButton(words.chart.fit, 'fit', fit),
    iconButton(words.chart.centre, 'centre', () => follow(last, true)),
  );
  return {
    root: element(
      'div',
      { class: 'chart-view', 'data-chart': chart.id, 'data-pressable': pressed !== null },
      frame,
      tools,
    ),
    follow: (paths) => follow(paths),
    fit,
    mark: (marks) => mark(svg, boxes, marks),
  };
}

function mark(svg: SVGElement, boxes: ReadonlyMap<string, Box>, marks: Marks): void {
  for (const group of svg.querySelectorAll('[data-path]')) {
    const box = boxes.get(group.getAttribute('data-path') ?? '');
    if (!box) continue;
    setAttributes(group, { class: boxClass(box, marks) });
    const count = marks.heat?.get(box.path)?.count ?? 0;
    group.querySelector(':scope > .chart-count')?.remove();
    if (count > 0) group.append(svgElement(countNode(box, count)));
  }
  for (const group of svg.querySelectorAll('[data-arrow]')) {
    setAttributes(group, { class: arrowClass(group.getAttribute('data-arrow') ?? '', marks) });
  }
}

type Moves = {
  zoom(factor: number, at?: { x: number; y: number }): void;
  pan(dx: number, dy: number): void;
  fit(): void;
  centre(): void;
  pressed: ((path: string) => void) | null;
};

function listen(frame: HTMLElement, { zoom, pan, fit, centre, pressed }: Moves): void {
  const keys: Record<string, () => void> = {
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': fit,
    '.': centre,
    ArrowLeft: () => pan(-PAN_PX, 0),
    ArrowRight: () => pan(PAN_PX, 0),
    ArrowUp: () => pan(0, -PAN_PX),
    ArrowDown: () => pan(0, PAN_PX),
  };
  frame.addEventListener('keydown', (event) => {
    const key = keys[event.key];
    if (!key || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    key();
  });
  frame.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), { x: event.offsetX, y: event.offsetY });
    },
    { passive: false },
  );
  listenToFingers(frame, { zoom, pan, pressed });
}

const CLICK_PX = 5;

/** One pointer moves the picture, two pinch it; one that hardly moved has pressed. */
function listenToFingers(frame: HTMLElement, { zoom, pan, pressed }: Pick<Moves, 'zoom' | 'pan' | 'pressed'>): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  frame.addEventListener('pointerdown', (event) => {
    if (fingers.size === 0) moved = 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  frame.addEventListener('pointermove', (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (moved > CLICK_PX) frame.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, now);
    if (!other) return pan(before.x - now.x, before.y - now.y);
    const { left, top } = frame.getBoundingClientRect();
    const factor =
      Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1);
    zoom(factor, { x: (now.x + other.x) / 2 - left, y: (now.y + other.y) / 2 - top });
  });
  const lift = (event: PointerEvent) => fingers.delete(event.pointerId);
  frame.addEventListener('pointercancel', lift);
  frame.addEventListener('pointerup', (event) => {
    lift(event);
    if (moved > CLICK_PX || !pressed || !(event.target instanceof Element)) return;
    const path = event.target.closest('[data-path]')?.getAttribute('data-path');
    if (path) pressed(path);
  });
}

function isInView({ x, y, width, height }: Box, view: View, frame: HTMLElement): boolean {
  const [right, bottom] = [view.x + frame.clientWidth / view.scale, view.y + frame.clientHeight / view.scale];
  return x >= view.x && y >= view.y && x + width <= right && y + height <= bottom;
}

function svgElement({ name, attributes, children }: SvgNode): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) if (key !== 'xmlns') made.setAttribute(key, value);
  made.append(...children.map((child) => (typeof child === 'string' ? child : svgElement(child))));
  return made;
}
