// Square's client writes to the console where an answer is not of the form that it knows, with what stands there instead: perhaps
// somebody's number or address. Nothing of it gets that far; what we read of an answer is checked by ourselves.
import { AsyncLocalStorage } from 'node:async_hooks';

const asking = new AsyncLocalStorage<true>();
const warn = console.warn;

console.warn = (...words: unknown[]) => {
  if (!asking.getStore()) warn(...words);
};

/** Runs what asks Square; what its client would warn of meanwhile is not written, whatever others warn of is. */
export function unheard<Answer>(ask: () => Answer): Answer {
  return asking.run(true, ask);
}
