// Dialogs: the browser's own `<dialog>`, which keeps the focus inside and gives it back.
import { element } from '../../dom.ts';
import { words } from '../words.ts';
import { button } from './controls.ts';

type Question = { title: string; text: string; yes: string; danger?: boolean; body?: HTMLElement };

/** Asks and answers whether the person agreed. Escape and a click outside mean no. */
export function ask({ title, text, yes, danger = false, body }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const { root, close } = openDialog(title, () => resolve(false));
    const form = element(
      'form',
      { class: 'dialog-body', method: 'dialog' },
      element('p', {}, text),
      ...(body ? [body] : []),
    );
    const agree = element('button', { type: 'submit', class: `button button-${danger ? 'danger' : 'main'}` }, yes);
    form.append(element('div', { class: 'dialog-actions' }, button(words.dialog.no, close), agree));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!form.reportValidity()) return;
      resolve(true);
      close();
    });
    root.append(form);
    root.showModal();
    (form.querySelector<HTMLElement>('input, textarea') ?? agree).focus();
  });
}

/** Shows something until it is closed. */
export function show(title: string, body: HTMLElement): void {
  const { root, close } = openDialog(title, () => undefined);
  const actions = element('div', { class: 'dialog-actions' }, button(words.dialog.close, close, { look: 'main' }));
  root.append(element('div', { class: 'dialog-body' }, body, actions));
  root.showModal();
}

let dialogs = 0;

/** A dialog to fill and show; `closed` is called once, however it was closed. */
export function openDialog(title: string, closed: () => void): { root: HTMLDialogElement; close: () => void } {
  const id = `dialog-${(dialogs += 1)}`;
  const root = element('dialog', { class: 'dialog', 'aria-labelledby': id }, element('h2', { id }, title));
  root.addEventListener('close', () => {
    root.remove();
    closed();
  });
  root.addEventListener('click', (event) => {
    if (event.target === root) root.close();
  });
  document.body.append(root);
  return { root, close: () => root.close() };
}
