// What the documents point at is there: links, headings and files, from them and from the program's own messages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { documents, files, fromDocument } from './documents.ts';
import type { Document } from './documents.ts';

const known = new Set(files);
const byPath = new Map(documents.map((document) => [document.path, document]));
const isThere = (path: string) => known.has(path) || files.some((file) => file.startsWith(`${path}/`));
const everywhere = (broken: (document: Document) => string[]) =>
  documents.flatMap((document) => broken(document).map((what) => `${document.path}: ${what}`));

test('every relative link leads to a file, and to a heading where it names one', () => {
  const broken = everywhere((document) =>
    document.links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [to = '', fragment] = link.split('#');
        const path = to === '' ? document.path : fromDocument(document, to);
        return !isThere(path) || (fragment !== undefined && !byPath.get(path)?.anchors.has(fragment));
      }),
  );
  expect(broken).toEqual([]);
  expect(documents.flatMap(({ links }) => links).length).toBeGreaterThan(100);
});

// A file with an extension of ours, perhaps with `*` or `{a,b}` in it; or anything below a folder of ours.
const FILE = /^(?:[\w@.{},*-]+\/)*[\w@.{},*-]+\.(?:ts|mjs|cjs|md|json|css|sql|yaml|toml|png)$/;
const BELOW = /^(?:src|machines|actors|schema|prompts|test|bench|docs)\/[\w@.{},*/-]+$/;

test('every file that a document names is there', () => {
  const broken = everywhere((document) =>
    [...document.spans.filter((span) => FILE.test(span) || BELOW.test(span)), ...document.paths].filter(
      (span) => !isNamed(document, span),
    ),
  );
  expect(broken).toEqual([]);
});

// From the root, from the document, or by its last part alone.
function isNamed(document: Document, span: string): boolean {
  const pattern = new RegExp(`(?:^|/)${patternOf(span.replace(/\/$/, ''))}(?:/|$)`);
  const fromHere = new RegExp(`^${patternOf(fromDocument(document, span))}$`);
  return files.some((file) => pattern.test(file) || fromHere.test(file));
}

function patternOf(glob: string): string {
  return glob
    .replaceAll('.', '\\.')
    .replaceAll('**', '.+')
    .replaceAll(/(?<!\.)\*/g, '[^/]*')
    .replaceAll(/\{([^}]*)\}/g, (_all, options: string) => `(?:${options.replaceAll(',', '|')})`);
}

test('every document that the program or its settings name is there', () => {
  const speaking = files.filter((file) =>
    /^(src|machines|actors|schema|test|bench)\/.*\.(ts|mjs)$|^\.env\.example$/.test(file),
  );
  const named = speaking.flatMap((file) =>
    [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/(?<![\w./])docs\/[\w/-]+\.(?:md|json)/g)].map(
      ([path]) => ({
        file,
        path,
      }),
    ),
  );
  expect(named.filter(({ path }) => !known.has(path))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});

test('docs/README.md leads to every document', () => {
  const index = byPath.get('docs/README.md');
  const led = new Set(index?.links.map((link) => fromDocument(index, link)));
  const inFolders = documents.filter(({ path }) => !path.startsWith('docs/decisions/') || path.endsWith('README.md'));
  expect(inFolders.map(({ path }) => path).filter((path) => path !== 'docs/README.md' && !led.has(path))).toEqual([]);
});
