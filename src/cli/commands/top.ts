// `marty top`: a running system at a glance, drawn anew every few seconds; on a terminal without a cursor, once after another.
import { setTimeout as pause } from 'node:timers/promises';
import { emitKeypressEvents } from 'node:readline';
import { loadConfig } from '../config.ts';
import { draw } from '../top/draw.ts';
import type { Figures } from '../top/figures.ts';
import { figuresFrom } from '../top/from-database.ts';
import { figuresOf, look } from '../top/from-servers.ts';
import { UsageError } from '../plain-errors.ts';

export type TopFlags = { url?: string[]; database?: true; once?: true; json?: true; every: string };

/** Between the two looks that a rate needs, where only one is shown (ms). */
const APART_MS = 1_000;
const SCREEN = { open: '\u001b[?1049h\u001b[?25l', home: '\u001b[H', toEndOfLine: '\u001b[K', rest: '\u001b[J' };
const CLOSE = '\u001b[?25h\u001b[?1049l';

/** Of a server that answered and does not any more. */
const SILENT = { status: 'does not answer', version: '', checks: {} };

type Source = { next: () => Promise<Figures>; close: () => Promise<void> };

/** Shows until `q`, Ctrl-C or SIGTERM; one picture with `--once`, one JSON document a picture with `--json`. */
export async function runTop(flags: TopFlags): Promise<void> {
  const everyMs = Number(flags.every) * 1000;
  if (!(everyMs >= 200 && everyMs <= 3_600_000))
    throw new UsageError(`--every must be seconds from 0.2 to 3600, and was "${flags.every}".`);
  const source = await openSource(flags, flags.once ? APART_MS : everyMs);
  const ended = new AbortController();
  process.stdout.once('error', () => ended.abort()); // whoever read has had enough
  const restore = flags.once ? () => undefined : listenForQuit(ended);
  try {
    do show(await source.next(), flags);
    while (!flags.once && (await pause(everyMs, true, { signal: ended.signal }).catch(() => false)));
  } finally {
    restore();
    await source.close();
  }
}

async function openSource(flags: TopFlags, apartMs: number): Promise<Source> {
  const urls = flags.url ?? ['http://localhost:8080'];
  if (urls.some((url) => !URL.canParse(url)))
    throw new UsageError('--url must be an address, such as http://localhost:8080.');
  const first = flags.database ? null : await look(urls, Date.now);
  if (first) return serverSource(urls, first, apartMs);
  if (flags.url) throw new UsageError(`No Marty answers at ${urls[0]}.`);
  return databaseSource();
}

function serverSource(
  urls: readonly string[],
  first: NonNullable<Awaited<ReturnType<typeof look>>>,
  apartMs: number,
): Source {
  let before = first;
  let last = figuresOf(first, first);
  let isFirst = true;
  return {
    async next() {
      if (isFirst) await pause(Math.min(apartMs, APART_MS));
      isFirst = false;
      const after = await look(urls, Date.now);
      if (!after) return { ...last, health: SILENT };
      last = figuresOf(before, after);
      before = after;
      return last;
    },
    close: () => Promise.resolve(),
  };
}

async function databaseSource(): Promise<Source> {
  const { openMigrated } = await import('../shop/open-shop.ts');
  const { address, database } = await openMigrated(loadConfig().config);
  return {
    next: () => figuresFrom(database.pool, Date.now),
    async close() {
      await database.close();
      await address.close();
    },
  };
}

function show(figures: Figures, { json, once }: TopFlags): void {
  if (json) return void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const { columns = 80, rows = 24 } = process.stdout;
  if (once || !hasScreen()) {
    const lines = draw(figures, { columns, rows: Infinity, isColourful: hasScreen() && hasColours() });
    return void process.stdout.write(`${lines.join('\n')}\n${once ? '' : '\n'}`);
  }
  const hint = 'q quits';
  const lines = draw(figures, { columns, rows: rows - 1, isColourful: hasColours() });
  const filled = [...lines, ...Array<string>(Math.max(0, rows - 1 - lines.length)).fill(''), hint];
  process.stdout.write(SCREEN.home + filled.map((line) => line + SCREEN.toEndOfLine).join('\r\n') + SCREEN.rest);
}

/** A terminal that can be drawn on anew. */
function hasScreen(): boolean {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb';
}

function hasColours(): boolean {
  return !process.env['NO_COLOR'];
}

/** @returns what gives the terminal back as it was */
function listenForQuit(ended: AbortController): () => void {
  const quit = () => ended.abort();
  process.once('SIGINT', quit).once('SIGTERM', quit);
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !hasScreen()) return () => undefined;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', (_text, key: { name?: string; ctrl?: boolean }) => {
    if (key.name === 'q' || (key.ctrl && key.name === 'c')) quit();
  });
  stdout.write(SCREEN.open);
  return () => {
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(CLOSE);
  };
}
