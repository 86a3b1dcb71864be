// The keyboard: a page names its keys with a sentence each, the help lists them. Keys rest while somebody types.

export type Key = { keys: string[]; label: string; run(): void };
export type Keys = Key[];

/** Listens until `signal` fires. `keysNow` are looked up at each press, the first that fits wins. */
export function listenToKeys(keysNow: () => Keys, signal: AbortSignal): void {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
      if (document.querySelector('dialog[open]')) return;
      const typing = isTyping(event.target);
      if (typing && event.key === 'Escape' && event.target instanceof HTMLElement) return event.target.blur();
      if (typing) return;
      if (event.key === 'Enter' && isPressed(event.target)) return;
      const key = keysNow().find(({ keys }) => keys.includes(event.key));
      if (!key) return;
      event.preventDefault();
      key.run();
    },
    { signal },
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['range', 'checkbox', 'radio', 'button', 'file'].includes(target.type);
  return target.isContentEditable || target.matches('textarea, select');
}

/** Enter on a button or a link is a press of it and nothing else. */
function isPressed(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, [role="button"]') !== null;
}
