// The phone simulator: a desk of pretend phones, each a customer of the shop.
import '../design/tokens.css';
import '../design/base.css';
import './desk.css';
import './phone.css';
import './bubbles.css';
import { element } from '../dom.ts';
import type { Device } from './device.ts';
import { createDevice } from './device.ts';
import { mayAddPhone, newNumber, rememberedNumbers, rememberNumbers, spoken } from './numbers.ts';
import { createPost } from './post.ts';
import type { Desk } from './store.ts';
import { createDesk } from './store.ts';

const desk = createDesk(rememberedNumbers());
const post = createPost(desk);
const devices = new Map<string, Device>();
const table = part('phones');
const tabs = part('tabs');
const add = part('add');

/** On a narrow display one phone fills the screen: its tab says so. */
const inView = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      tabs.querySelector(`[href="#${target.id}"]`)?.setAttribute('aria-current', String(isIntersecting));
    }
  },
  { root: table, threshold: 0.6 },
);

desk.subscribe(({ context }) => show(context));
for (const { number } of desk.getSnapshot().context.phones) post.watch(number);
show(desk.getSnapshot().context);

add.addEventListener('click', () => {
  const number = newNumber(desk.getSnapshot().context.phones.map((phone) => phone.number));
  desk.trigger.phoneAdded({ number });
  post.watch(number);
  const device = devices.get(number);
  device?.root.scrollIntoView({ behavior: 'smooth', inline: 'center', block: 'nearest' });
  device?.focus();
});

function show({ phones }: Desk): void {
  const numbers = phones.map(({ number }) => number);
  if (numbers.join() !== [...devices.keys()].join()) arrange(numbers);
  for (const phone of phones) devices.get(phone.number)?.show(phone, phones.length === 1);
}

/** Phones came or went. */
function arrange(numbers: string[]): void {
  for (const [number, { root }] of devices) {
    if (numbers.includes(number)) continue;
    root.remove();
    devices.delete(number);
  }
  for (const number of numbers) {
    if (devices.has(number)) continue;
    const device = createDevice(number, post, () => putAway(number));
    devices.set(number, device);
    table.append(device.root);
  }
  tabs.replaceChildren(...numbers.map(tab));
  inView.disconnect();
  for (const { root } of devices.values()) inView.observe(root);
  tabs.hidden = numbers.length < 2;
  add.toggleAttribute('disabled', !mayAddPhone(numbers));
  rememberNumbers(numbers);
}

function putAway(number: string): void {
  desk.trigger.phoneRemoved({ number });
  devices.values().next().value?.focus();
}

function tab(number: string): HTMLElement {
  const link = element('a', { href: `#phone-${number.slice(1)}`, class: 'tab' }, spoken(number));
  return element('li', {}, link);
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part named ${id}`);
  return found;
}
