// Reads something and shows it in one place: bones first, then what came, or why it did not. Reading again keeps what is
// shown until the new answer is there.
import { isAbort } from '../api.ts';
import { broken, loading } from './states.ts';

export type Loader = { again(): Promise<void> };

/** `show` is called with each answer; of two readings under way only the newer one counts. */
export function load<Value>(
  root: HTMLElement,
  read: (signal: AbortSignal) => Promise<Value>,
  show: (value: Value) => void,
  signal: AbortSignal,
): Loader {
  let running: AbortController | null = null;
  let isShown = false;
  const again = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    if (!isShown) root.replaceChildren(loading());
    try {
      const value = await read(AbortSignal.any([signal, mine.signal]));
      if (signal.aborted || mine.signal.aborted) return;
      if (!isShown) root.replaceChildren();
      isShown = true;
      show(value);
    } catch (error) {
      if (signal.aborted || mine.signal.aborted || isAbort(error)) return;
      isShown = false;
      root.replaceChildren(broken(error, again));
    }
  };
  void again();
  return { again };
}

/** Runs at most once in `everyMs`, and once more at the end of a burst. */
export function throttled(everyMs: number, run: () => unknown, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = 0;
  signal.addEventListener('abort', () => timer !== null && clearTimeout(timer), { once: true });
  return () => {
    if (timer !== null || signal.aborted) return;
    const waitMs = Math.max(0, last + everyMs - Date.now());
    timer = setTimeout(() => {
      timer = null;
      last = Date.now();
      run();
    }, waitMs);
  };
}
