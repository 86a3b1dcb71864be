// Every command line in the documents is one that works: marty understands it, npm has the script, npx has the tool.
// The scripts' own `--help` is run in commands.long.test.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program/program.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { commandLinesIn, tabledIn } from './command-lines.ts';
import type { CommandLine } from './command-lines.ts';
import { documents, files } from './documents.ts';

const lines = documents.flatMap((document) => [...commandLinesIn(document), ...tabledIn(document)]);
const of = (tool: CommandLine['tool']) => lines.filter((line) => line.tool === tool);

const Package = z.object({
  scripts: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const { scripts, devDependencies } = Package.parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
/** Of npm itself; they reach the registry, so no test runs them: npm documents them. */
const NPM_OWN = new Set(['ci', 'install', 'audit']);

/** `understood`, or commander's complaint. Nothing that a command does is done. */
async function parsed(words: readonly string[]): Promise<string> {
  let understood = false;
  const program = createProgram();
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => void (understood = true));
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return understood ? 'understood' : 'nothing was called';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code;
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
const all = everyCommand(createProgram());
const leaves = all.filter(({ commands }) => commands.length === 0);
const names = new Set(all.map((command) => pathOf(command).join(' ')));

describe('marty', () => {
  test('understands every command line that the documents show', async () => {
    const answers = await Promise.all(
      of('marty').map(async ({ where, line, words, isName }) => {
        const answer = isName && names.has(words.join(' ')) ? 'understood' : await parsed(words);
        return [where, line, answer];
      }),
    );
    expect(answers.filter(([, , answer]) => answer !== 'understood')).toEqual([]);
    expect(answers.length).toBeGreaterThan(40);
  });

  test('says what is wrong with one that it does not understand', async () => {
    expect(await parsed(['actors', 'show'])).toBe('commander.missingArgument');
    expect(await parsed(['actors', 'ls', 'customer'])).toBe('commander.excessArguments');
    expect(await parsed(['chat', '--number', '+1'])).toBe('commander.unknownOption');
    expect(await parsed(['sing'])).toBe('commander.unknownCommand');
  });

  test.each(leaves.map((command) => pathOf(command).join(' ')))(
    '%s has --help, and a document names it',
    async (path) => {
      expect(await parsed([...path.split(' '), '--help'])).toBe('commander.helpDisplayed');
      expect(of('marty').some(({ words }) => `${words.join(' ')} `.startsWith(`${path} `))).toBe(true);
    },
  );
});

describe('npm and npx', () => {
  test('have every script and tool that the documents run', () => {
    const unknown = of('npm').filter(({ words: [verb = '', script = ''] }) => {
      if (verb === 'run') return scripts[script] === undefined;
      return !NPM_OWN.has(verb) && scripts[verb] === undefined;
    });
    const missing = of('npx').filter(({ words: [tool = ''] }) => devDependencies[tool] === undefined);
    expect([...unknown, ...missing]).toEqual([]);
    expect(of('npm').length).toBeGreaterThan(20);
  });

  test('are given files that are there', () => {
    const paths = [...of('npm'), ...of('npx')].flatMap(({ words }) =>
      words.filter((word) => /^(test|bench|docs|src)\//.test(word)),
    );
    expect(paths.filter((path) => !files.some((file) => file === path || file.startsWith(`${path}/`)))).toEqual([]);
  });

  test('every script of package.json is in a document', () => {
    const shown = new Set(of('npm').map(({ words: [verb = '', script = ''] }) => (verb === 'run' ? script : verb)));
    expect(Object.keys(scripts).filter((script) => !shown.has(script))).toEqual([]);
  });
});
