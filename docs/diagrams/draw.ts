// Draws the statecharts anew: `npx tsx docs/diagrams/draw.ts`. A test holds the pages to the charts.
import { writeFileSync } from 'node:fs';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { pageOf } from './mermaid.ts';

for (const machine of [customerMachine, orderMachine]) {
  writeFileSync(new URL(`${machine.id}.md`, import.meta.url), pageOf(machine));
}
