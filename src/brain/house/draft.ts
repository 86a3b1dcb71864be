// The shape of talk: bubbles that fit a phone, and a reply that asks nothing of the chart.
import type { Book } from '../../catalogue/catalogue.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { BUBBLE_CHARS_MAX } from '../../channels/bubbles.ts';
import type { Draft } from '../situation.ts';

/** A reply is read at a glance. */
export const BUBBLES_MAX = 3;

/** Talk without consequence: `customer.asked`. */
export function talk(bubbles: readonly string[], shown: readonly Book[] = [], confidence = 0.9): Draft {
  return {
    act: { type: 'customer.asked' },
    bubbles: bubbles.slice(0, BUBBLES_MAX).map((bubble) => clipped(bubble, BUBBLE_CHARS_MAX)),
    shown: shown.map(shownBook),
    confidence,
  };
}

/** A title as one says it: without its subtitle where it is long. */
export function shortTitle(title: string): string {
  const head = title.length > 50 ? (title.split(/\s*[:(]| - /)[0] ?? title) : title;
  return clipped(head, 70);
}

/** Where the words name the title, as Marty says it; -1 where they do not. */
export function placeOfTitle(words: string, title: string): number {
  return words.toLowerCase().indexOf(shortTitle(title).toLowerCase());
}

/** Whether the words name the title, as Marty says it. */
export function saysTitle(words: string, title: string): boolean {
  return placeOfTitle(words, title) >= 0;
}

/** One author, or the first and "others". */
export function authorWords(authors: readonly string[]): string {
  const [first = 'someone', ...others] = authors;
  return others.length === 0 ? first : others.length === 1 ? `${first} and ${others[0]}` : `${first} and others`;
}

/** At most `charsMax` characters, cut after a sentence or a word. */
export function clipped(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const head = text.slice(0, charsMax - 2);
  const sentenceEnd = head.lastIndexOf('. ');
  if (sentenceEnd > charsMax / 2) return head.slice(0, sentenceEnd + 1);
  return `${head.slice(0, Math.max(head.lastIndexOf(' '), charsMax / 2)).replace(/[\s,.;:]+$/, '')}..`;
}

/** The first of several wordings that fits one bubble; the last one is cut to fit. */
export function fitting(...wordings: readonly string[]): string {
  return (
    wordings.find((wording) => wording.length <= BUBBLE_CHARS_MAX) ?? clipped(wordings.at(-1) ?? '', BUBBLE_CHARS_MAX)
  );
}
