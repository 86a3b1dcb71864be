// The log of one phone. Bubbles are kept by key and only changed where they differ: a screen reader hears each one once.
import { drawing, element, setAttributes, setText } from '../dom.ts';
import type { Bubble, Delivery } from './bubbles.ts';
import { bubblesOf, clock, dayName } from './bubbles.ts';
import type { Phone } from './store.ts';
import { wordsOf } from './words.ts';

const told: Record<Delivery, string> = {
  sending: 'Sending',
  sent: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
};
const NEAR_END_PX = 120;

export type Conversation = { root: HTMLElement; show(phone: Phone): void };

export function createConversation(name: string, again: (id: string, text: string) => void): Conversation {
  const list = element('ol');
  const log = element('div', { role: 'log', 'aria-live': 'polite', 'aria-label': `Texts of ${name}` }, list);
  const typing = element('div', { class: 'typing', hidden: true }, ...[1, 2, 3].map(() => element('span')));
  const typingWords = element('p', { class: 'unseen', role: 'status' });
  const root = element('div', { class: 'conversation', tabindex: '0', 'aria-label': `Conversation of ${name}` });
  root.append(log, typing, typingWords);
  const rows = new Map<string, Row>();
  return {
    root,
    show: (phone) => {
      const isNearEnd = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_END_PX;
      const grew = showBubbles(list, rows, bubblesOf(phone), again);
      const isTyping = phone.composing && phone.reach === 'online';
      const began = isTyping && typing.hidden;
      typing.hidden = !isTyping;
      setText(typingWords, isTyping ? 'Marty is typing' : '');
      if ((grew || began) && isNearEnd)
        root.scrollTo({ top: root.scrollHeight, behavior: rows.size > 20 && grew ? 'instant' : 'smooth' });
    },
  };
}

type Row = { item: HTMLLIElement; day: HTMLElement; who: HTMLElement; meta: HTMLElement; state: string };

/** True when a bubble was added. */
function showBubbles(
  list: HTMLElement,
  rows: Map<string, Row>,
  bubbles: Bubble[],
  again: (id: string, text: string) => void,
): boolean {
  const keys = new Set(bubbles.map(({ key }) => key));
  for (const [key, { item }] of rows) {
    if (keys.has(key)) continue;
    item.remove();
    rows.delete(key);
  }
  let grew = false;
  bubbles.forEach((bubble, index) => {
    const row = rows.get(bubble.key) ?? makeRow(bubble);
    grew ||= !rows.has(bubble.key);
    rows.set(bubble.key, row);
    if (list.children[index] !== row.item) list.insertBefore(row.item, list.children[index] ?? null);
    dress(row, bubble, again);
  });
  return grew;
}

function makeRow({ text, from }: Bubble): Row {
  const [day, who, meta] = [
    element('p', { class: 'day' }),
    element('p', { class: 'who' }),
    element('p', { class: 'meta' }),
  ];
  const speaker = from === 'me' ? 'You' : from === 'staff' ? 'The shop' : 'Marty';
  const bubble = element(
    'div',
    { class: 'bubble' },
    element('span', { class: 'unseen' }, `${speaker}: `),
    ...wordsOf(text),
  );
  const item = element('li', { class: 'row', 'data-from': from }, day, who, bubble, meta);
  return { item, day, who, meta, state: '' };
}

function dress(row: Row, bubble: Bubble, again: (id: string, text: string) => void): void {
  const { day, first, last, delivery, at, from, key, text, reason } = bubble;
  const state = [day, first, last, delivery, at].join();
  if (row.state === state) return;
  row.state = state;
  setAttributes(row.item, { 'data-first': first, 'data-last': last, 'data-delivery': delivery });
  setText(row.day, day ? dayName(at, new Date()) : '');
  setText(row.who, first && from === 'staff' ? 'Someone from the shop' : '');
  row.meta.replaceChildren(...(last || delivery === 'failed' ? metaOf(at, delivery) : []));
  if (delivery !== 'failed') return;
  const retry = element('button', { type: 'button', class: 'retry' }, 'Try again');
  retry.addEventListener('click', () => again(key, text));
  row.meta.append(reason, retry);
}

function metaOf(at: string, delivery: Delivery | null): Node[] {
  const time = element('time', { datetime: at }, clock(at));
  if (delivery === null) return [time];
  const tick = drawing(`tick-${delivery}`);
  if (delivery === 'failed') return [tick];
  return [time, tick, element('span', { class: 'unseen' }, told[delivery])];
}
