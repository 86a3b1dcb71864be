// `npm run docs`: writes anew what the documents show of the code. A test holds it fresh.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/cli/project-root.ts';
import { madePages } from './made/pages.ts';

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
if (values.help)
  console.log('Writes charts, pictures, docs/api.md and the worked example anew from the code. Takes no options.');
else for (const { path, text } of await madePages()) writeFileSync(join(projectRoot, path), text);
