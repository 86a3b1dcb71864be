// Draws the statecharts anew: `npx tsx docs/diagrams/draw.ts`. A test holds the pages and the README to the charts.
import { readFileSync, writeFileSync } from 'node:fs';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { pageOf, withCharts } from '../../src/cli/charts/mermaid.ts';

const machines = [customerMachine, orderMachine];
for (const machine of machines) writeFileSync(new URL(`${machine.id}.md`, import.meta.url), pageOf(machine));

const readme = new URL('../../README.md', import.meta.url);
writeFileSync(readme, withCharts(readFileSync(readme, 'utf8'), machines));
