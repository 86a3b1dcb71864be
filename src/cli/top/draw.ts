// Figures as lines of a terminal, none wider than it is.
import { styleText } from 'node:util';
import type { CommandFigures, Figures, ProviderFigures } from './figures.ts';

type Style = Parameters<typeof styleText>[0];
/** A piece of a line; `style` is for terminals that have colours. */
type Piece = { text: string; style?: Style };

export type Canvas = { columns: number; rows: number; isColourful: boolean };

/** Anything older than this waits too long (seconds). */
const OLD_S = 60;

/** What does not fit below is cut off. */
export function draw(figures: Figures, canvas: Canvas): string[] {
  const lines = [
    ...heading(figures),
    ...engine(figures),
    [],
    ...shop(figures),
    [],
    ...commandTable(figures.commands),
    [],
    ...providerTable(figures.providers),
  ];
  return lines.slice(0, canvas.rows).map((line) => painted(line, canvas));
}

function heading({ health, source, at }: Figures): Piece[][] {
  const first: Piece[] = [{ text: 'Marty ', style: 'bold' }];
  if (health) first.push({ text: health.status, style: health.status === 'healthy' ? 'green' : 'red' });
  first.push({ text: `  ${source}  ${health?.version ?? ''}  ${at.slice(11, 19)} UTC`, style: 'dim' });
  const checks = Object.entries(health?.checks ?? {}).flatMap(([name, state]): Piece[] => [
    { text: `${name} `, style: 'dim' },
    { text: `${state}  `, ...(state === 'down' && { style: 'red' as const }) },
  ]);
  return [first, ...(checks.length > 0 ? [checks] : []), []];
}

function engine({ turns, outbox, timers, bubbles }: Figures): Piece[][] {
  return [
    row('turns', [
      [`${rate(turns.perSecond)}/s`],
      [`95 % within ${seconds(turns.p95Seconds)}`],
      [`${rate(turns.batch)} a batch`],
      [`${count(turns.laneWaiting)} in lanes`, (turns.laneWaiting ?? 0) > 500],
    ]),
    row('outbox', [
      [`oldest ${seconds(outbox.ageSeconds)}`, (outbox.ageSeconds ?? 0) > OLD_S],
      [`${count(outbox.deadLetters)} dead letters`, (outbox.deadLetters ?? 0) > 0],
      [`${count(outbox.aside)} aside`, (outbox.aside ?? 0) > 0],
      [`${count(outbox.inboxWaiting)} in the inbox`],
    ]),
    row('timers', [
      [`${count(timers.due)} due`],
      [`${count(timers.late)} late`, (timers.late ?? 0) > 0],
      [`${count(timers.held)} held`],
    ]),
    row('bubbles', [
      [`${count(bubbles.unsent)} unsent`],
      [`oldest ${seconds(bubbles.ageSeconds)}`, (bubbles.ageSeconds ?? 0) > OLD_S],
    ]),
  ];
}

function shop({ conversations, withStaff, optedOut, orders, sales, tokens, costDollars }: Figures): Piece[][] {
  const cost = costDollars === null ? [] : [[`$${costDollars.toFixed(2)}`] satisfies Cell];
  return [
    row('customers', [...states(conversations), [`${count(withStaff)} with staff`], [`${count(optedOut)} opted out`]]),
    ...(Object.keys(orders).length > 0 ? [row('orders', states(orders))] : []),
    row('sales', [[`${sales.texted} texts`], [`${sales.ordered} orders`], [`${sales.paid} paid`]]),
    row('tokens', [[`${tokens.input} in`], [`${tokens.cached} cached`], [`${tokens.output} out`], ...cost]),
  ];
}

function states(counts: Record<string, number>): Cell[] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([state, many]) => [`${many} ${state}`]);
}

function commandTable(commands: readonly CommandFigures[]): Piece[][] {
  const cells = (of: CommandFigures): Cell[] => [
    [of.name],
    [`${of.open}`],
    [`${of.done}`],
    [`${of.refused}`],
    [`${of.again}`],
    [`${of.failed}`, of.failed > 0],
  ];
  return table(['command', 'open', 'done', 'refused', 'again', 'failed'], commands.map(cells));
}

function providerTable(providers: readonly ProviderFigures[]): Piece[][] {
  const cells = (of: ProviderFigures): Cell[] => [
    [of.name],
    [of.isDown ? 'down' : 'up', of.isDown],
    [`${rate(of.callsPerSecond)}/s`],
    [count(of.failed)],
    [seconds(of.p95Seconds)],
  ];
  return table(['provider', 'state', 'calls', 'failed', '95 %'], providers.map(cells));
}

/** Words, and whether they are alarming. */
type Cell = [text: string, isAlarming?: boolean];

function row(name: string, cells: Cell[]): Piece[] {
  const pieces = cells.flatMap(([text, isAlarming], index): Piece[] => [
    ...(index === 0 ? [] : [{ text: ' · ', style: 'dim' as const }]),
    { text, ...(isAlarming === true && { style: 'red' as const }) },
  ]);
  return [{ text: name.padEnd(11), style: 'dim' }, ...pieces];
}

const FIRST = 20;
const OTHERS = 10;

function table(titles: string[], rows: Cell[][]): Piece[][] {
  if (rows.length === 0) return [];
  const place = (text: string, index: number) => (index === 0 ? text.padEnd(FIRST) : text.padStart(OTHERS));
  return [
    titles.map((title, index) => ({ text: place(title, index), style: 'dim' as const })),
    ...rows.map((cells) =>
      cells.map(([text, isAlarming], index) => ({
        text: place(text, index),
        ...(isAlarming === true && { style: 'red' as const }),
      })),
    ),
  ];
}

function painted(line: Piece[], { columns, isColourful }: Canvas): string {
  let left = columns;
  return line
    .map(({ text, style }) => {
      const shown = text.slice(0, left);
      left -= shown.length;
      return isColourful && style !== undefined && shown !== '' ? styleText(style, shown) : shown;
    })
    .join('')
    .trimEnd();
}

function count(value: number | null): string {
  return value === null ? '–' : String(value);
}

function rate(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}

function seconds(value: number | null): string {
  if (value === null) return '–';
  if (value === Infinity) return 'the last bucket';
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  return value < 120 ? `${Number(value.toFixed(1))} s` : `${Math.round(value / 60)} min`;
}
