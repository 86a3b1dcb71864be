// The drawn pages are what the charts are.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { pageOf, withCharts } from '../../src/cli/charts/mermaid.ts';

test.each([customerMachine, orderMachine])(
  'the picture of the $id chart is fresh (npx tsx docs/diagrams/draw.ts)',
  (machine) => {
    const page = readFileSync(new URL(`../../docs/diagrams/${machine.id}.md`, import.meta.url), 'utf8');
    expect(page).toBe(pageOf(machine));
  },
);

test('the charts in the README are fresh (npx tsx docs/diagrams/draw.ts)', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain('stateDiagram-v2');
  expect(readme).toBe(withCharts(readme, [customerMachine, orderMachine]));
});
