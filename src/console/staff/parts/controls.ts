// Buttons, fields, tabs: the few controls of the design system, each reachable by keyboard and named for screen readers.
import { drawing, element, setAttributes } from '../../dom.ts';

type Look = 'plain' | 'main' | 'danger' | 'quiet';
type ButtonOptions = { look?: Look; icon?: string; title?: string; small?: boolean };

/** A button that runs something. While a promise that it started is under way, it is busy and cannot be pressed again. */
export function button(label: string, run: () => unknown, options: ButtonOptions = {}): HTMLButtonElement {
  const { look = 'plain', icon, title = null, small = false } = options;
  const made = element('button', {
    type: 'button',
    class: `button button-${look}${small ? ' button-small' : ''}`,
    title,
  });
  if (icon) made.append(drawing(icon));
  made.append(element('span', {}, label));
  made.addEventListener('click', () => void press(made, run));
  return made;
}

/** A button that shows only a drawing. */
export function iconButton(label: string, icon: string, run: () => unknown): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label },
    drawing(icon),
  );
  made.addEventListener('click', () => void press(made, run));
  return made;
}

async function press(pressed: HTMLButtonElement, run: () => unknown): Promise<void> {
  if (pressed.getAttribute('aria-busy') === 'true') return;
  const running = run();
  if (!(running instanceof Promise)) return;
  setAttributes(pressed, { 'aria-busy': 'true' });
  await running.finally(() => setAttributes(pressed, { 'aria-busy': null }));
}

type FieldOptions = {
  type?: string;
  name: string;
  value?: string;
  required?: boolean;
  autocomplete?: string;
  placeholder?: string;
  min?: string;
  max?: string;
  maxlength?: string;
  hint?: string;
};

let fields = 0;

/** A labelled line to type in. */
export function field(
  label: string,
  { hint, ...options }: FieldOptions,
): { root: HTMLElement; input: HTMLInputElement } {
  const id = `field-${(fields += 1)}`;
  const input = element('input', { id, class: 'input', type: 'text', ...options });
  if (hint) input.setAttribute('aria-describedby', `${id}-hint`);
  const notes = hint ? [element('p', { class: 'hint', id: `${id}-hint` }, hint)] : [];
  return { root: element('div', { class: 'field' }, element('label', { for: id }, label), input, ...notes), input };
}

export type Choice = { value: string; label: string; count?: number };

/** One of a few, as a row of buttons; `changed` is told of each new choice. */
export function choices(label: string, all: Choice[], chosen: string, changed: (value: string) => void) {
  const root = element('div', { class: 'choices', role: 'group', 'aria-label': label });
  const show = (items: Choice[], value: string) => {
    const had = root.contains(document.activeElement);
    root.replaceChildren(
      ...items.map((one) => {
        const made = element(
          'button',
          { type: 'button', class: 'choice', 'aria-pressed': String(one.value === value) },
          one.label,
        );
        if (one.count !== undefined && one.count > 0)
          made.append(' ', element('span', { class: 'count' }, String(one.count)));
        made.addEventListener('click', () => changed(one.value));
        return made;
      }),
    );
    if (had) root.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  };
  show(all, chosen);
  return { root, show };
}

/** A list to choose one of, or none, from; what is chosen stays in it also where it is not on offer. */
export function options(
  label: string,
  none: string,
  { chosen, nameOf }: { chosen: string; nameOf: (value: string) => string },
  changed: (value: string) => void,
) {
  const root = element('select', { class: 'input select', 'aria-label': label });
  let now = chosen;
  const option = (value: string, name: string) => element('option', { value, selected: value === now }, name);
  const offer = (all: readonly string[]) => {
    const missing = now === '' || all.includes(now) ? [] : [now];
    root.replaceChildren(option('', none), ...[...missing, ...all].map((value) => option(value, nameOf(value))));
  };
  offer([]);
  root.addEventListener('change', () => {
    now = root.value;
    changed(now);
  });
  return { root, offer };
}

export type Tab = { id: string; label: string; open: () => HTMLElement };
export type Tabs = {
  root: HTMLElement;
  open(id: string): void;
  /** Draws the open panel anew if it is one of these, unless somebody is inside it. */
  refresh(...ids: string[]): void;
  current(): string;
};

/** Tabs with their panel; a panel is made when its tab is opened, and made anew each time. */
export function tabs(label: string, all: Tab[], first: string): Tabs {
  const strip = element('div', { class: 'tabs', role: 'tablist', 'aria-label': label });
  const panel = element('div', { class: 'tab-panel', role: 'tabpanel', tabindex: '0' });
  let current = first;
  const buttons = new Map<string, HTMLButtonElement>();
  const open = (id: string) => {
    const found = all.find((one) => one.id === id) ?? all[0];
    if (!found) return;
    current = found.id;
    for (const [key, made] of buttons) {
      setAttributes(made, { 'aria-selected': String(key === current), tabindex: key === current ? '0' : '-1' });
    }
    setAttributes(panel, { 'aria-labelledby': `tab-${current}`, 'data-tab': current });
    panel.replaceChildren(found.open());
  };
  for (const { id, label: text } of all) {
    const made = element('button', { type: 'button', role: 'tab', id: `tab-${id}`, class: 'tab' }, text);
    made.addEventListener('click', () => open(id));
    buttons.set(id, made);
    strip.append(made);
  }
  strip.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = all[(all.findIndex(({ id }) => id === current) + step + all.length) % all.length];
    if (!next) return;
    open(next.id);
    buttons.get(next.id)?.focus();
  });
  const root = element('section', { class: 'tabbed' }, strip, panel);
  open(first);
  return {
    root,
    open,
    refresh: (...ids) => {
      const isInside = panel !== document.activeElement && panel.contains(document.activeElement);
      if (ids.includes(current) && !isInside) open(current);
    },
    current: () => current,
  };
}

/** A small coloured word. */
export function chip(text: string, look = 'plain', title: string | null = null): HTMLElement {
  return element('span', { class: `chip chip-${look}`, title }, text);
}
