// The documents of the tree, read as Markdown: what links, code spans and fences they hold.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';
import type { Token } from 'marked';
import { projectRoot } from '../../src/cli/project-root.ts';

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.marty']);

const IN_SENTENCES = /(?<![\w/.`-])(?:src|machines|actors|schema|prompts|test|bench|docs)\/[\w./-]*\w/g;

export type Document = {
  /** From the root of the tree. */
  path: string;
  text: string;
  links: string[];
  /** Code between backticks. */
  spans: string[];
  fences: Array<{ lang: string; text: string }>;
  tables: Array<{ heading: string; firstCells: string[] }>;
  /** Paths below a folder of ours in plain sentences. */
  paths: string[];
  /** What a fragment may name. */
  anchors: Set<string>;
};

/** Every file of the tree, with `/` between folders. */
export const files: readonly string[] = filesUnder(projectRoot);
export const documents: readonly Document[] = files
  .filter((path) => path.endsWith('.md') && !path.startsWith('test/') && path !== 'prompts/system.md')
  .map(read);

/** From the folder of a document; a path that leads out of the tree begins with `..`. */
export function fromDocument({ path }: Document, to: string): string {
  return posix.normalize(posix.join(dirname(path), to));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [relative(projectRoot, path).replaceAll('\\', '/')];
  });
}

function read(path: string): Document {
  const text = readFileSync(join(projectRoot, path), 'utf8');
  const slugger = new GithubSlugger();
  const document: Document = {
    path,
    text,
    links: [],
    spans: [],
    paths: [],
    fences: [],
    tables: [],
    anchors: new Set(),
  };
  let heading = '';
  void marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'heading') {
      heading = String(token['text']);
      document.anchors.add(slugger.slug(heading.replaceAll('`', '')));
    }
    if (token.type === 'link' || token.type === 'image') document.links.push(String(token['href']));
    if (token.type === 'text') document.paths.push(...(String(token['text']).match(IN_SENTENCES) ?? []));
    if (token.type === 'codespan') document.spans.push(String(token['text']));
    if (token.type === 'code') document.fences.push({ lang: String(token['lang'] ?? ''), text: String(token['text']) });
    if (token.type === 'table') document.tables.push({ heading, firstCells: firstCells(token) });
  });
  return document;
}

function firstCells(token: Token): string[] {
  const rows: Array<Array<{ text: string }>> = 'rows' in token ? token['rows'] : [];
  return rows.map(([cell]) => cell?.text ?? '');
}
