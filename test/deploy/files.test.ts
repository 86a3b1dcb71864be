// The deployment files say nothing that is not so: their commands are Marty's, their variables are read, their pages answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program/program.ts';
import { projectRoot } from '../../src/cli/project-root.ts';

const read = (name: string) => readFileSync(join(projectRoot, name), 'utf8');
const commands = new Set(createProgram().commands.map((command) => command.name()));

/** The words after the program in lines such as `node --enable-source-maps dist/marty.js web`. */
function commandsIn(line: string): string[] {
  return [...line.matchAll(/node (?:--\S+ )*dist\/marty\.js (\w+)/g)].map(([, name = '']) => name);
}

const Service = z.looseObject({
  command: z.array(z.string()).optional(),
  build: z.string().optional(),
  read_only: z.boolean().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
});
const Compose = z.looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.unknown()) });

describe('compose.yaml', () => {
  const { services } = Compose.parse(parseYaml(read('compose.yaml'), { merge: true }));
  const ours = Object.entries(services).filter(([, { build }]) => build === '.');

  test('runs Marty in every role that a shop needs, after its release', () => {
    expect(ours.map(([, { command }]) => command?.[0])).toEqual(['migrate', 'verify', 'seed', 'web', 'worker']);
    expect(ours.filter(([, { command }]) => !commands.has(command?.[0] ?? ''))).toEqual([]);
    const waitsFor = (name: string) => Object.keys(services[name]?.depends_on ?? {});
    expect(['verify', 'seed', 'web', 'worker'].map(waitsFor)).toEqual([
      ['migrate'],
      ['verify'],
      ['seed', 'redis'],
      ['seed', 'redis'],
    ]);
  });

  test('gives no part more than it needs, and waits for nothing that is not there', () => {
    expect(ours.every(([, service]) => service.read_only === true)).toBe(true);
    for (const { depends_on: needed = {} } of Object.values(services))
      for (const name of Object.keys(needed)) expect(Object.keys(services)).toContain(name);
  });

  test('sets variables that Marty reads', () => {
    const variables = ours.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect([...new Set(variables)].filter((name) => !read('.env.example').includes(`${name}=`))).toEqual([]);
  });
});

const Railway = z.object({
  build: z.object({ builder: z.literal('DOCKERFILE'), dockerfilePath: z.literal('Dockerfile') }),
  deploy: z.looseObject({
    preDeployCommand: z.array(z.string()),
    startCommand: z.string(),
    healthcheckPath: z.literal('/health/ready'),
  }),
});

test('railway.toml builds the Dockerfile, releases and then serves', () => {
  const { deploy } = Railway.parse(parseToml(read('railway.toml')));
  expect(deploy.preDeployCommand.flatMap(commandsIn)).toEqual(['migrate', 'verify', 'seed']);
  expect(commandsIn(deploy.startCommand)).toEqual(['web']);
});

test('Procfile has a release and both roles', () => {
  const lines = read('Procfile').trim().split('\n');
  expect(lines.map((line) => [line.slice(0, line.indexOf(':')), ...commandsIn(line)])).toEqual([
    ['release', 'migrate', 'verify', 'seed'],
    ['web', 'web'],
    ['worker', 'worker'],
  ]);
});
