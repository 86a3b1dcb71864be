// What a list or a page shows while it has nothing to show: still loading, empty, or broken with the server's own sentence.
import { drawing, element } from '../../dom.ts';
import { Refused, sentenceOf, Unreachable } from '../api.ts';
import { words } from '../words.ts';
import { button } from './controls.ts';

/** Grey lines where text will be. */
export function loading(lines = 4): HTMLElement {
  const bars = Array.from({ length: lines }, (_, index) => element('span', { class: `bone bone-${(index % 3) + 1}` }));
  return element(
    'div',
    { class: 'loading', role: 'status' },
    element('span', { class: 'unseen' }, words.states.loading),
    ...bars,
  );
}

export function empty(title: string, text: string, ...actions: HTMLElement[]): HTMLElement {
  return element(
    'div',
    { class: 'state' },
    drawing('candle'),
    element('p', { class: 'state-title' }, title),
    element('p', {}, text),
    ...actions,
  );
}

/** The error in its own words, the id to look for in the log, and a way to try again. */
export function broken(error: unknown, again: () => unknown): HTMLElement {
  const made = element('div', { class: 'state state-broken', role: 'alert' }, drawing('broken'));
  const title = error instanceof Unreachable ? words.states.unreachable : words.states.broken;
  made.append(element('p', { class: 'state-title' }, title), element('p', {}, sentenceOf(error)));
  if (error instanceof Refused && error.correlationId !== '') {
    made.append(element('p', { class: 'note' }, words.states.correlation, element('code', {}, error.correlationId)));
  }
  if (!(error instanceof Refused && error.status === 404))
    made.append(button(words.states.again, again, { look: 'main' }));
  return made;
}
