// Draws machines and what is done to them. First the shape of the tree, then what each state does; numbers point at other states
// and count around them, so that every drawing is a chart that XState takes, and a smaller number is a simpler one.
import fc from 'fast-check';
import type { Move } from './actor-script.ts';
import { nth } from './actor-script.ts';
import { ACTIONS, DELAYS, FUELLED, GUARDS, INSIDE, OUTSIDE, SPELLED } from './vocabulary.ts';
import type { Drawn } from './vocabulary.ts';

type Shape =
  | { kind: 'atomic' | 'final' | 'history' | 'deepHistory' }
  | { kind: 'compound' | 'parallel'; children: Shape[]; initial: number };

const DEPTH_MAX = 3;
const CHILDREN_MAX = 3;
const MANNERS_MAX = 24;

function shapes(depth: number): fc.Arbitrary<Shape> {
  const atomic = fc.constant<Shape>({ kind: 'atomic' });
  if (depth === 0) return atomic;
  const leaf = fc.constantFrom<Shape>(
    { kind: 'atomic' },
    { kind: 'final' },
    { kind: 'history' },
    { kind: 'deepHistory' },
  );
  const inner = fc.record({
    kind: fc.constantFrom('compound' as const, 'parallel' as const),
    children: fc.array(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: shapes(depth - 1) }), {
      minLength: 1,
      maxLength: CHILDREN_MAX,
    }),
    initial: fc.nat(CHILDREN_MAX),
  });
  return fc.oneof({ weight: 1, arbitrary: atomic }, { weight: 3, arbitrary: inner });
}

const actions = fc.array(fc.constantFrom(...ACTIONS), { maxLength: 3 });
type Edge = {
  guard: number | null;
  inState: number | null;
  target: number | null;
  reenter: boolean;
  actions: Array<(typeof ACTIONS)[number]>;
};
const edges: fc.Arbitrary<Edge> = fc.record({
  guard: fc.option(fc.nat(GUARDS.length - 1), { freq: 2 }),
  inState: fc.option(fc.nat(30), { freq: 7 }),
  target: fc.option(fc.nat(30), { freq: 4 }),
  reenter: fc.boolean(),
  actions,
});

const manners = fc.record({
  entry: actions,
  exit: actions,
  on: fc.array(fc.tuple(fc.constantFrom(...OUTSIDE, ...INSIDE), edges), { maxLength: 3 }),
  always: fc.array(edges, { maxLength: 1 }),
  after: fc.array(fc.tuple(fc.constantFrom(...DELAYS), edges), { maxLength: 1 }),
  invoke: fc.array(fc.record({ done: edges, refused: edges, failed: edges }), { maxLength: 1 }),
  onDone: fc.option(edges),
  remembers: fc.nat(30),
});
type Manners = typeof manners extends fc.Arbitrary<infer T> ? T : never;
const PLAIN: Manners = {
  entry: [],
  exit: [],
  on: [],
  always: [],
  after: [],
  invoke: [],
  onDone: null,
  remembers: 0,
};

type Node = { id: string; shape: Shape; manners: Manners; parent: Node | null; children: Node[] };

/** Machines of at most about 40 states. */
export const drawnMachines: fc.Arbitrary<Drawn> = fc
  .tuple(
    fc.record({
      kind: fc.constantFrom('compound' as const, 'parallel' as const),
      children: fc.array(shapes(DEPTH_MAX - 1), { minLength: 2, maxLength: CHILDREN_MAX }),
      initial: fc.nat(CHILDREN_MAX),
    }),
    fc.array(manners, { maxLength: MANNERS_MAX, size: 'max' }),
  )
  .map(([shape, drawn]) => draw(shape, drawn));

function draw(shape: Shape, drawn: readonly Manners[]): Drawn {
  const nodes: Node[] = [];
  const root = plant(shape, drawn, null, nodes);
  const side = ['xstate.done.actor.side', 'xstate.error.actor.side'].map((type) => [
    type,
    [{ actions: ['trail', 'take'] }],
  ]);
  const config = configOf(root, nodes);
  return { ...config, on: { ...Object(config['on']), ...Object.fromEntries(side) } };
}

function plant(shape: Shape, drawn: readonly Manners[], parent: Node | null, nodes: Node[]): Node {
  const node: Node = {
    id: `s${nodes.length}`,
    shape,
    manners: nth(drawn, nodes.length) ?? PLAIN,
    parent,
    children: [],
  };
  nodes.push(node);
  if ('children' in shape) node.children = childrenOf(shape).map((child) => plant(child, drawn, node, nodes));
  return node;
}

// A parent begins in a state of its own; a history needs something to remember.
function childrenOf({ kind, children }: Extract<Shape, { children: Shape[] }>): Shape[] {
  const kept =
    kind === 'parallel'
      ? children.map((child): Shape => (child.kind === 'final' ? { kind: 'atomic' } : child))
      : children;
  const standing = kept.filter((child) => !isHistory(child));
  if (standing.some(({ kind }) => kind !== 'final')) return kept;
  return [{ kind: 'atomic' }, ...kept];
}

function isHistory({ kind }: Shape): boolean {
  return kind === 'history' || kind === 'deepHistory';
}

