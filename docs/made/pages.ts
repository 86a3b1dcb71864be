// The pages, and parts of pages, that are made from the code. `npm run docs` writes them; test/docs/fresh.test.ts compares.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { pageOf, withCharts } from '../../src/cli/charts/mermaid.ts';
import { projectRoot } from '../../src/cli/project-root.ts';
import { createApp } from '../../src/web/app.ts';
import { openShop } from '../../test/web/shop.ts';
import { apiPage } from './api-page.ts';
import { layersPicture } from './layers.ts';
import { runtimePicture, tableList } from './tables.ts';

const machines = [customerMachine, orderMachine];

/** Each page's path from the root of the tree, and the text that it should have. */
export async function madePages(): Promise<Array<{ path: string; text: string }>> {
  return [
    ...machines.map((machine) => ({ path: `docs/diagrams/${machine.id}.md`, text: pageOf(machine) })),
    { path: 'README.md', text: withCharts(read('README.md'), machines) },
    await page('docs/architecture.md', {
      layers: layersPicture(),
      runtime: await runtimePicture(),
      tables: await tableList(),
    }),
    await page('CONTRIBUTING.md', { example: codeOf('test/docs/worked-example.test.ts') }),
    await page('src/runtime/README.md', {
      kettle: codeOf('test/docs/kettle.ts'),
      kitchen: codeOf('test/docs/kitchen.ts'),
    }),
    { path: 'docs/api.md', text: await tidy('docs/api.md', apiPage(await describedApi())) },
  ];
}

async function describedApi(): Promise<unknown> {
  const response = await createApp(openShop().deps).request('/openapi.json');
  return response.json();
}

// A page of which only what stands between `<!-- made: name -->` and `<!-- end -->` is made.
async function page(path: string, parts: Record<string, string>): Promise<{ path: string; text: string }> {
  const text = Object.entries(parts).reduce((whole, [name, part]) => {
    const [before, rest] = cut(whole, `<!-- made: ${name} -->\n`, path);
    const [, after] = cut(rest, '<!-- end -->', path);
    return `${before}<!-- made: ${name} -->\n\n${part}\n\n<!-- end -->${after}`;
  }, read(path));
  return { path, text: await tidy(path, text) };
}

function cut(text: string, mark: string, path: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${path} lacks its mark ${mark.trim()}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

async function tidy(path: string, text: string): Promise<string> {
  const config = await resolveConfig(join(projectRoot, path));
  return format(text, { ...config, parser: 'markdown' });
}

function codeOf(path: string): string {
  return ['```ts', read(path).trimEnd(), '```'].join('\n');
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}
