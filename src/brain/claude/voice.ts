// Claude's bubbles in the shop's voice: no quotes around known titles, no emoji, no exclamation, and short enough.
import { splitBubbles } from '../../channels/bubbles.ts';
import { BUBBLES_MAX } from '../house/draft.ts';

/** At most three bubbles of at most 150 characters; empty ones vanish. */
export function inVoice(bubbles: readonly string[]): string[] {
  return bubbles
    .map(calm)
    .filter((bubble) => bubble !== '')
    .flatMap((bubble) => splitBubbles(bubble))
    .slice(0, BUBBLES_MAX);
}

function calm(bubble: string): string {
  return bubble
    .replace(/["\u201c\u201d]/g, '')
    .replace(/\s*[\u2013\u2014]\s*/g, ', ')
    .replace(/\p{Extended_Pictographic}\uFE0F?/gu, '')
    .replace(/!+/g, '.')
    .replace(/\*\*|__|`/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
}
