// The log of one phone. Bubbles are kept by key and only changed where they differ: a screen reader hears each one once.
import { drawing, element, setAttributes, setText } from '../dom.ts';
import type { Bubble, Card, Delivery } from './bubbles.ts';
import { answersOf, bubblesOf, clock, dayName } from './bubbles.ts';
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

export type Sending = {
  /** Sends a text that failed once more. */
  again: (id: string, text: string) => void;
  /** Sends what a tapped answer says. */
  tap: (text: string) => void;
};

export function createConversation(name: string, sending: Sending): Conversation {
  const list = element('ol');
  const log = element('div', { role: 'log', 'aria-live': 'polite', 'aria-label': `Texts of ${name}` }, list);
  const typing = element('div', { class: 'typing', hidden: true }, ...[1, 2, 3].map(() => element('span')));
  const typingWords = element('p', { class: 'unseen', role: 'status' });
  const root = element('div', { class: 'conversation', tabindex: '0', 'aria-label': `Conversation of ${name}` });
  const answers = element('ul', { class: 'chips answers', 'aria-label': 'Answers to tap', hidden: true });
  root.append(log, answers, typing, typingWords);
  const rows = new Map<string, Row>();
  return {
    root,
    show: (phone) => {
      const isNearEnd = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_END_PX;
      const grew = showBubbles(list, rows, phone, sending);
      const asks = showAnswers(answers, answersOf(phone), sending);
      const isTyping = phone.composing && phone.reach === 'online';
      const began = isTyping && typing.hidden;
      typing.hidden = !isTyping;
      setText(typingWords, isTyping ? 'Marty is typing' : '');
      if ((grew || began || asks) && isNearEnd)
        root.scrollTo({ top: root.scrollHeight, behavior: rows.size > 20 && grew ? 'instant' : 'smooth' });
    },
  };
}

type Row = { item: HTMLLIElement; day: HTMLElement; who: HTMLElement; meta: HTMLElement; state: string };

/** True when a bubble was added. */
function showBubbles(list: HTMLElement, rows: Map<string, Row>, phone: Phone, sending: Sending): boolean {
  const bubbles = bubblesOf(phone);
  const keys = new Set(bubbles.map(({ key }) => key));
  for (const [key, { item }] of rows) {
    if (keys.has(key)) continue;
    item.remove();
    rows.delete(key);
  }
  let grew = false;
  bubbles.forEach((bubble, index) => {
    const row = rows.get(bubble.key) ?? makeRow(bubble, phone.shop, sending);
    grew ||= !rows.has(bubble.key);
    rows.set(bubble.key, row);
    if (list.children[index] !== row.item) list.insertBefore(row.item, list.children[index] ?? null);
    dress(row, bubble, sending);
  });
  return grew;
}

/** True when there are answers that were not there before. */
function showAnswers(list: HTMLUListElement, labels: string[], { tap }: Sending): boolean {
  const shown = [...list.children].map(({ textContent }) => textContent);
  if (shown.join('\n') === labels.join('\n')) return false;
  list.replaceChildren(
    ...labels.map((label) =>
      element(
        'li',
        {},
        answer(label, () => tap(label)),
      ),
    ),
  );
  list.hidden = labels.length === 0;
  return !list.hidden;
}

function answer(label: string, onTap: () => void): HTMLButtonElement {
  const chip = element('button', { type: 'button', class: 'chip' }, label);
  chip.addEventListener('click', onTap);
  return chip;
}

function bookCard({ title, subtitle, take }: Card, { tap }: Sending): HTMLLIElement {
  const chip = answer(take.label, () => tap(take.reply));
  chip.setAttribute('aria-label', `${take.label}: ${title}`);
  const words = [element('strong', { class: 'card-title' }, title), element('span', { class: 'card-by' }, subtitle)];
  return element('li', { class: 'card' }, ...words, chip);
}

function makeRow({ text, from, cards }: Bubble, shop: string, sending: Sending): Row {
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
    ...wordsOf(text, shop),
  );
  const shown =
    cards.length === 0
      ? []
      : [element('ul', { class: 'cards', 'aria-label': 'Books' }, ...cards.map((card) => bookCard(card, sending)))];
  const item = element('li', { class: 'row', 'data-from': from }, day, who, bubble, ...shown, meta);
  return { item, day, who, meta, state: '' };
}

function dress(row: Row, bubble: Bubble, { again }: Sending): void {
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
