// Explores everything that can happen in a small world, breadth first, so that the way to a broken theorem is a shortest one.
// A world is a value; worlds with the same key are one state.

/** Something that can happen, told in words, what it `did` on the way, and the world after it. */
export type Edge<World, Did> = { says: string; did: Did; to: World };

export type Model<World, Did> = {
  initial: World;
  /** What was done on the way to the initial world, where theorems ask for it. */
  begun?: Did;
  edges: (world: World) => Iterable<Edge<World, Did>>;
  key: (world: World) => string;
};

/** How a state, or the step into it, breaks the theorem; null where it does not. */
export type Theorem<World, Did> = {
  name: string;
  inState?: (world: World) => string | null;
  inStep?: (step: { from: World; did: Did; to: World }) => string | null;
};

/** How a theorem was broken, and everything that had to happen for it, in order. */
export type Counterexample = { why: string; trace: string[] };

export type Exploration = {
  states: number;
  transitions: number;
  /** The longest of all shortest ways, in steps. */
  depth: number;
  /** False where `statesMax` or `depthMax` ended it. */
  complete: boolean;
  broken: Record<string, Counterexample>;
};

export type Bounds = { statesMax: number; depthMax?: number; onProgress?: (states: number) => void };

/** Ends where every state has been seen, every theorem is broken, or a bound is reached. */
export function explore<World, Did>(
  model: Model<World, Did>,
  theorems: ReadonlyArray<Theorem<World, Did>>,
  { statesMax, depthMax = Infinity, onProgress }: Bounds,
): Exploration {
  const seen = new Visited(model.key);
  seen.visit(model.initial, -1, '');
  const found: Exploration = { states: 1, transitions: 0, depth: 0, complete: true, broken: {} };
  const open = new Set(theorems);
  const { initial, begun } = model;
  for (const theorem of open) {
    const inStep = begun === undefined ? null : theorem.inStep?.({ from: initial, did: begun, to: initial });
    const why = inStep ?? theorem.inState?.(initial) ?? null;
    if (why === null) continue;
    found.broken[theorem.name] = { why, trace: [] };
    open.delete(theorem);
  }
  for (let at = 0; at < seen.worlds.length && open.size > 0; at++) {
    const from = seen.take(at);
    const depth = seen.depthOf(at);
    found.depth = depth;
    if (depth >= depthMax) {
      found.complete = false;
      continue;
    }
    for (const { says, did, to } of model.edges(from)) {
      found.transitions += 1;
      const isFull = seen.worlds.length >= statesMax;
      const isNew = isFull ? !seen.knows(to) : seen.visit(to, at, says);
      if (isFull && isNew) found.complete = false;
      for (const theorem of open) {
        const why = theorem.inStep?.({ from, did, to }) ?? (isNew ? theorem.inState?.(to) : null) ?? null;
        if (why === null) continue;
        found.broken[theorem.name] = { why, trace: [...seen.wayTo(at), says] };
        open.delete(theorem);
      }
    }
    if (at % 10_000 === 9_999) onProgress?.(seen.worlds.length);
  }
  found.states = seen.worlds.length;
  if (open.size === 0 && theorems.length > 0) found.complete = false;
  return found;
}

class Visited<World> {
  /** By number; a world that was explored is dropped, only its key and the way to it stay. */
  readonly worlds: Array<World | null> = [];
  readonly #keys = new Set<string>();
  readonly #parents: number[] = [];
  readonly #says: string[] = [];
  readonly #depths: number[] = [];

  constructor(private readonly key: (world: World) => string) {}

  /** @returns whether it is a new one */
  visit(world: World, parent: number, says: string): boolean {
    const key = this.key(world);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.worlds.push(world);
    this.#parents.push(parent);
    this.#says.push(says);
    this.#depths.push(parent < 0 ? 0 : this.depthOf(parent) + 1);
    return true;
  }

  knows(world: World): boolean {
    return this.#keys.has(this.key(world));
  }

  take(at: number): World {
    const world = this.worlds[at];
    if (world === null || world === undefined) throw new Error(`world ${at} is explored twice`);
    this.worlds[at] = null;
    return world;
  }

  depthOf(at: number): number {
    return this.#depths[at] ?? 0;
  }

  wayTo(at: number): string[] {
    const way: string[] = [];
    for (let here = at; here > 0; here = this.#parents[here] ?? -1) way.unshift(this.#says[here] ?? '');
    return way;
  }
}
