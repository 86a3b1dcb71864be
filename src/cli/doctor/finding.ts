// What `marty doctor` says of one part: how it is, in one line, and what to do where it is not well. No line ever holds a
// secret, an address with a password, or what a service wrote: codes and names only.
import { errorName } from '../../runtime/errors.ts';

/** `off`: not set up, which is allowed. Only `wrong` makes the doctor's exit code non-zero. */
export type Verdict = 'well' | 'look' | 'wrong' | 'off';

export type Finding = {
  /** The part, such as `database`; of one shop alone `square (tower-books)`. */
  part: string;
  verdict: Verdict;
  says: string;
  /** Null where there is nothing to do. */
  mend: string | null;
};

/** What a check says before it is told of which part. */
export type Said = Omit<Finding, 'part'>;

export const well = (says: string): Said => ({ verdict: 'well', says, mend: null });
export const off = (says: string): Said => ({ verdict: 'off', says, mend: null });
export const look = (says: string, mend: string): Said => ({ verdict: 'look', says, mend });
export const wrong = (says: string, mend: string): Said => ({ verdict: 'wrong', says, mend });

/** One part, and how to look at it. Several lines where several things are wrong. */
export type Check = { part: string; ask: (signal: AbortSignal) => Promise<Said | Said[]> };

/** Runs one check; what it does not foresee is wrong, by the name of its error. Never rejects. */
export async function run({ part, ask }: Check, patienceMs: number): Promise<Finding[]> {
  const signal = AbortSignal.timeout(patienceMs);
  const said = await Promise.race([ask(signal), late(signal)]).catch((error: unknown) =>
    wrong(`could not be looked at (${errorName(error)})`, 'look at the log of the server; this is not foreseen'),
  );
  return [said].flat().map((one) => ({ part, ...one }));
}

function late(signal: AbortSignal): Promise<Said> {
  return new Promise((resolve) =>
    signal.addEventListener('abort', () =>
      resolve(wrong('does not answer in time', 'is the network open from here? Look at its status page')),
    ),
  );
}
