// A list that grows as one scrolls, walked with j and k. What is far away is not drawn by the browser (`content-visibility`).
import { element } from '../../dom.ts';
import { isAbort, sentenceOf } from '../api.ts';
import type { Keys } from '../keys.ts';
import { words } from '../words.ts';
import { button } from './controls.ts';

export type Chunk<Item> = { items: Item[]; nextCursor: string | null };
export type LongList<Item> = {
  root: HTMLElement;
  keys: Keys;
  /** The first page anew; what is further down stays, without what the first page holds and without what `gone` names. */
  refresh(first: Chunk<Item>, gone: ReadonlySet<string>): void;
  /** Everything anew. */
  reset(first: Chunk<Item>): void;
  size(): number;
};
type Options<Item> = {
  label: string;
  idOf: (item: Item) => string;
  /** A row's parts; its first link is what Enter opens. */
  draw: (item: Item) => HTMLElement[];
  more: (cursor: string, signal: AbortSignal) => Promise<Chunk<Item>>;
  signal: AbortSignal;
};

export function longList<Item>({ label, idOf, draw, more, signal }: Options<Item>): LongList<Item> {
  const list = element('ol', { class: 'long-list', 'aria-label': label });
  const end = element('div', { class: 'long-list-end' });
  const root = element('div', {}, list, end);
  const rows = new Map<string, { row: HTMLLIElement; drawn: string }>();
  let cursor: string | null = null;
  let isReading = false;
  const place = (items: Item[], from: number) =>
    items.forEach((item, index) => {
      const row = rowFor(item);
      if (list.children[from + index] !== row) list.insertBefore(row, list.children[from + index] ?? null);
    });
  const rowFor = (item: Item): HTMLLIElement => {
    const drawn = JSON.stringify(item);
    const known = rows.get(idOf(item));
    if (known?.drawn === drawn) return known.row;
    const row = known?.row ?? element('li', { class: 'long-list-row' });
    const had = row.contains(document.activeElement);
    row.replaceChildren(...draw(item));
    if (had) row.querySelector<HTMLElement>('a, button')?.focus();
    rows.set(idOf(item), { row, drawn });
    return row;
  };
  const drop = (id: string) => {
    rows.get(id)?.row.remove();
    rows.delete(id);
  };
  // A row that moves, or is drawn anew, loses the focus: whoever walks the list by keyboard would lose their place.
  const keepingFocus = (change: () => void) => {
    const id = [...rows].find(([, { row }]) => row.contains(document.activeElement))?.[0];
    change();
    const row = id === undefined ? undefined : rows.get(id)?.row;
    if (row?.contains(document.activeElement) === false) row.querySelector<HTMLElement>('a, button')?.focus();
  };
  const readMore = async () => {
    if (cursor === null || isReading) return;
    isReading = true;
    try {
      const chunk = await more(cursor, signal);
      place(
        chunk.items.filter((item) => !rows.has(idOf(item))),
        list.children.length,
      );
      cursor = chunk.nextCursor;
      end.replaceChildren();
    } catch (error) {
      if (!isAbort(error))
        end.replaceChildren(sentenceOf(error), button(words.states.again, readMore, { small: true }));
    } finally {
      isReading = false;
    }
    if (isNear(end)) void readMore();
  };
  const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && void readMore(), {
    rootMargin: '600px',
  });
  watcher.observe(end);
  signal.addEventListener('abort', () => watcher.disconnect(), { once: true });
  return {
    root,
    keys: keysOf(list),
    size: () => rows.size,
    reset: (first) => {
      keepingFocus(() => {
        for (const id of rows.keys()) drop(id);
        place(first.items, 0);
      });
      cursor = first.nextCursor;
    },
    refresh: (first, gone) => {
      const fresh = new Set(first.items.map(idOf));
      keepingFocus(() => {
        for (const id of gone) if (!fresh.has(id)) drop(id);
        place(first.items, 0);
      });
      if (rows.size <= first.items.length) cursor = first.nextCursor;
    },
  };
}

function isNear(end: HTMLElement): boolean {
  return end.isConnected && end.getBoundingClientRect().top < innerHeight + 600;
}

function keysOf(list: HTMLElement): Keys {
  const links = () => [...list.querySelectorAll<HTMLElement>('.row-link')];
  const step = (by: number) => {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  return [
    { keys: ['j', 'ArrowDown'], label: words.keys.next, run: () => step(1) },
    { keys: ['k', 'ArrowUp'], label: words.keys.previous, run: () => step(-1) },
    {
      keys: ['Enter', 'o'],
      label: words.keys.open,
      run: () => document.activeElement instanceof HTMLElement && document.activeElement.click(),
    },
  ];
}
