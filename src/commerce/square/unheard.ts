// Square's client writes to the console where an answer is not of the form that it knows, with what stands there instead: perhaps
// somebody's number or address. Nothing of it gets that far; what we read of an answer is checked by ourselves.
import { AsyncLocalStorage } from 'node:async_hooks';

const asking = new AsyncLocalStorage<true>();
let installed: typeof console.warn | null = null;

/** Over whatever warns by now: who wraps it later is wrapped in turn. */
function install(): void {
  const outer = console.warn;
  installed = (...words) => {
    if (!asking.getStore()) outer(...words);
  };
  console.warn = installed;
}

/** Runs what asks Square; what its client would warn of meanwhile is not written, whatever others warn of is. */
export function unheard<Answer>(ask: () => Answer): Answer {
  if (console.warn !== installed) install();
  return asking.run(true, ask);
}
