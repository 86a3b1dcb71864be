// A statechart as it is drawn: states by dotted path (the root's is empty), arrows by where they start and end. Read out of the
// JSON that Stately Studio opens (`machine.config`); what the picture does not need is left out.
import { z } from 'zod';

type Kind = 'atomic' | 'compound' | 'parallel' | 'final';
export type ChartState = {
  path: string;
  key: string;
  kind: Kind;
  description: string;
  /** The child that is entered first; null where there is none, or where all are. */
  initial: string | null;
  /** Ids of what runs while the state is active. */
  invokes: string[];
  children: ChartState[];
};
export type ChartArrow = {
  source: string;
  /** Null: the state takes the event and stays as it is. */
  target: string | null;
  /** The event's type in the journal; of a timer the part before the state's id. */
  event: string;
  /** As a person reads it: `text.received`, `after settle`, `reply done`. */
  label: string;
  guard: string;
  description: string;
};
export type Chart = { id: string; root: ChartState; states: Map<string, ChartState>; arrows: ChartArrow[] };

const Named = z.union([
  z.string(),
  z.looseObject({ type: z.string(), params: z.record(z.string(), z.unknown()).optional() }),
]);
const Arrow = z.looseObject({
  target: z.union([z.string(), z.array(z.string())]).optional(),
  guard: Named.optional(),
  description: z.string().optional(),
});
const Arrows = z.union([
  z.string().transform((target) => [{ target }]),
  Arrow.transform((one) => [one]),
  z.array(Arrow),
]);
type Arrows = z.infer<typeof Arrows>;
const Invoke = z.looseObject({
  id: z.string().optional(),
  src: z.unknown().optional(),
  onDone: Arrows.optional(),
  onError: Arrows.optional(),
});
const Config = z.looseObject({
  id: z.string().optional(),
  type: z.string().optional(),
  initial: z.string().optional(),
  description: z.string().optional(),
  on: z.record(z.string(), Arrows).optional(),
  after: z.record(z.string(), Arrows).optional(),
  always: Arrows.optional(),
  onDone: Arrows.optional(),
  invoke: z.union([z.array(Invoke), Invoke.transform((one) => [one])]).optional(),
  get states() {
    return z.record(z.string(), Config).optional();
  },
});
type Config = z.infer<typeof Config>;

/** Throws a ZodError where the definition is no statechart. */
export function readChart(definition: unknown): Chart {
  const config = Config.parse(definition);
  const id = config.id ?? 'machine';
  const states = new Map<string, ChartState>();
  const arrows: ChartArrow[] = [];
  const read = (node: Config, path: string, key: string): ChartState => {
    const children = Object.entries(node.states ?? {});
    const state: ChartState = {
      path,
      key,
      kind: kindOf(node, children.length),
      description: node.description ?? '',
      initial: node.initial === undefined ? null : join(path, node.initial),
      invokes: (node.invoke ?? []).map((one) => one.id ?? String(one.src)),
      children: [],
    };
    states.set(path, state);
    for (const [event, label, group] of groupsOf(node, join(id, path))) {
      for (const one of group) arrows.push(arrowOf(one, { event, label, source: path, id }));
    }
    state.children = children.map(([name, child]) => read(child, join(path, name), name));
    return state;
  };
  return { id, root: read(config, '', id), states, arrows };
}

function kindOf({ type }: Config, children: number): Kind {
  if (type === 'parallel' || type === 'final') return type;
  return children > 0 ? 'compound' : 'atomic';
}

/** Event in the journal, label, and the arrows of it. */
function groupsOf(node: Config, id: string): Array<[string, string, Arrows]> {
  return [
    ...Object.entries(node.on ?? {}).map(([event, group]): [string, string, Arrows] => [event, event, group]),
    ...Object.entries(node.after ?? {}).map(([delay, group]): [string, string, Arrows] => [
      `xstate.after.${delay}.${id}`,
      `after ${delay}`,
      group,
    ]),
    ...(node.invoke ?? []).flatMap(({ id: child = '', onDone, onError }): Array<[string, string, Arrows]> => [
      [`xstate.done.actor.${child}`, `${child} done`, onDone ?? []],
      [`xstate.error.actor.${child}`, `${child} failed`, onError ?? []],
    ]),
    ['', 'always', node.always ?? []],
    [`xstate.done.state.${id}`, 'done', node.onDone ?? []],
  ];
}

type Place = { event: string; label: string; source: string; id: string };

function arrowOf({ target, guard, description }: z.infer<typeof Arrow>, { id, source, ...named }: Place): ChartArrow {
  const [to] = target === undefined ? [] : [target].flat();
  return {
    ...named,
    source,
    target: to === undefined ? null : resolve(to, source, id),
    guard: guard === undefined ? '' : wordsOf(guard),
    description: description ?? '',
  };
}

/** `#machine.a.b` is absolute, `.b` inside the source, `b` beside it. */
function resolve(target: string, source: string, id: string): string {
  if (target === `#${id}`) return '';
  if (target.startsWith(`#${id}.`)) return target.slice(id.length + 2);
  if (target.startsWith('.')) return join(source, target.slice(1));
  return join(parentOf(source) ?? '', target);
}

function wordsOf(guard: z.infer<typeof Named>): string {
  if (typeof guard === 'string') return guard;
  return [guard.type, ...Object.values(guard.params ?? {}).map(String)].join(' ');
}

/** Null for the root. */
function parentOf(path: string): string | null {
  if (path === '') return null;
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** Whether a state is another one or stands in it. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}.`);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
