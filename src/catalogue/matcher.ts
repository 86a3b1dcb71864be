// Which books of a store a text names, and whether one of them may be sold without asking again.
// When in doubt it doubts: a question costs a text, a wrong book costs a customer.
import { isbnsIn } from './isbn.ts';
import { judge, type Verdict } from './judge.ts';
import { readMessage } from './message.ts';
import type { TitleIndex } from './title-index.ts';

/** What a text names: `certain` may be sold as it is; else every book in `matches` is a question. */
export type Naming = { matches: Array<{ isbn13: string; title: string; score: number }>; certain: boolean };

export const MATCHES_MAX = 5;
const SCORE_MIN = 0.5;
const CERTAIN_SCORE = 0.88;
const CERTAIN_LEAD = 0.1;

/** Best first, at most 5; scores 0.5…1. An ISBN in the text outranks every word. */
export function nameBooks(index: TitleIndex, text: string): Naming {
  const byIsbn = isbnsIn(text).flatMap((isbn13) => index.get(isbn13) ?? []);
  if (byIsbn.length > 0) {
    const matches = byIsbn.slice(0, MATCHES_MAX).map(({ isbn13, title }) => ({ isbn13, title, score: 1 }));
    return { matches, certain: matches.length === 1 };
  }
  const verdicts = rankedVerdicts(index, text);
  return {
    matches: verdicts.slice(0, MATCHES_MAX).map(({ book, score }) => ({
      isbn13: book.isbn13,
      title: book.title,
      score: Math.round(score * 1000) / 1000,
    })),
    certain: isCertain(verdicts),
  };
}

function rankedVerdicts(index: TitleIndex, text: string): Verdict[] {
  const message = readMessage(text);
  const verdicts = index
    .candidates(message.words)
    .flatMap((form) => judge(message, form) ?? [])
    .filter((verdict) => verdict.score >= SCORE_MIN);
  const standing = verdicts.filter((verdict) => !verdicts.some((other) => swallows(other, verdict)));
  return bestPerBook(standing).sort((a, b) => b.score - a.score || b.said - a.said || compareIsbn(a, b));
}

/** "Dune Messiah" in a text leaves nothing for "Dune"; of two titles on the same words the better said one stays. */
function swallows(other: Verdict, verdict: Verdict): boolean {
  if (other === verdict || other.to < verdict.from || other.from > verdict.to) return false;
  const contains =
    other.from <= verdict.from && other.to >= verdict.to && other.to - other.from > verdict.to - verdict.from;
  return (contains || other.fit > verdict.fit) && other.said > verdict.said + 0.05 && other.fit >= 0.8;
}

function bestPerBook(verdicts: Verdict[]): Verdict[] {
  const best = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const known = best.get(verdict.book.isbn13);
    if (known === undefined || verdict.score > known.score) best.set(verdict.book.isbn13, verdict);
  }
  return [...best.values()];
}

function isCertain([first, second]: Verdict[]): boolean {
  if (first === undefined || first.score < CERTAIN_SCORE || !first.standsAlone || first.unsaid > 0) return false;
  if (first.kind === 'series' || first.kind === 'subtitle') return false;
  return second === undefined || second.score < first.score - CERTAIN_LEAD;
}

function compareIsbn(a: Verdict, b: Verdict): number {
  return a.book.isbn13 < b.book.isbn13 ? -1 : 1;
}
