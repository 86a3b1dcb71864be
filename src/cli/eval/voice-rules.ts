// How Marty texts, as prompts/system.md tells it, in the part that a program can see. One row is one rule.
import { BUBBLE_CHARS_MAX } from '../../channels/bubbles.ts';

export type VoiceRule = 'long' | 'characters' | 'exclamation' | 'dash' | 'ellipsis' | 'markdown' | 'capital I';

const LINK = /^https?:\/\/\S+$/;

/** `isBroken` is asked of one bubble of talk, without the titles in it, which keep their own spelling. */
const RULES: ReadonlyArray<{ rule: VoiceRule; isBroken: (bubble: string) => boolean }> = [
  { rule: 'characters', isBroken: (bubble) => /[\p{Extended_Pictographic}\u2018-\u201f]/u.test(bubble) },
  { rule: 'exclamation', isBroken: (bubble) => bubble.includes('!') },
  { rule: 'dash', isBroken: (bubble) => /[\u2012-\u2015]|\s-{1,2}\s/.test(bubble) },
  { rule: 'ellipsis', isBroken: (bubble) => /\u2026|\.{3,}/.test(bubble) },
  { rule: 'markdown', isBroken: (bubble) => /\*\*|__|`|^\s*(?:[-*#]|\d+[.)])\s/m.test(bubble) },
  {
    rule: 'capital I',
    isBroken: (bubble) =>
      /(?:^|\s)I(?:'(?:m|ll|ve|d)| (?:am|have|had|will|can|could|would|think|do|don't|keep|like))\b/.test(bubble),
  },
];

/** More than 150 characters do not fit one text message; a link is not broken to fit. */
export function isTooLong(bubble: string): boolean {
  return bubble.length > BUBBLE_CHARS_MAX && !LINK.test(bubble);
}

/** The rules that one bubble of talk breaks. @param titles of books that it may name */
export function brokenRules(bubble: string, titles: readonly string[]): VoiceRule[] {
  const own = withoutTitles(bubble, titles);
  const broken = RULES.filter(({ isBroken }) => isBroken(own)).map(({ rule }) => rule);
  return isTooLong(bubble) ? ['long', ...broken] : broken;
}

/** What is left are Marty's own words. */
export function withoutTitles(bubble: string, titles: readonly string[]): string {
  return titles.reduce((left, title) => left.replaceAll(title, 'it'), bubble);
}
