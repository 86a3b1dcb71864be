// The image of the Dockerfile, made by hand: each of its stages is a folder, each COPY copies, each RUN runs. What a machine with
// Docker would do but for the base image, so that a build that lacks a file, a package or a right shows here.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Copy, DockerfileParser, JSONInstruction } from 'dockerfile-ast';
import type { Instruction } from 'dockerfile-ast';
import { z } from 'zod';

/** `folder` stands for the image's root; `command` is what it runs when nothing else is asked for. */
export type Image = {
  folder: string;
  workdir: string;
  env: Record<string, string>;
  user: string | null;
  entrypoint: string[];
  command: string[];
  healthcheck: string[];
};

const DIRECTORY = 0o755;

/** @param root an empty folder that others may read @param context the folder that is sent to the builder */
export function buildImage(context: string, root: string): Image {
  const dockerfile = DockerfileParser.parse(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const stages = new Map<string, Image>();
  let image: Image | null = null;
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const [, , name = String(stages.size)] = wordsOf(instruction);
      image = emptyImage(join(root, name));
      stages.set(name, image);
    } else if (image) follow(image, instruction, { context, stages, cache: join(root, 'cache') });
  }
  if (!image) throw new Error('the Dockerfile has no FROM');
  return image;
}

function emptyImage(folder: string): Image {
  mkdirSync(folder, { mode: DIRECTORY });
  return { folder, workdir: '/', env: {}, user: null, entrypoint: [], command: [], healthcheck: [] };
}

type Builder = { context: string; stages: ReadonlyMap<string, Image>; cache: string };

function follow(image: Image, instruction: Instruction, builder: Builder): void {
  const words = wordsOf(instruction);
  switch (instruction.getKeyword()) {
    case 'WORKDIR':
      image.workdir = words[0] ?? '/';
      mkdirSync(join(image.folder, image.workdir), { recursive: true, mode: DIRECTORY });
      return;
    case 'ENV':
      for (const word of words) image.env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
      return;
    case 'USER':
      image.user = words[0] ?? null;
      return;
    case 'COPY':
      return copy(image, instruction, builder);
    case 'RUN':
      return run(image, instruction.getRawArgumentsContent() ?? '', builder);
    case 'ENTRYPOINT':
      image.entrypoint = listOf(instruction);
      return;
    case 'CMD':
      image.command = listOf(instruction);
      return;
    case 'HEALTHCHECK':
      image.healthcheck = healthcheckOf(instruction);
      return;
    case 'EXPOSE':
    case 'STOPSIGNAL':
      return;
    default:
      throw new Error(`this hand does not know the instruction ${instruction.getKeyword()}`);
  }
}

function wordsOf(instruction: Instruction): string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

function listOf(instruction: Instruction): string[] {
  if (!(instruction instanceof JSONInstruction)) throw new Error(`${instruction.getKeyword()} is no list of words`);
  return instruction.getJSONStrings().map((text) => text.getJSONValue());
}

function healthcheckOf(instruction: Instruction): string[] {
  const [, list = '[]'] = /CMD\s+(\[.*\])/s.exec(instruction.getRawArgumentsContent() ?? '') ?? [];
  return z.array(z.string()).parse(JSON.parse(list));
}

function copy({ folder, workdir }: Image, instruction: Instruction, { context, stages }: Builder): void {
  if (!(instruction instanceof Copy)) throw new Error('a COPY that is none');
  const from = instruction.getFromFlag()?.getValue() ?? null;
  const sources = wordsOf(instruction);
  const target = sources.pop() ?? '.';
  for (const source of sources) {
    const origin = from === null ? join(context, source) : join(stages.get(from)?.folder ?? '/nowhere', source);
    const place = join(folder, workdir, target, source === '.' || !target.endsWith('/') ? '' : basename(source));
    cpSync(origin, place, { recursive: true, filter: from === null ? sent(context) : () => true });
  }
}

// What .dockerignore keeps from the builder. It has names at the top and endings, nothing else.
function sent(context: string): (path: string) => boolean {
  const lines = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return (path) => {
    const inside = path.slice(context.length + 1);
    return !lines.some((line) =>
      line.startsWith('*') ? inside.endsWith(line.slice(1)) : `${inside}/`.startsWith(`${line}/`),
    );
  };
}

function run({ folder, workdir, env }: Image, line: string, { cache }: Builder): void {
  const options = { cwd: join(folder, workdir), env: { PATH: process.env['PATH'], ...env, npm_config_cache: cache } };
  execFileSync('sh', ['-ec', line], { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
}
