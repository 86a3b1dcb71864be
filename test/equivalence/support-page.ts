// Writes docs/xstate-support.md from a run: each part of XState on both actors, then each fixture of SCXML.
import { format, resolveConfig } from 'prettier';
import { allFixtures } from '../scxml/fixtures.ts';
import { outcomeOf } from '../scxml/outcome.ts';
import type { Outcome } from '../scxml/outcome.ts';
import { actions } from './parts/actions.ts';
import { actors } from './parts/actors.ts';
import type { Group, Part } from './parts/part.ts';
import { states } from './parts/states.ts';
import { transitions } from './parts/transitions.ts';
import { verdictOn } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export const PAGE = new URL('../../docs/xstate-support.md', import.meta.url);
export const GROUPS: readonly Group[] = [states, transitions, actions, actors];

export type Judged = { part: Part; verdict: Verdict };
export type Run = { groups: Array<{ title: string; judged: Judged[] }>; outcomes: Outcome[] };

export async function runAll(): Promise<Run> {
  const groups: Run['groups'] = [];
  for (const { title, parts } of GROUPS) {
    const judged: Judged[] = [];
    for (const part of parts) judged.push({ part, verdict: await verdictOn(part.one, part.script, part.input) });
    groups.push({ title, judged });
  }
  const outcomes: Outcome[] = [];
  for (const fixture of allFixtures()) outcomes.push(await outcomeOf(fixture));
  return { groups, outcomes };
}

/** The same run gives the same text. */
export async function pageOf({ groups, outcomes }: Run): Promise<string> {
  const config = await resolveConfig(PAGE);
  const text = [
    INTRODUCTION,
    ...groups.map(({ title, judged }) => [`## ${title}`, table(judged.map(rowOf))].join('\n\n')),
    fixturesPart(outcomes),
  ].join('\n\n');
  return format(text, { ...config, parser: 'markdown' });
}

const INTRODUCTION = `# Can I use X of XState?

Written by \`npm run xstate-support\` from what it sees; a test fails when this page is not fresh. Each row is a machine that uses the part
(\`test/equivalence/parts\`), run twice: by XState's own \`createActor\` in memory under a simulated clock, and by the durable runtime's turns
over rows in memory, where before every turn the machine is built anew and the actor read from its row, and every turn is taken twice, once
by a process that dies before its commit. **yes**: after each step both show the same state, context, output, history, timers, work, commands
and messages. **no**: the runtime says so in a sentence when the machine is registered, or (*in the turn*) when an event comes to it; that turn then
leaves nothing, its event is set aside, and the actor stands as before. **throws**: XState's own actor ends there, with an error or beyond its chart;
the durable one stands as before and its event is set aside.

Events whose names begin with \`xstate.\` are the runtime's own and are refused from outside, \`xstate.route\` among them. Postgres, queue and kills of real
processes are not this page's: see [reliability.md](reliability.md).`;

function rowOf({ part: { name, note = '' }, verdict }: Judged): string[] {
  switch (verdict.is) {
    case 'same':
      return [name, '**yes**', note];
    case 'refused':
      return [name, verdict.when === 'registered' ? 'no' : 'no, in the turn', `${note}<br>_${verdict.sentence}_`];
    case 'failed':
      return [name, 'throws', note];
    default:
      return [name, '**a bug**', JSON.stringify(verdict)];
  }
}

function table(rows: string[][]): string {
  const lines = [['can I use …', '', 'how, or what instead'], ['---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

const TITLES: ReadonlyArray<[is: Outcome['is'], title: string]> = [
  ['different', 'The durable actor is another than XState’s: a bug'],
  ['unanswered', 'XState gives no answer to compare'],
  ['refused', 'Refused by the durable runtime'],
  ['otherwise', 'The durable actor is XState’s, and XState is not SCXML'],
  ['failed', 'The step throws in XState'],
  ['leftOut', 'No words for it in XState, or none with a durable form'],
];

function fixturesPart(outcomes: readonly Outcome[]): string {
  const passed = outcomes.filter(({ is }) => is === 'passes');
  const rows = TITLES.map(([is, title]) => [title, String(outcomes.filter((one) => one.is === is).length)]);
  return [
    '## SCXML',
    `The ${outcomes.length} fixtures of \`@scion-scxml/test-framework\` that say what they expect, those of the W3C's implementation report (\`w3c-ecma\`)
among them, are turned into XState by \`test/scxml/convert.ts\` and run like the parts above. A document's \`*\` and its event prefixes are spelt out, a deep
initial state is a child that is left at once, and of a fixture that sends to itself only the end is compared with SCXML (both actors are
compared after every move).`,
    counts([['Pass: durable, in memory and as SCXML says', String(passed.length)], ...rows]),
    ...TITLES.map(([is, title]) =>
      reasons(
        title,
        outcomes.filter((one) => one.is === is),
      ),
    ).filter(Boolean),
    ['### Passing', byFolder(passed)].join('\n\n'),
  ].join('\n\n');
}

function counts(rows: string[][]): string {
  return [['fixtures', ''], ['---', '---:'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function reasons(title: string, outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '';
  const byWhy = grouped(outcomes, ({ why }) => why);
  const lines = [...byWhy].map(([why, those]) => `- ${escaped(why)}: ${those.map(({ name }) => name).join(', ')}`);
  return [`### ${title}`, lines.sort().join('\n')].join('\n\n');
}

function escaped(why: string): string {
  return why.replace(/<[^>]*>/g, (tag) => `\`${tag}\``);
}

function byFolder(outcomes: readonly Outcome[]): string {
  const folders = grouped(outcomes, ({ name }) => name.slice(0, name.indexOf('/')));
  return [...folders]
    .map(([folder, those]) => `- ${folder}: ${those.map(({ name }) => name.slice(name.indexOf('/') + 1)).join(', ')}`)
    .join('\n');
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
