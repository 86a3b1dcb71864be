// Time and chance as the runtime is given them; a simulation gives its own.
export type Clock = {
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  /** Milliseconds since some moment in the process's life, also when `now` is set or corrected: how long something takes is told by it. */
  elapsed: () => number;
  /** Calls back once after `ms`, at most 2^31 − 1; the returned function cancels. */
  after: (ms: number, callback: () => void) => () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, callback) => {
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  },
};

/** Resolves after `ms`. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** Whether a signal fired because time was up, and not because somebody wished so. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

/** Runs `work`; aborts it when `timeoutMs` are over. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  controller: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  const cancel = clock.after(timeoutMs, () => controller.abort(new DOMException('timed out', 'TimeoutError')));
  try {
    return await work();
  } finally {
    cancel();
  }
}

/** What the runtime reports; ids and codes only. */
export type Log = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

/** Calls `work` every `ms` until the returned function stops it; waits for a run under way. A failing run is reported, not fatal. */
export function every(
  clock: Clock,
  ms: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  let cancel = clock.after(ms, tick);
  function tick(): void {
    running = work()
      .catch(onError)
      .then(() => {
        if (!stopped) cancel = clock.after(ms, tick);
      });
  }
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
