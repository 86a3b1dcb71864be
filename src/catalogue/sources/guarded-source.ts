// A source with everything around it that no source has to know: its answers are kept, its budget is held, its time
// is bounded, and a source that is down is left alone for a while.
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { SourceAnswers } from './answers.ts';
import type { SourceBudget } from './budget.ts';
import { SourceTrouble } from './source.ts';
import type { BookQuestion, BookSource, SourceBook } from './source.ts';

/** `purpose` says whose share of the budget it takes. */
export type Asking = { signal: AbortSignal; purpose: 'customer' | 'background' };

export type GuardedSource = Pick<BookSource, 'name' | 'terms' | 'expiresAt'> & {
  /** As `BookSource.ask`, from memory where it was asked lately. Throws SourceTrouble, or the signal's reason. */
  ask(question: BookQuestion, asking: Asking): Promise<SourceBook[]>;
  /** Its last answer was no trouble; true as long as nothing was asked. */
  isWell: () => boolean;
};

const FAILURES_BEFORE_OPEN = 3;
const OPEN_FOR_MS = 30_000;
/** Where it does not say how long to wait. */
const WAIT_MS = 60_000;
const WAIT_MAX_MS = 24 * 60 * 60_000;

export function guardSource(
  source: BookSource,
  parts: {
    budget: SourceBudget;
    answers: SourceAnswers;
    /** Hears of each question that an open breaker kept from the source. */
    onResting?: (source: BookSource['name']) => void;
  },
): GuardedSource {
  const { budget, answers, onResting } = parts;
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: OPEN_FOR_MS,
    breaker: new ConsecutiveBreaker(FAILURES_BEFORE_OPEN),
  });
  let isWell = true;
  const once = async (question: BookQuestion, { signal, purpose }: Asking): Promise<SourceBook[]> => {
    if (!(await budget.take(source, purpose))) throw new SourceTrouble('limited');
    try {
      const books = await inTime(source, question, signal);
      isWell = true;
      return books;
    } catch (error) {
      if (error instanceof SourceTrouble) isWell = error.code === 'limited';
      if (error instanceof SourceTrouble && error.code === 'limited')
        await budget.hold(source, Math.min(error.waitMs ?? WAIT_MS, WAIT_MAX_MS));
      throw error;
    }
  };
  return {
    name: source.name,
    terms: source.terms,
    expiresAt: source.expiresAt,
    isWell: () => isWell,
    async ask(question, asking) {
      const kept = await answers.find(source.name, question);
      if (kept !== null) return kept;
      const books = await breaker.execute(() => once(question, asking)).catch(asTrouble(source.name, onResting));
      await answers.keep(source.name, question, books, source.terms.keepMs);
      return books;
    },
  };
}

/** Our own patience ends as `late`; the caller's abort stays what it was. */
async function inTime(source: BookSource, question: BookQuestion, signal: AbortSignal): Promise<SourceBook[]> {
  const timeout = AbortSignal.timeout(source.limits.timeoutMs);
  try {
    return await source.ask(question, AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) throw new SourceTrouble('late', null, { cause: error });
    throw error;
  }
}

// A full budget says nothing of the source's health, and neither does a customer who wrote on.
function isOutage(error: Error): boolean {
  return error instanceof SourceTrouble && error.code !== 'limited';
}

function asTrouble(name: BookSource['name'], onResting?: (source: BookSource['name']) => void) {
  return (error: unknown): never => {
    if (!(error instanceof BrokenCircuitError)) throw error;
    onResting?.(name);
    throw new SourceTrouble('unavailable', null, { cause: error });
  };
}
