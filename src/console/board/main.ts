// The demo's switchboard: buttons that break things, beside the board that would show it. Asked anew once a second.
import '../design/tokens.css';
import '../design/base.css';
import './board.css';
import { element, setAttributes, setText } from '../dom.ts';
import type { Board, Chaos } from './wire.ts';

const EVERY_MS = 1_000;

const CHAOS_WORDS: Readonly<Record<Chaos, { title: string; what: string }>> = {
  postgres: { title: 'Freeze Postgres', what: 'SIGSTOP to all of it' },
  redis: { title: 'Empty Redis', what: 'every job that waits is gone' },
  square: { title: "Lose Square's answers", what: 'it does as asked, nobody hears' },
  claude: { title: 'Slow Claude', what: 'nine seconds a thought' },
  twice: { title: 'Everything twice', what: 'each text and payment notice' },
};

const place = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
};

/** Rewrites only what differs, so that focus and screen readers stay where they are. */
function pairs(list: HTMLElement, rows: ReadonlyArray<[name: string, value: string]>): void {
  while (list.children.length > rows.length) list.lastElementChild?.remove();
  rows.forEach(([name, value], index) => {
    const row = list.children[index] ?? list.appendChild(element('div', {}, element('dt'), element('dd')));
    const [term, description] = row.children;
    if (term) setText(term, name);
    if (description) setText(description, value);
  });
}

function lines(list: HTMLElement, texts: readonly string[]): void {
  while (list.children.length > texts.length) list.lastElementChild?.remove();
  texts.forEach((text, index) => setText(list.children[index] ?? list.appendChild(element('li')), text));
}

function show(board: Board): void {
  const { intents, orders, links, charges, lost, doubled, underWay, texts, customers, processes, chaos } = board;
  const counted = { intents, orders, links, charges };
  pairs(
    place('equation'),
    Object.entries(counted).map(([name, many]) => [name, String(many)]),
  );
  [...place('equation').children].forEach((row, index, rows) => {
    const sign = index === 0 ? null : signBetween(numberIn(rows[index - 1]), numberIn(row));
    setAttributes(row, { 'data-sign': sign });
  });
  const isBroken = lost + doubled > 0;
  setAttributes(document.body, { 'data-broken': isBroken });
  setText(place('judgement'), `lost ${lost} · doubled ${doubled}`);
  setText(place('under-way'), underWay === 0 ? 'nothing is under way' : `${underWay} under way`);
  lines(place('troubles'), board.troubles);
  const kills = processes.reduce((sum, one) => sum + one.kills, 0);
  pairs(place('numbers'), [
    ['texts in', String(texts.accepted)],
    ['answered', String(texts.answered)],
    ['waiting', String(texts.waiting)],
    ['half answered within', spoken(texts.p50Ms)],
    ['95 of 100 within', spoken(texts.p95Ms)],
    ['customers served', String(customers.served)],
    ['kills so far', String(kills)],
    ['queue', board.queue === 'redis' ? 'Redis' : 'Postgres'],
  ]);
  const here = Object.entries(customers.here).filter(([, many]) => many > 0);
  setText(place('street'), `In the shop: ${here.map(([temper, many]) => `${many} ${temper}`).join(', ') || 'nobody'}.`);
  lines(
    place('news'),
    board.news.map(({ at, text }) => `${new Date(at).toLocaleTimeString()}  ${text}`),
  );
  setAttributes(place('quiet'), { hidden: board.news.length > 0 });
  setAttributes(place('phone'), { href: board.phoneUrl });
  buttons(processes, chaos);
}

/** Purchases that are under way have not come all the way through. */
function signBetween(before: number, after: number): string {
  if (before === after) return '=';
  return before > after ? '>' : '<';
}

function numberIn(row: Element | undefined): number {
  return Number(row?.querySelector('dd')?.textContent);
}

function spoken(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`;
}

function buttons(processes: Board['processes'], chaos: Board['chaos']): void {
  for (const { name, isUp, kills } of processes) {
    const what = isUp ? (kills === 0 ? 'SIGKILL' : `SIGKILL, ${kills} so far`) : 'dead, about to be born again';
    button(`/api/kill/${encodeURIComponent(name)}`, { title: `Kill ${name}`, what, isOff: !isUp, isOn: !isUp });
  }
  for (const { name, times, leftMs, isPossible } of chaos) {
    const { title, what } = CHAOS_WORDS[name];
    const left = leftMs > 0 ? `for ${Math.ceil(leftMs / 1000)} s more` : times > 0 ? `${what}, ${times} so far` : what;
    const words = isPossible ? left : 'not on this machine';
    button(`/api/chaos/${name}`, { title, what: words, isOff: !isPossible, isOn: leftMs > 0 });
  }
}

const made = new Map<string, HTMLButtonElement>();

function button(
  path: string,
  { title, what, isOff, isOn }: { title: string; what: string; isOff: boolean; isOn: boolean },
): void {
  const one = made.get(path) ?? makeButton(path, title);
  const note = one.querySelector('.note');
  if (note) setText(note, what);
  setAttributes(one, { 'aria-disabled': isOff ? 'true' : null, 'data-on': isOn });
}

function makeButton(path: string, title: string): HTMLButtonElement {
  const key = String(made.size + 1);
  const one = element(
    'button',
    { type: 'button', class: 'break', 'aria-keyshortcuts': key },
    element('kbd', { 'aria-hidden': 'true' }, key),
    element('strong', {}, title),
    element('span', { class: 'note' }),
  );
  one.addEventListener('click', () => void press(path, one));
  made.set(path, one);
  place('breaks').append(one);
  return one;
}

async function press(path: string, one: HTMLButtonElement): Promise<void> {
  if (one.getAttribute('aria-disabled') === 'true') return;
  await fetch(path, { method: 'POST', headers: { 'x-demo': 'yes' } }).catch(() => undefined);
  await look();
}

document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  [...made.values()][Number(key) - 1]?.click();
});

async function look(): Promise<void> {
  try {
    const response = await fetch('/api/board');
    const board: Board = await response.json();
    show(board);
  } catch {
    setText(place('judgement'), 'the demo is closed');
  }
}

await look();
setInterval(() => void look(), EVERY_MS);
