// Calls that arrive while one is under way travel together in the next: one round trip serves them all.
export function coalesce<In, Out>(run: (inputs: In[]) => Promise<Out[]>): (input: In) => Promise<Out> {
  type Call = { input: In; resolve: (out: Out) => void; reject: (error: unknown) => void };
  let waiting: Call[] = [];
  let running = false;

  async function drain(): Promise<void> {
    running = true;
    await Promise.resolve(); // calls of the same tick join the first batch
    while (waiting.length > 0) {
      const calls = waiting;
      waiting = [];
      try {
        const outs = await run(calls.map((call) => call.input));
        calls.forEach((call, n) => {
          const out = outs[n];
          if (out === undefined) call.reject(new Error('a coalesced call got no answer'));
          else call.resolve(out);
        });
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    running = false;
  }

  return (input) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!running) void drain();
    });
}
