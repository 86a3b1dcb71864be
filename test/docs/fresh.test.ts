// What the documents show of the code is what the code is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { madePages } from '../../docs/made/pages.ts';
import { projectRoot } from '../../src/cli/project-root.ts';

const pages = await madePages();

test.each(pages)('$path is fresh (npm run docs)', ({ path, text }) => {
  expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(text);
});

test('the charts are in the README too, and the worked example is shorter than 60 lines', () => {
  const text = (path: string) => pages.find((page) => page.path === path)?.text ?? '';
  expect(text('README.md').match(/stateDiagram-v2/g)?.length).toBeGreaterThan(1);
  const example = text('CONTRIBUTING.md').split('<!-- made: example -->')[1]?.split('<!-- end -->')[0] ?? '';
  expect(example).toContain('createMachine');
  expect(example.trim().split('\n').length - 2).toBeLessThan(60);
});
