// A machine's definition as an SVG file, where there is no page: elkjs runs in this thread (some 300 ms for a large chart).
import elk from 'elkjs/lib/elk.bundled.js';
import { readChart } from './chart.ts';
import { layOut } from './layout.ts';
import { litBy, render } from './render.ts';
import { svgFile } from './svg.ts';

/**
 * The SVG as text. `definition` is what Stately Studio opens (`machine.config` as JSON); with a state value its states are lit.
 * Throws a ZodError where the definition is no statechart.
 */
export async function chartAsSvg(definition: unknown, value?: unknown): Promise<string> {
  const drawing = await layOut(readChart(definition), new elk.default());
  return svgFile(render(drawing, value === undefined ? {} : litBy(value)));
}
