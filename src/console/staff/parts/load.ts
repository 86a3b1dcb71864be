// Reads something and shows it in one place: bones first, then what came, or why it did not. Reading again keeps what is
// shown until the new answer is there, and while the server is out of reach: somebody may be reading it, or writing beside it.
import { isAbort, Refused } from '../api.ts';
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
      if (isShown && !isOver(error)) return void root.dispatchEvent(stale(error));
      isShown = false;
      root.replaceChildren(broken(error, again));
    }
  };
  void again();
  return { again };
}

/** Told where something that is shown could not be read again; the console answers it with a notice. */
export const STALE = 'stale';
const stale = (error: unknown) => new CustomEvent(STALE, { bubbles: true, detail: error });

/** What is shown is not there any more, or not for these eyes: it must not stay. */
function isOver(error: unknown): boolean {
  return error instanceof Refused && error.status < 500 && error.status !== 429;
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

/** Runs every so often, also where no news comes. */
export function every(ms: number, run: () => unknown, signal: AbortSignal): void {
  const timer = setInterval(run, ms);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
