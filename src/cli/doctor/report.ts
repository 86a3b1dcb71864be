// The doctor's findings on a terminal: a line each, what to do under what is not well, and the sum at the end.
import { styleText } from 'node:util';
import type { Finding, Verdict } from './finding.ts';

const MARKS = {
  well: { mark: '✓', colour: 'green' },
  look: { mark: '!', colour: 'yellow' },
  wrong: { mark: '✗', colour: 'red' },
  off: { mark: '–', colour: 'gray' },
} as const satisfies Record<Verdict, { mark: string; colour: Parameters<typeof styleText>[0] }>;

/** @param inColour false for pipes and for whoever asked for none */
export function reportOf(findings: readonly Finding[], inColour: boolean): string {
  const width = Math.max(...findings.map(({ part }) => part.length));
  const lines = findings.flatMap((finding) => linesOf(finding, width, inColour));
  return ['', ...lines, '', `  ${sumOf(findings)}`, ''].join('\n');
}

function linesOf({ part, verdict, says, mend }: Finding, width: number, inColour: boolean): string[] {
  const { mark, colour } = MARKS[verdict];
  const painted = (text: string) => (inColour ? styleText(colour, text, { validateStream: false }) : text);
  const line = `  ${painted(mark)} ${part.padEnd(width)}  ${verdict === 'off' ? painted(says) : says}`;
  return mend === null ? [line] : [line, `    ${' '.repeat(width)}  ${painted('mend:')} ${mend}`];
}

function sumOf(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const [wrong, look, well] = [count('wrong'), count('look'), count('well')];
  if (wrong === 0 && look === 0) return `All is well: ${well} looked at.`;
  return `${wrong} wrong, ${look} to look at, ${well} well.`;
}
