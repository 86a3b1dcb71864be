// One phone on the desk: its header, its conversation, and the line to type in.
import { drawing, element, setAttributes, setText } from '../dom.ts';
import { createConversation } from './conversation.ts';
import { spoken } from './numbers.ts';
import type { Post } from './post.ts';
import type { Phone } from './store.ts';

const TEXT_MAX = 1600;
/** From here on the room that is left is shown. */
const COUNT_FROM = 1400;
const openers = [
  'got anything like earthsea?',
  'something short and strange',
  'what are your hours?',
  'do you have dune',
];

export type Device = { root: HTMLElement; show(phone: Phone, isOnlyOne: boolean): void; focus(): void };

export function createDevice(number: string, post: Post, putAway: () => void): Device {
  const name = spoken(number);
  const presence = element('span', { class: 'presence' });
  const composer = createComposer(name, (text) => void post.send(number, text));
  const conversation = createConversation(name, {
    again: (id, text) => void post.send(number, text, id),
    // The tapped chip goes; whoever types goes on typing.
    tap: (text) => {
      void post.send(number, text);
      composer.focus();
    },
  });
  const invitation = createInvitation((text) => void post.send(number, text));
  const away = element(
    'button',
    { type: 'button', class: 'put-away', 'aria-label': `Put the phone ${name} away` },
    drawing('cross'),
  );
  away.addEventListener('click', putAway);
  const caption = element('header', { class: 'caption' }, element('h2', {}, name), away);
  const contact = element('div', { class: 'contact' }, element('span', { class: 'portrait' }, drawing('marty')));
  contact.append(element('div', {}, element('strong', {}, 'Marty'), presence));
  const screen = element('div', { class: 'screen' }, contact, conversation.root, composer.root);
  const root = element('section', { class: 'phone', id: `phone-${number.slice(1)}`, 'aria-label': `Phone ${name}` });
  root.append(caption, element('div', { class: 'body' }, screen));
  return {
    root,
    focus: composer.focus,
    show: (phone, isOnlyOne) => {
      away.hidden = isOnlyOne;
      const isEmpty = phone.reach !== 'connecting' && phone.texts.length + phone.outgoing.length === 0;
      if (!isEmpty) invitation.remove();
      else if (!invitation.isConnected) conversation.root.prepend(invitation);
      setAttributes(screen, { 'data-empty': isEmpty });
      setAttributes(presence, { 'data-reach': phone.reach });
      setText(presence, presenceOf(phone));
      conversation.show(phone);
    },
  };
}

function presenceOf({ reach, composing, shop }: Phone): string {
  if (reach === 'offline') return 'the shop is out of reach';
  if (reach === 'connecting') return 'looking for the shop';
  return composing ? 'typing' : shop;
}

function createInvitation(send: (text: string) => void): HTMLElement {
  const chips = openers.map((opener) => {
    const chip = element('button', { type: 'button', class: 'chip' }, opener);
    chip.addEventListener('click', () => send(opener));
    return element('li', {}, chip);
  });
  return element(
    'div',
    { class: 'invitation' },
    element('span', { class: 'portrait portrait-large' }, drawing('marty')),
    element('p', { class: 'invitation-title' }, 'text him, he’s up'),
    element('p', {}, 'Ask for a book, a mood, or half a title that you misremember.'),
    element('ul', { class: 'chips', 'aria-label': 'Ways to begin' }, ...chips),
  );
}

function createComposer(name: string, send: (text: string) => void): { root: HTMLElement; focus(): void } {
  const id = `text-${name.replaceAll(/\D/g, '')}`;
  const box = element('textarea', {
    id,
    rows: '1',
    maxlength: String(TEXT_MAX),
    placeholder: 'Text Marty',
    enterkeyhint: 'send',
  });
  const button = element(
    'button',
    { type: 'submit', class: 'send', 'aria-label': 'Send', disabled: true },
    drawing('send'),
  );
  const room = element('output', { class: 'room', for: id });
  const label = element('label', { class: 'unseen', for: id }, `Text to Marty from ${name}`);
  const root = element('form', { class: 'composer' }, label, box, room, button);
  const refresh = () => {
    button.disabled = box.value.trim() === '';
    setText(room, box.value.length >= COUNT_FROM ? String(TEXT_MAX - box.value.length) : '');
  };
  box.addEventListener('input', refresh);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    root.requestSubmit();
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text === '') return;
    box.value = '';
    refresh();
    send(text);
  });
  return { root, focus: () => box.focus() };
}
