// From a chart to a drawing. elkjs finds the places; it is passed in, because it is large: a page runs it in a worker,
// Node in its own thread. The regions of a parallel root are laid out alone and set side by side, for no arrow joins them.
import type { ElkExtendedEdge as Edge, ElkLabel as Label, ElkNode as Graph } from 'elkjs/lib/elk-api.js';
import { isWithin } from './chart.ts';
import type { Chart, ChartArrow, ChartState } from './chart.ts';
import { DOT, LABEL, TITLE } from './drawing.ts';
import type { Box, Drawing, Line, Point, Shortcut } from './drawing.ts';
import { arrowKey } from './way.ts';

/** What is used of elkjs. */
export type Elk = { layout(graph: Graph): Promise<Graph> };

/** Beyond this an arrow says how many more events it has; its tooltip names them. */
const LABELS_MAX = 3;
const GAP = 28;
const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.edgeLabels.inline': 'false',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '4',
  'elk.layered.mergeEdges': 'true',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.spacing.nodeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
};

/** Rejects where elkjs does. */
export async function layOut(chart: Chart, elk: Elk): Promise<Drawing> {
  const regions = chart.root.kind === 'parallel' ? chart.root.children : [chart.root];
  const drawn = await Promise.all(regions.map((region) => layOutRegion(chart, region, elk)));
  return packed(chart.id, drawn);
}

async function layOutRegion(chart: Chart, region: ChartState, elk: Elk): Promise<Drawing> {
  const bundles = bundlesIn(chart, region);
  const graph = {
    id: '(picture)',
    layoutOptions: options,
    children: [nodeOf(region, bundles)],
    edges: edgesOf(region, bundles),
  };
  const placed = await elk.layout(graph);
  const boxes: Box[] = [];
  const dots: Point[] = [];
  collect(placed, 0, chart, bundles, boxes, dots);
  const lines = (placed.edges ?? []).flatMap((edge) => lineOf(edge, bundles.get(edge.id) ?? []));
  return { id: chart.id, width: placed.width ?? 0, height: placed.height ?? 0, boxes, dots, lines };
}

/** Arrows of one region by their key: what leads from one state to another is one line. */
function bundlesIn({ arrows }: Chart, region: ChartState): Map<string, ChartArrow[]> {
  const within = new Set<string>();
  const visit = (state: ChartState) => {
    within.add(state.path);
    state.children.forEach(visit);
  };
  visit(region);
  const bundles = new Map<string, ChartArrow[]>();
  for (const arrow of arrows) {
    if (arrow.target === null || !within.has(arrow.source) || !within.has(arrow.target)) continue;
    const key = arrowKey(arrow);
    bundles.set(key, [...(bundles.get(key) ?? []), arrow]);
  }
  return bundles;
}

/** Arrows from a state to its own inside, in any of its states: a line in its head says them, no arrow. */
function shortcutsOf(path: string, bundles: Map<string, ChartArrow[]>): Shortcut[] {
  return [...bundles].flatMap(([key, bundle]) => {
    const [{ source, target } = { source: '', target: null }] = bundle;
    if (source !== path || !isInward(source, target)) return [];
    const to = target === source ? 'itself' : (target ?? '').slice(path === '' ? 0 : path.length + 1);
    return [{ key, words: `${linesOf(bundle).join(', ')} → ${to}`, told: bundle.map(sentenceOf).join('\n') }];
  });
}

function isInward(source: string, target: string | null): boolean {
  return target !== null && target !== source && isWithin(target, source);
}

/** The root has an empty path, and elkjs wants a name. */
const nodeId = (path: string) => `state ${path}`;
const dotId = (path: string) => `dot ${path}`;

function nodeOf(state: ChartState, bundles: Map<string, ChartArrow[]>): Graph {
  const words = [state.key, ...state.invokes.map((id) => `⟳ ${id}`)];
  const shortcuts = shortcutsOf(state.path, bundles);
  const wide = Math.max(0, ...shortcuts.map(({ words }) => words.length * LABEL.letter));
  const width = Math.max(wide, ...words.map((word) => word.length * TITLE.letter)) + 28;
  const height = 20 + TITLE.line * words.length;
  if (state.children.length === 0) return { id: nodeId(state.path), width, height };
  const dot = state.initial === null ? [] : [{ id: dotId(state.path), width: 2 * DOT, height: 2 * DOT }];
  const top = 26 + TITLE.line * words.length + LABEL.line * shortcuts.length;
  const children = [...dot, ...state.children.map((child) => nodeOf(child, bundles))];
  // elkjs hands nothing down but the algorithm: each box says again how its inside is laid out.
  const layoutOptions = {
    ...options,
    'elk.padding': `[top=${top},left=18,bottom=18,right=18]`,
    'elk.nodeSize.constraints': 'MINIMUM_SIZE',
    // For a picture that grows downwards elkjs takes these two the other way round.
    'elk.nodeSize.minimum': `(${height},${width})`,
  };
  return { id: nodeId(state.path), children, layoutOptions };
}

