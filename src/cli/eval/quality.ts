// What a program can see of how well Marty texted in a conversation that was had: one finding for each reply, or text of the
// customer's, that something is wrong with.
import { isAutoReply } from '../../channels/auto-reply.ts';
import { BUBBLES_MAX } from '../../brain/house/draft.ts';
import { brokenRules } from './voice-rules.ts';

/**
 * `long`: a bubble fits no single text · `many`: more bubbles than a reply may have · `voice`: a rule of Marty's voice is broken ·
 * `repeated`: one of his last three replies, word for word · `fallback`: a line about trouble of his own · `unanswered`: nothing
 * was said for two minutes after a text.
 */
export const CHECKS = ['long', 'many', 'voice', 'repeated', 'fallback', 'unanswered'] as const;
export type Check = (typeof CHECKS)[number];

/** One message as the customer saw it; dropped bubbles are left out. `seq`: the turn that said or heard it. */
export type SaidLine = {
  by: 'customer' | 'marty' | 'staff';
  kind: 'talk' | 'fact';
  text: string;
  seq: number;
  at: Date;
  /** Which line of prompts/ it is; null for free talk. */
  line: string | null;
};

/** `changes`: of consent, oldest first. `titles`: of books that he may have named; they keep their own spelling. */
export type Had = {
  lines: readonly SaidLine[];
  titles: readonly string[];
  changes: ReadonlyArray<{ at: Date; change: 'granted' | 'revoked' }>;
};

/** `about`: the bubbles of the reply, or the text that waits. */
export type Finding = { check: Check; at: Date; about: string[] };
export type Quality = { replies: number; texts: number; findings: Finding[] };

const LOOKED_BACK = 3;
const ANSWER_MAX_MS = 2 * 60_000;

/** @param nowMs a text younger than two minutes may still be answered */
export function qualityOf(had: Had, nowMs: number): Quality {
  const replies = repliesOf(had.lines);
  const texts = had.lines.filter(({ by }) => by === 'customer');
  const findings = replies.flatMap((reply, n) => {
    const before = replies.slice(Math.max(0, n - LOOKED_BACK), n);
    return wrongWith(reply, before, had.titles).map((check) => finding(check, reply));
  });
  const waiting = unanswered(had, nowMs).map((text) => finding('unanswered', [text]));
  return { replies: replies.length, texts: texts.length, findings: [...findings, ...waiting] };
}

type Reply = readonly [SaidLine, ...SaidLine[]];

function finding(check: Check, lines: Reply): Finding {
  return { check, at: lines[0].at, about: lines.map(({ text }) => text) };
}

/** Talk of one turn is one reply. */
function repliesOf(lines: readonly SaidLine[]): Reply[] {
  const replies = new Map<number, [SaidLine, ...SaidLine[]]>();
  for (const line of lines) {
    if (line.by !== 'marty' || line.kind !== 'talk') continue;
    const begun = replies.get(line.seq);
    if (begun) begun.push(line);
    else replies.set(line.seq, [line]);
  }
  return [...replies.values()];
}

function wrongWith(reply: Reply, before: readonly Reply[], titles: readonly string[]): Check[] {
  const rules = new Set(reply.flatMap(({ text }) => brokenRules(text, titles)));
  const isLong = rules.delete('long');
  const checks: Array<[isBroken: boolean, check: Check]> = [
    [isLong, 'long'],
    [reply.length > BUBBLES_MAX, 'many'],
    [rules.size > 0, 'voice'],
    [before.some((other) => wordsOf(other) === wordsOf(reply)), 'repeated'],
    [reply.some(({ line }) => line?.startsWith('trouble.')), 'fallback'],
  ];
  return checks.filter(([isBroken]) => isBroken).map(([, check]) => check);
}

function wordsOf(reply: Reply): string {
  return reply.map(({ text }) => text.toLowerCase().replace(/\s+/g, ' ').trim()).join('\n');
}

// The last text of a run speaks for it: one answer considers them all.
function unanswered({ lines, changes }: Had, nowMs: number): SaidLine[] {
  return lines.filter((line, n) => {
    if (line.by !== 'customer' || isAutoReply(line.text)) return false;
    const next = lines[n + 1];
    if (next?.by === 'customer') return false;
    const waitedMs = (next?.at.getTime() ?? nowMs) - line.at.getTime();
    return waitedMs > ANSWER_MAX_MS && !isOptedOut(changes, line.at);
  });
}

function isOptedOut(changes: Had['changes'], at: Date): boolean {
  return changes.findLast((change) => change.at.getTime() <= at.getTime() + ANSWER_MAX_MS)?.change === 'revoked';
}
