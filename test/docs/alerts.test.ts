// Whoever is woken by an alert finds its section, and no section speaks of an alert that is gone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../src/cli/project-root.ts';

const Rules = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ alert: z.string(), annotations: z.object({ page: z.string() }) })) }),
  ),
});
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const rules = Rules.parse(JSON.parse(read('docs/monitoring/alerts.json'))).groups.flatMap((group) => group.rules);
const [, alertsPart = ''] = /\n## Alerts\n([^]*?)(?:\n## |$)/.exec(read('docs/operations.md')) ?? [];
const sections = new Map(
  [...alertsPart.matchAll(/^### (.+)\n([^]*?)(?=^### |$(?![^]))/gm)].map(([, name = '', text = '']) => [
    name,
    text.trim(),
  ]),
);

test('each alert has its section in docs/operations.md, and each section its alert', () => {
  expect([...sections.keys()].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  expect(rules.length).toBeGreaterThan(10);
});

test('each alert leads to its section', () => {
  expect(rules.map(({ annotations }) => annotations.page)).toEqual(
    rules.map(({ alert }) => `docs/operations.md#${alert.toLowerCase()}`),
  );
});

test.each(rules)('$alert says what it means and what to do', ({ alert }) => {
  const text = sections.get(alert) ?? '';
  expect(text).toMatch(/^\*\*Means:\*\* \S.{20}/);
  expect(text).toMatch(/\*\*Do:\*\* \S.{20}/);
});