function configOf(node: Node, nodes: readonly Node[]): Record<string, unknown> {
  const { id, shape, manners, parent } = node;
  if (isHistory(shape))
    return { id, type: 'history', history: shape.kind === 'history' ? 'shallow' : 'deep', ...remembered(node) };
  const entry = spelled(manners.entry);
  if (shape.kind === 'final') return { id, type: 'final', entry, output: id };
  return {
    id,
    ...familyOf(node, nodes),
    entry,
    exit: spelled(manners.exit),
    on: grouped(manners.on, nodes),
    always: manners.always.map((edge) => eventless(edge, nodes)),
    after: grouped(manners.after, nodes),
    invoke: manners.invoke.map(({ done, refused, failed }, n) => ({
      id: `${id}.work${n}`,
      src: 'work',
      input: id,
      onDone: withTake(edgeOf(done, nodes)),
      onError: [
        withTake(edgeOf({ ...refused, guard: refused.guard ?? 0 }, nodes)),
        withTake({ ...edgeOf(failed, nodes), guard: undefined }),
      ],
    })),
    ...(parent && manners.onDone && node.children.length > 0
      ? { onDone: withTake(edgeOf(manners.onDone, nodes)) }
      : {}),
  };
}

function familyOf(node: Node, nodes: readonly Node[]): Record<string, unknown> {
  const { shape, children } = node;
  if (!('children' in shape)) return {};
  const states = Object.fromEntries(children.map((child) => [child.id, configOf(child, nodes)]));
  if (shape.kind === 'parallel') return { type: 'parallel', states };
  const initial = nth(
    children.filter((child) => !isHistory(child.shape) && child.shape.kind !== 'final'),
    shape.initial,
  );
  return { initial: initial?.id, states };
}

// Where a history leads that remembers nothing yet; without a target, to its parent's beginning.
function remembered({ manners, parent }: Node): { target?: string } {
  const standing = parent?.children.filter((child) => !isHistory(child.shape)) ?? [];
  const target =
    parent?.shape.kind === 'compound' && manners.remembers % 2 === 0 ? nth(standing, manners.remembers) : undefined;
  return target ? { target: `#${target.id}` } : {};
}

function grouped(pairs: ReadonlyArray<readonly [string, Edge]>, nodes: readonly Node[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const [name, edge] of pairs) (groups[name] ??= []).push(edgeOf(edge, nodes));
  return groups;
}

function edgeOf(edge: Edge, nodes: readonly Node[]): Record<string, unknown> {
  const asked =
    edge.inState === null
      ? undefined
      : nth(
          nodes.filter(({ shape }) => !isHistory(shape)),
          edge.inState,
        );
  const guard = asked ? `in:${asked.id}` : edge.guard === null ? undefined : GUARDS[edge.guard];
  // Never the root itself: a machine that begins anew is another machine's test.
  const target = edge.target === null ? undefined : nth(nodes.slice(1), edge.target);
  return {
    ...(guard ? { guard } : {}),
    ...(target ? { target: `#${target.id}`, reenter: edge.reenter } : {}),
    actions: spelled(edge.actions),
  };
}

function eventless(edge: Edge, nodes: readonly Node[]): Record<string, unknown> {
  const { actions: own, ...drawn } = edgeOf(edge, nodes);
  return { ...drawn, guard: nth(FUELLED, edge.guard ?? 0), actions: ['burn', ...(Array.isArray(own) ? own : [])] };
}

function withTake(edge: Record<string, unknown>): Record<string, unknown> {
  return { ...edge, actions: ['take', ...(Array.isArray(edge['actions']) ? edge['actions'] : [])] };
}

function spelled(names: ReadonlyArray<(typeof ACTIONS)[number]>): unknown[] {
  return names
    .flatMap((name) => SPELLED[name] ?? [name])
    .map((name) => (name === 'note' ? { type: 'note', params: { text: 'noted' } } : name));
}

const answers = fc.oneof(
  fc.record({
    status: fc.constant('done' as const),
    output: fc.oneof(fc.nat(99), fc.constant({ deep: [1, null] }), fc.constant(null)),
  }),
  fc.record({ status: fc.constant('refused' as const), code: fc.constantFrom('sold_out', 'declined') }),
  fc.record({ status: fc.constant('failed' as const), code: fc.constant('exhausted') }),
);

const outside = fc.record({ type: fc.constantFrom<string>(...OUTSIDE, 'unheardOf'), by: fc.nat(7) });

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), event: outside }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), work: fc.nat(5), answer: answers }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('answerLate' as const), work: fc.nat(5), answer: answers }) },
  { weight: 3, arbitrary: fc.constant<Move>({ do: 'wait' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('waitFor' as const), ms: fc.nat(600) }) },
);

export const scripts = fc.array(moves, { minLength: 4, maxLength: 20 });

const tellings: fc.Arbitrary<Move> = fc.record({
  do: fc.constantFrom('tell' as const, 'tellLate' as const),
  work: fc.nat(5),
  event: outside,
});
/** The same, and work tells its actor something before it is done, or after. */
export const tellingScripts = fc.array(fc.oneof({ weight: 3, arbitrary: moves }, { weight: 1, arbitrary: tellings }), {
  minLength: 4,
  maxLength: 20,
});
