// A statechart as a file: its definition as JSON, or as the code that Stately Studio imports; a page of Mermaid; or a picture.
import type { AnyStateMachine } from 'xstate';
import { z } from 'zod';
import { chartAsSvg } from '../../console/chart/export.ts';
import { pageOf } from './mermaid.ts';

/**
 * `json`: the definition, without code. `js`: the same in a call of `createMachine`, which is what Stately Studio's
 * "Import from code" takes (https://stately.ai/docs/import-from-code). `mermaid`: Markdown with a picture of each region and a sentence on each state. `svg`: one drawing.
 */
export const ChartFormat = z.enum(['json', 'js', 'mermaid', 'svg']);
export type ChartFormat = z.infer<typeof ChartFormat>;

/** What a file of each format is called, after the machine's id. */
export const SUFFIX = { json: '.json', js: '.js', mermaid: '.md', svg: '.svg' } as const satisfies Record<
  ChartFormat,
  string
>;

/** The file's text, with a line end. */
export async function chartFile(machine: AnyStateMachine, format: ChartFormat): Promise<string> {
  switch (format) {
    case 'json':
      return `${definitionOf(machine)}\n`;
    case 'js':
      return `import { createMachine } from 'xstate';\n\nexport const machine = createMachine(${definitionOf(machine)});\n`;
    case 'mermaid':
      return pageOf(machine);
    case 'svg':
      return chartAsSvg(JSON.parse(JSON.stringify(machine.config)));
    default:
      return format satisfies never;
  }
}

function definitionOf({ config }: AnyStateMachine): string {
  return JSON.stringify(config, null, 2);
}
