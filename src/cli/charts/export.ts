// A statechart as a file: Stately's JSON of it, or the code that Stately Studio imports; a page of Mermaid; or a picture.
import type { AnyStateMachine } from 'xstate';
import { z } from 'zod';
import { chartAsSvg } from '../../console/chart/export.ts';
import { pageOf } from './mermaid.ts';
import { statelyJson } from './stately-json.ts';

/**
 * `json`: the definition, without code, as Stately's own JSON of machines. `js`: a call of `createMachine` with it, which is
 * what Stately Studio's "Import from code" takes (https://stately.ai/docs/import-from-code). `mermaid`: Markdown with a picture of each region and a sentence on each state. `svg`: one drawing.
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
      return `${indented(statelyJson(machine))}\n`;
    case 'js':
      return `import { createMachine } from 'xstate';\n\nexport const machine = createMachine(${indented(machine.config)});\n`;
    case 'mermaid':
      return pageOf(machine);
    case 'svg':
      return chartAsSvg(JSON.parse(JSON.stringify(machine.config)));
    default:
      return format satisfies never;
  }
}

function indented(definition: object): string {
  return JSON.stringify(definition, null, 2);
}
