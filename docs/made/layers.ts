// The layers as they are: whose files import whose. What each may import at most stands in .dependency-cruiser.cjs.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../src/cli/project-root.ts';

/** What each layer is, in the reader's words. */
const LAYERS: Record<string, string> = {
  machines: 'statecharts, pure',
  actors: 'what states invoke and actions do',
  schema: 'tables, events, wire formats',
  prompts: 'words and data',
  'src/runtime': 'durable XState',
  'src/brain': 'Claude, the house recommender',
  'src/channels': 'phones',
  'src/commerce': 'stock, orders, tills',
  'src/catalogue': 'search, matching, sources',
  'src/web': 'HTTP',
  'src/console': 'pages in a browser',
  'src/cli': 'puts it together',
};

/** Mermaid: an arrow from each layer to those that its files import; none to `schema` and none from `src/cli`, which have one each with nearly all. */
export function layersPicture(): string {
  const names = Object.keys(LAYERS);
  const arrows = names.flatMap((from) =>
    importsOf(from)
      .filter((to) => to !== 'schema' && from !== 'src/cli')
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  );
  const nodes = Object.entries(LAYERS).map(([name, what]) => `  ${idOf(name)}["<b>${name}</b><br/>${what}"]`);
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n');
}

function importsOf(layer: string): string[] {
  const imported = filesOf(layer).flatMap((file) =>
    ts
      .preProcessFile(readFileSync(join(projectRoot, file), 'utf8'))
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => layerOf(join(dirname(file), name))),
  );
  return Object.keys(LAYERS).filter((other) => other !== layer && imported.includes(other));
}

function filesOf(layer: string): string[] {
  return readdirSync(join(projectRoot, layer), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
}

function layerOf(file: string): string {
  const [top = '', second = ''] = file.replaceAll('\\', '/').split('/');
  return top === 'src' ? `src/${second}` : top;
}

function idOf(layer: string): string {
  return layer.replace('/', '_');
}