function edgesOf(region: ChartState, bundles: Map<string, ChartArrow[]>): Edge[] {
  const first = (state: ChartState): Edge[] => [
    ...(state.initial === null
      ? []
      : [{ id: dotId(state.path), sources: [dotId(state.path)], targets: [nodeId(state.initial)] }]),
    ...state.children.flatMap(first),
  ];
  const drawn = [...bundles].filter(([, [arrow]]) => arrow && !isInward(arrow.source, arrow.target));
  const edges = drawn.map(([id, [arrow, ...more]]) => ({
    id,
    sources: [nodeId(arrow?.source ?? '')],
    targets: [nodeId(arrow?.target ?? '')],
    labels: [labelFor(arrow ? [arrow, ...more] : [])],
  }));
  return [...first(region), ...edges];
}

function labelFor(bundle: ChartArrow[]): Label {
  const lines = linesOf(bundle);
  return {
    text: lines.join('\n'),
    width: Math.max(...lines.map((line) => line.length * LABEL.letter)) + 8,
    height: lines.length * LABEL.line + 2,
    layoutOptions: { 'elk.edgeLabels.placement': 'CENTER' },
  };
}

function linesOf(bundle: ChartArrow[]): string[] {
  const labels = [...new Set(bundle.map(({ label }) => label))];
  if (labels.length <= LABELS_MAX) return labels;
  return [...labels.slice(0, LABELS_MAX - 1), `and ${labels.length - LABELS_MAX + 1} more`];
}

function collect(
  node: Graph,
  depth: number,
  chart: Chart,
  bundles: Map<string, ChartArrow[]>,
  boxes: Box[],
  dots: Point[],
): void {
  for (const child of node.children ?? []) {
    const { x = 0, y = 0, width = 0, height = 0 } = child;
    const state = chart.states.get(child.id.replace(/^state /, ''));
    if (child.id.startsWith('dot ')) dots.push({ x: x + DOT, y: y + DOT });
    else if (state) {
      const { path, key, kind, description, invokes } = state;
      const shortcuts = shortcutsOf(path, bundles);
      boxes.push({ path, key, kind, description, invokes, shortcuts, depth, x, y, width, height });
      collect(child, depth + 1, chart, bundles, boxes, dots);
    }
  }
}

function lineOf({ id, sections, labels }: Edge, bundle: ChartArrow[]): Line[] {
  const [section] = sections ?? [];
  if (!section) return [];
  const [label] = labels ?? [];
  const at = label && { x: (label.x ?? 0) + (label.width ?? 0) / 2, y: (label.y ?? 0) + LABEL.line / 2 + 1 };
  return [
    {
      key: bundle.length === 0 ? '' : id,
      points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
      labels: linesOf(bundle),
      at: at ?? null,
      told: bundle.map(sentenceOf).join('\n'),
    },
  ];
}

function sentenceOf({ label, guard, description }: ChartArrow): string {
  return `${label}${guard === '' ? '' : ` [${guard}]`}${description === '' ? '' : `: ${description}`}`;
}

/** The tallest region first, the others beside it, one below the other while there is room. */
function packed(id: string, regions: Drawing[]): Drawing {
  const sorted = [...regions].sort((a, b) => b.height - a.height);
  const tallest = sorted[0]?.height ?? 0;
  const whole: Drawing = { id, width: 0, height: 0, boxes: [], dots: [], lines: [] };
  let [left, top, columnWidth] = [0, 0, 0];
  for (const region of sorted) {
    if (top > 0 && top + region.height > tallest) [left, top, columnWidth] = [left + columnWidth + GAP, 0, 0];
    addMoved(whole, region, left, top);
    top += region.height + GAP;
    columnWidth = Math.max(columnWidth, region.width);
    whole.width = Math.max(whole.width, left + region.width);
    whole.height = Math.max(whole.height, top - GAP);
  }
  return whole;
}

function addMoved(whole: Drawing, { boxes, dots, lines }: Drawing, dx: number, dy: number): void {
  const moved = ({ x, y }: Point): Point => ({ x: x + dx, y: y + dy });
  whole.boxes.push(...boxes.map((box) => ({ ...box, ...moved(box) })));
  whole.dots.push(...dots.map(moved));
  whole.lines.push(
    ...lines.map((line) => ({ ...line, points: line.points.map(moved), at: line.at && moved(line.at) })),
  );
}
