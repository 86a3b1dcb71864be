// The line to search with: asks a moment after the last key, and `/` leads to it.
import { drawing, element } from '../../dom.ts';
import type { Key } from '../keys.ts';
import { words } from '../words.ts';

const PAUSE_MS = 220;

export function search(
  label: string,
  value: string,
  changed: (query: string) => void,
): { root: HTMLElement; input: HTMLInputElement; key: Key } {
  const input = element('input', { type: 'search', class: 'input', 'aria-label': label, placeholder: label, value });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = value;
  const tell = () => {
    clearTimeout(timer);
    const query = input.value.trim();
    if (query === told) return;
    told = query;
    changed(query);
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE_MS);
  });
  input.addEventListener('search', tell);
  const root = element('form', { class: 'search', role: 'search' }, drawing('search'), input);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    tell();
  });
  const key = { keys: ['/'], label: words.keys.search, run: () => input.focus() };
  return { root, input, key };
}
