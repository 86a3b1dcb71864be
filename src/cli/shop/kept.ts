// Answers that cost the database much and change little: whoever asks the same within a minute is given the same answer,
// and those who ask at once wait for one.

const KEEP_MS = 60_000;
const KEPT_MAX = 200;

/** A failure is not kept. */
export function kept<Args extends Array<string | number>, Answer>(
  ask: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  const answers = new Map<string, { answer: Promise<Answer>; untilMs: number }>();
  return (...args) => {
    const nowMs = Date.now();
    const key = JSON.stringify(args);
    const known = answers.get(key);
    if (known && known.untilMs > nowMs) return known.answer;
    for (const [old, { untilMs }] of answers) if (untilMs <= nowMs || answers.size >= KEPT_MAX) answers.delete(old);
    const answer = ask(...args);
    answers.set(key, { answer, untilMs: nowMs + KEEP_MS });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
