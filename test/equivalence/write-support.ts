// `npm run xstate-support`: runs every part of XState and every fixture of SCXML, and writes docs/xstate-support.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PAGE, pageOf, runAll } from './support-page.ts';

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
if (values.help) process.stdout.write('Writes docs/xstate-support.md from what it sees. Takes no options.\n');
else writeFileSync(PAGE, await pageOf(await runAll()));
