// A report as a picture (SVG): full turns a second by the number of callers, and what a thousand of them cost in CPU seconds.
import type { Loop } from './measure.ts';
import { median } from './median.ts';
import type { Report } from './report.ts';
import { WAYS } from './ways.ts';

const COLOURS = ['#7a3b8f', '#b06fc4', '#2f7d6d', '#7fb5a8', '#c8702a', '#3c6fb0', '#a03c3c', '#777'];
const [WIDTH, PANEL, HEIGHT, TOP, ROW] = [960, 420, 300, 40, 22];

type Point = { callers: number; turnsPerSecond: number; cpuSeconds: number };
type Line = { title: string; colour: string; points: Point[] };

export function plotOf({ results, at, machine }: Report): string {
  const lines = linesOf(results);
  const height = TOP + HEIGHT + 50 + lines.length * ROW + 30;
  const caption = `${at.slice(0, 10)} · ${machine['cpu'] ?? ''} · PostgreSQL ${machine['server_version'] ?? ''}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${panel(60, 'full turns a second, by callers', lines, ({ turnsPerSecond }) => turnsPerSecond)}
${panel(60 + WIDTH / 2, 'CPU seconds per 1,000 full turns, by callers', lines, ({ cpuSeconds }) => cpuSeconds)}
${lines.map(({ title, colour }, n) => keyOf(title, colour, TOP + HEIGHT + 50 + n * ROW)).join('\n')}
<text x="60" y="${height - 12}" fill="#555">${escaped(caption)}</text>
</svg>
`;
}

function linesOf(results: Report['results']): Line[] {
  return Object.entries(WAYS).flatMap(([name, { title }], n) => {
    const rounds = Object.entries(results).find(([subject]) => subject === name)?.[1].rounds ?? [];
    const points = (rounds[0]?.closed ?? []).map(({ callers }, at) =>
      pointOf(
        callers,
        rounds.flatMap(({ closed }) => closed[at] ?? []),
      ),
    );
    return points.length > 0 ? [{ title, colour: COLOURS[n % COLOURS.length] ?? '#000', points }] : [];
  });
}

function pointOf(callers: number, loops: readonly Loop[]): Point {
  return {
    callers,
    turnsPerSecond: median(loops.map((loop) => loop.turnsPerSecond)),
    cpuSeconds: median(loops.map(({ cpu }) => cpu.node + cpu.postgres + cpu.redis)),
  };
}

// Both axes are logarithmic: an engine that is ten times slower is still seen, and so is what one caller alone reaches.
function panel(left: number, title: string, lines: readonly Line[], value: (point: Point) => number): string {
  const all = lines.flatMap(({ points }) => points);
  const callers = [...new Set(all.map((point) => point.callers))].sort((a, b) => a - b);
  const x = scale(Math.min(...callers) / 1.5, Math.max(...callers) * 1.5, left, left + PANEL - 40);
  const values = all.map(value);
  const [low, high] = [Math.min(...values) / 1.3, Math.max(...values) * 1.3];
  const y = scale(low, high, TOP + HEIGHT, TOP + 10);
  const drawn = lines.map(({ colour, points }) => {
    const places = points.map((point) => `${x(point.callers).toFixed(1)},${y(value(point)).toFixed(1)}`);
    const dots = places.map((place) => `<circle cx="${place.replace(',', '" cy="')}" r="3.5" fill="${colour}"/>`);
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  return `<text x="${left}" y="24" font-size="14">${escaped(title)}</text>
<path d="M${left} ${TOP + 10}V${TOP + HEIGHT}H${left + PANEL - 40}" fill="none" stroke="#999"/>
${callers.map((n) => `<text x="${x(n).toFixed(1)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${n}</text>`).join('')}
${ticks(low, high)
  .map((n) => tick(left, y(n), n))
  .join('\n')}
${drawn.join('\n')}`;
}

function tick(left: number, y: number, value: number): string {
  const line = `<path d="M${left} ${y.toFixed(1)}h${PANEL - 40}" stroke="#eee"/>`;
  return `${line}<text x="${left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${value}</text>`;
}

function keyOf(title: string, colour: string, y: number): string {
  return `<circle cx="66" cy="${y - 4}" r="5" fill="${colour}"/><text x="80" y="${y}">${escaped(title)}</text>`;
}

/** 1, 2 and 5 of every power of ten that lie between. */
function ticks(low: number, high: number): number[] {
  const powers = Array.from({ length: 12 }, (_, n) => 10 ** (n - 4));
  return powers
    .flatMap((power) => [1, 2, 5].map((n) => Number((n * power).toPrecision(1))))
    .filter((n) => n > low && n < high);
}

function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  return (value) => from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
