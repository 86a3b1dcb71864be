// Which states of a chart are lit, and which arrows a turn took. The journal keeps what was before and after a turn, not each
// small step inside it: an arrow counts as taken when it leads from what was left into what was entered.
import { isWithin } from './chart.ts';
import type { Chart, ChartArrow } from './chart.ts';

/** A turn as the journal tells it. `from` is null for the first one. */
export type Turn = { event: string; from: unknown; to: unknown };

/** Every active state of XState's state value as a dotted path, outermost first; the root's empty path is not among them. */
export function activePaths(value: unknown, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [prefix + name, ...activePaths(inner, `${prefix}${name}.`)]);
}

/** The innermost active states, one for each region: what a person would call the state. */
export function activeLeaves(value: unknown): string[] {
  const paths = activePaths(value);
  return paths.filter((path) => !paths.some((other) => other !== path && isWithin(other, path)));
}

/** The name of an arrow as it is drawn: all transitions between two states are one. */
export function arrowKey({ source, target }: Pick<ChartArrow, 'source' | 'target'>): string {
  return `${source}>${target ?? ''}`;
}

/** Keys of the arrows that a turn took: those of its own event first; where a raised event led on, the one that fits. */
export function arrowsTaken(chart: Chart, { event, from, to }: Turn): Set<string> {
  const before = new Set(['', ...activePaths(from)]);
  const after = new Set(['', ...activePaths(to)]);
  const entered = [...after].filter((path) => !before.has(path));
  const possible = chart.arrows.filter(
    ({ source, target }) => target !== null && before.has(source) && after.has(target),
  );
  const taken = possible.filter((arrow) => arrow.event === event);
  const isReached = (path: string, arrows: ChartArrow[]) =>
    arrows.some(({ target }) => target !== null && isWithin(path, target) && target !== '');
  for (const path of entered) {
    if (isReached(path, taken)) continue;
    const led = possible.filter(({ target }) => target !== null && entered.includes(target) && isWithin(path, target));
    const nearest = led.sort((a, b) => b.source.length - a.source.length)[0];
    if (nearest) taken.push(nearest);
  }
  return new Set(taken.map(arrowKey));
}
