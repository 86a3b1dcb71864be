// Every command line that the documents show, and what it is to become of it.
import type { Document } from './documents.ts';

/** `words`: without a leading `npm exec marty --` or variables set before it. `isName`: `marty …` in a sentence, which may be no more than a command's name. */
export type CommandLine = {
  where: string;
  line: string;
  tool: 'marty' | 'npm' | 'npx';
  words: string[];
  isName: boolean;
};

const STARTS = /^(?:\w+=\S+ )*(?:npm|npx|marty) (?! )/; // two blanks: Marty speaks
const MARTY = /^(?:npm exec marty --|npx marty|marty) /;
/** What ends a command in a shell, or says something about it. */
const ENDS = new Set(['|', '<', '>', '>>', '&&', '#']);

/** Looks like a command, and is none. */
const NO_COMMAND: Record<string, string> = { 'npm exec marty -- <command>': 'stands for all of them' };

/** Of fences line by line, of code spans as they are. */
export function commandLinesIn({ path, fences, spans }: Document): CommandLine[] {
  const inFences = fences.flatMap(({ text }) => text.split('\n')).map((line) => ({ line: line.trim(), isName: false }));
  const inSentences = spans.map((line) => ({ line, isName: line.startsWith('marty ') }));
  return [...inFences, ...inSentences]
    .filter(({ line }) => STARTS.test(line) && NO_COMMAND[line] === undefined)
    .flatMap(({ line, isName }) => expand({ where: path, line, isName }));
}

/** The commands in the table of the README, which leave `marty` out. */
export function tabledIn(document: Document): CommandLine[] {
  const cells = document.tables.filter(({ heading }) => heading === 'Commands').flatMap(({ firstCells }) => firstCells);
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span));
  return spans
    .filter((span) => !STARTS.test(span))
    .flatMap((span) => expand({ where: document.path, line: `marty ${span}`, isName: false }));
}

type Shown = Pick<CommandLine, 'where' | 'line' | 'isName'>;

function expand(shown: Shown): CommandLine[] {
  return spelledOut(shown.line.replace(/^(?:\w+=\S+ )+/, '')).map((one) => {
    const found = one.replace(MARTY, 'marty ').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    const [tool = '', ...words] = found.map((word) => word.replace(/^["']|["']$/g, ''));
    if (tool !== 'marty' && tool !== 'npm' && tool !== 'npx') throw new Error(`${shown.where}: ${shown.line}`);
    const end = words.findIndex((word) => ENDS.has(word));
    return { ...shown, tool, words: end < 0 ? words : words.slice(0, end) };
  });
}

/** `a|b` is both of them, `[x]` is with it and without. */
function spelledOut(line: string): string[] {
  const optional = /^(.*?)\[([^[\]]*)\](.*)$/.exec(line);
  if (optional) {
    const [, before = '', inside = '', after = ''] = optional;
    return [...spelledOut(before + inside + after), ...spelledOut(before + after)];
  }
  const choice = /^(.*?)(\S+\|\S+)(.*)$/.exec(line);
  if (!choice) return [line];
  const [, before = '', all = '', after = ''] = choice;
  return all.split('|').flatMap((one) => spelledOut(before + one + after));
}
